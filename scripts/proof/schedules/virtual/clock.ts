import type { Dice } from "../dice.ts";

/** Work that takes virtual time: each yielded number is a wait in milliseconds, in which others go on. */
export type Steps<T = void> = Generator<number, T, void>;

export interface Process {
  /** Stops it at the wait that it is in; nothing behind that happens. */
  kill(): void;
}

/** How a process ended: with a value, by an error, or never, since it was killed. */
export type Ending<T> =
  | { readonly kind: "returned"; readonly value: T }
  | { readonly kind: "threw"; readonly error: unknown };

/** A clock that stands still while something happens and then goes to what comes next. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How many waits have passed. */
  readonly steps: number;
  /** @param slowness what each wait is multiplied by */
  spawn<T>(steps: Steps<T>, onEnd: (ending: Ending<T>) => void, slowness?: number): Process;
  after(ms: number, happen: () => void): void;
  /** Goes to what comes next; false when nothing does. */
  tick(): boolean;
}

interface Coming {
  readonly at: number;
  /** Orders what comes at the same moment, by chance. */
  readonly rank: number;
  readonly happen: () => void;
}

export function createClock(dice: Dice, from: number): Clock {
  let now = from;
  let steps = 0;
  const coming: Coming[] = [];
  const isBefore = (a: Coming, b: Coming) => a.at < b.at || (a.at === b.at && a.rank < b.rank);
  const after = (ms: number, happen: () => void) => {
    const item = { at: now + Math.max(0, Math.round(ms)), rank: dice.int(0, 1_000_000), happen };
    let [low, high] = [0, coming.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      // The next one is last, where taking it away costs nothing.
      if (isBefore(item, coming[middle] as Coming)) low = middle + 1;
      else high = middle;
    }
    coming.splice(low, 0, item);
  };
  return {
    get now() {
      return now;
    },
    get steps() {
      return steps;
    },
    after,
    spawn(work, onEnd, slowness = 1) {
      let alive = true;
      const go = () => {
        if (!alive) return;
        try {
          const step = work.next();
          if (!step.done) return after(step.value * slowness, go);
          onEnd({ kind: "returned", value: step.value });
        } catch (error) {
          onEnd({ kind: "threw", error });
        }
      };
      after(0, go);
      return {
        kill: () => {
          alive = false;
        },
      };
    },
    tick() {
      const next = coming.pop();
      if (!next) return false;
      now = next.at;
      steps += 1;
      next.happen();
      return true;
    },
  };
}
