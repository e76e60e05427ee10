/**
 * Loaded into each Node process of a job before anything else. The clock of some deciding jobs is more than two hours
 * slow, so that what they claim is held by a lease that has expired while its holder is at it.
 */
import { createHash } from "node:crypto";

const SLOW_MS = 125 * 60_000;
const { GITHUB_JOB, GITHUB_RUN_ID = "", GITHUB_RUN_ATTEMPT = "" } = process.env;
const { seed, share } = Object.fromEntries(new URL(import.meta.url).searchParams);

/** The same for every process of one job. */
function isSlow() {
  if (GITHUB_JOB !== "decide") return false;
  const digest = createHash("sha256").update(`${seed} ${GITHUB_RUN_ID} ${GITHUB_RUN_ATTEMPT}`).digest();
  return digest.readUInt32BE() < Number(share) * 2 ** 32;
}

if (isSlow()) {
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(RealDate.now() - SLOW_MS);
      else super(...given);
    }
    static now() {
      return RealDate.now() - SLOW_MS;
    }
  };
}
