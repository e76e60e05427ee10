import { type Part, split } from "./split.ts";
import { checkSpan } from "./units.ts";

export interface FormatOptions {
  /** Stands between two parts. Default: one space. */
  readonly separator?: string;

  /** Written for a span of nothing. Default: `0ms`. */
  readonly zero?: string;
}

/**
 * A span as a person reads it: `2h 3m`. A negative span begins with one sign for the whole.
 *
 * @throws SpanError when `ms` is not a whole number
 */
export function format(ms: number, options: FormatOptions = {}): string {
  checkSpan(ms);

  const parts = split(Math.abs(ms));
  if (parts.length === 0) return options.zero ?? "0ms";
  const sign = ms < 0 ? "-" : "";

  const text = parts.map((part) => partText(part)).join(options.separator ?? " ");
  return sign + text;
}

function partText({ count, unit }: Part): string {
  return `${count}${unit.symbol}`;
}
