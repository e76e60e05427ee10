import { UNITS } from "./units.ts";

/**
 * A span rounded so that nothing is left of it below its largest unit and those that follow, `units` in all.
 *
 * @throws RangeError when `units` is not a whole number from 1
 */
export function atMost(ms: number, units: number): number {
  if (!Number.isInteger(units) || units < 1) {
    throw new RangeError(`units is ${units}: give a whole number, at least 1.`);
  }
  const largest = UNITS.findIndex((unit) => unit.ms <= ms);
  const smallest = UNITS[largest + units - 1];
  if (largest === -1 || smallest === undefined) return ms;
  return Math.round(ms / smallest.ms) * smallest.ms;
}
