/** A number of places; who finds none waits, first come first served. */
export interface Slots {
  /** Resolves with what gives the place back, or undefined when `signal` was aborted while waiting. */
  take(signal: AbortSignal): Promise<(() => void) | undefined>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];

  function give(): () => void {
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    };
  }

  return {
    take: async (signal) => {
      if (signal.aborted) return undefined;
      if (free > 0) {
        free -= 1;
        return give();
      }
      return new Promise((resolve) => {
        const start = (): void => {
          signal.removeEventListener("abort", leave);
          resolve(give());
        };
        const leave = (): void => {
          const at = waiting.indexOf(start);
          if (at >= 0) waiting.splice(at, 1);
          resolve(undefined);
        };
        waiting.push(start);
        signal.addEventListener("abort", leave, { once: true });
      });
    },
  };
}
