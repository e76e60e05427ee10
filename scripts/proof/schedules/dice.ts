import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Chance by a seed: the same seed, the same choices. */
export interface Dice {
  /** A whole number, both ends included. */
  int(min: number, max: number): number;
  /** @param share from 0 to 1 */
  chance(share: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

const FINE = 1_000_000;
const WARM_UP = 32;

export function diceOf(seed: number): Dice {
  const generator = xoroshiro128plus(seed);
  // Neighbouring seeds begin alike.
  for (let skipped = 0; skipped < WARM_UP; skipped += 1) generator.next();
  const int = (min: number, max: number) => uniformInt(generator, min, max);
  return {
    int,
    chance: (share) => int(1, FINE) <= share * FINE,
    pick: (list) => list[int(0, list.length - 1)] ?? list[0],
  };
}
