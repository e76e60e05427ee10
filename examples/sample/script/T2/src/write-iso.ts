import { split } from "./split.ts";
import { checkSpan } from "./units.ts";

/**
 * A span as an ISO 8601 duration of days, hours, minutes and seconds: `P1DT12H`, `-PT1M30.5S`.
 *
 * @throws SpanError when `ms` is not a whole number
 */
export function toIso(ms: number): string {
  checkSpan(ms);
  if (ms === 0) return "PT0S";
  const counts = new Map(split(Math.abs(ms)).map(({ count, unit }) => [unit.symbol, count]));
  const field = (count: number | undefined, letter: string): string => (count ? `${count}${letter}` : "");
  const seconds = ((counts.get("s") ?? 0) * 1_000 + (counts.get("ms") ?? 0)) / 1_000;
  const time = field(counts.get("h"), "H") + field(counts.get("m"), "M") + field(seconds, "S");
  return `${ms < 0 ? "-" : ""}P${field(counts.get("d"), "D")}${time === "" ? "" : `T${time}`}`;
}
