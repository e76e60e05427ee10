import type { Clock, Log } from "../context.ts";
import { isAlreadyThere, isUnclear } from "./errors.ts";

export interface Ensured<T> {
  readonly value: T;
  /** False when it was there before this call. */
  readonly created: boolean;
}

export interface Ensure<T> {
  /** What it is, for the log: `issue of T3`. */
  readonly what: string;
  /** Looks the effect up; undefined when it is not there. */
  readonly find: () => Promise<T | undefined>;
  /** Makes it. Sent at most {@link ATTEMPTS} times, never twice without a look in between. */
  readonly create: () => Promise<T>;
  /** True when the caller has just looked and found nothing: saves a request. */
  readonly knownMissing?: boolean;
  /** Waits before each look after an unclear failure. GitHub's lists lag behind its writes for a moment. */
  readonly looksAfterMs?: readonly number[];
}

const ATTEMPTS = 3;
const LOOKS_AFTER_MS = [300, 1_500, 4_000] as const;

/**
 * Creates something exactly once. A creation that ended unclearly (5xx, cut connection) is looked up before it is
 * sent again; one that GitHub refuses because it is already there is looked up too.
 *
 * @throws whatever `create` threw, when it was a clear refusal or the attempts are used up
 */
export async function ensure<T>(
  context: Pick<Clock, "sleep"> & { readonly log: Log },
  effect: Ensure<T>,
): Promise<Ensured<T>> {
  if (!effect.knownMissing) {
    const value = await effect.find();
    if (value !== undefined) return { value, created: false };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return { value: await effect.create(), created: true };
    } catch (error) {
      const unclear = isUnclear(error);
      if (!unclear && !isAlreadyThere(error)) throw error;
      for (const delay of effect.looksAfterMs ?? LOOKS_AFTER_MS) {
        await context.sleep(delay);
        const value = await effect.find();
        if (value !== undefined) {
          context.log.info(`${effect.what}: the answer to its creation was lost; it is there.`);
          return { value, created: unclear };
        }
      }
      if (!unclear || attempt >= ATTEMPTS) throw error;
      context.log.warn(
        `${effect.what}: its creation failed and it is not there; trying again (${attempt + 1} of ${ATTEMPTS}).`,
      );
    }
  }
}
