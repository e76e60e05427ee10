import { SpanError } from "./errors.ts";
import { checkSpan, findUnit } from "./units.ts";

const PART = /(\d+(?:\.\d+)?)\s*([a-z]+)[\s,]*/gi;

/**
 * Milliseconds of a text such as `1h 30m`, `-90s` or `2 days, 4 hours`. A number without a unit is
 * refused: what it counts would be a guess.
 *
 * @throws SpanError that says what is wrong with the text
 */
export function parse(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "") throw new SpanError(text, "it is empty");
  return parseParts(text, trimmed);
}

function parseParts(text: string, trimmed: string): number {
  const negative = trimmed.startsWith("-");
  const body = trimmed.replace(/^[-+]\s*/, "");
  let total = 0;
  let end = 0;
  for (const match of body.matchAll(PART)) {
    if (match.index !== end) break;
    const [whole, number = "", word = ""] = match;
    const unit = findUnit(word);
    if (unit === undefined) throw new SpanError(text, `${JSON.stringify(word)} is no unit that is known`);
    total += Number(number) * unit.ms;
    end = match.index + whole.length;
  }
  if (end === 0 || end < body.length) throw new SpanError(text, "it is not a list of numbers with units");
  const ms = Math.round(total) * (negative ? -1 : 1);
  checkSpan(ms);
  return ms === 0 ? 0 : ms;
}
