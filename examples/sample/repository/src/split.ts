import { UNITS, type Unit } from "./units.ts";

export interface Part {
  readonly count: number;
  readonly unit: Unit;
}

/**
 * The parts of a span that are not zero, largest first.
 *
 * @param ms not negative
 */
export function split(ms: number): Part[] {
  const parts: Part[] = [];
  let rest = ms;
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.ms);
    if (count > 0) parts.push({ count, unit });
    rest -= count * unit.ms;
  }
  return parts;
}
