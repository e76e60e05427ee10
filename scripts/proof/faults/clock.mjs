/**
 * Loaded into each Node process of a job before anything else: long waits take no time. A bare wait (a timer that does
 * nothing but resolve a promise) of ten seconds or more is over at once, and the process's clock goes on by its length;
 * a deadline of more than two minutes comes sooner. So a minute that GitHub asks for need not be spent, and the code that
 * waits is the code that runs on GitHub.
 */
import { syncBuiltinESMExports } from "node:module";
import promises from "node:timers/promises";

const LONG_WAIT_MS = 10_000;
const LONG_DEADLINE_MS = 120_000;
const SHORTER = 30;

const RealDate = Date;
const realTimeout = globalThis.setTimeout;
const realSleep = promises.setTimeout;
const realDeadline = AbortSignal.timeout;
let ahead = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + ahead);
    else super(...given);
  }
  static now() {
    return RealDate.now() + ahead;
  }
};

const shorter = (ms) => (ms > LONG_DEADLINE_MS ? ms / SHORTER : ms);
const isBare = (callback) => /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(callback));

globalThis.setTimeout = Object.assign((callback, ms, ...given) => {
  if (!(ms >= LONG_WAIT_MS && isBare(callback))) return realTimeout(callback, shorter(ms), ...given);
  return realTimeout(() => {
    ahead += ms;
    callback(...given);
  }, 50);
}, realTimeout);

promises.setTimeout = async (ms, value, options) => {
  if (!(ms >= LONG_WAIT_MS)) return realSleep(ms, value, options);
  const end = await realSleep(50, value, options);
  ahead += ms;
  return end;
};
AbortSignal.timeout = (ms) => realDeadline.call(AbortSignal, shorter(ms));
syncBuiltinESMExports();
