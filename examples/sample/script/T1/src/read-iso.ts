import { SpanError } from "./errors.ts";
import { checkSpan } from "./units.ts";

const NUMBER = String.raw`(\d+(?:[.,]\d+)?)`;
const ISO = new RegExp(
  `^([-+]?)P(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);

/** What the numbers of the pattern count, in its order. */
const FACTORS: readonly number[] = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000];

export function looksLikeIso(text: string): boolean {
  return /^[-+]?P/.test(text);
}

/**
 * Milliseconds of an ISO 8601 duration, rounded to a whole one.
 *
 * @param input the text as the caller gave it, for messages
 * @throws SpanError that says what is wrong with the text
 */
export function readIso(input: string, text: string): number {
  if (/^[-+]?P[^T]*[YM]/.test(text)) throw new SpanError(input, "years and months have no fixed length");
  const [whole, sign, ...numbers] = ISO.exec(text) ?? [];
  if (whole === undefined || whole.endsWith("T") || numbers.every((number) => number === undefined)) {
    throw new SpanError(input, "it is not an ISO 8601 duration such as PT1H30M");
  }
  let total = 0;
  numbers.forEach((number, index) => {
    total += Number((number ?? "0").replace(",", ".")) * (FACTORS[index] ?? 0);
  });
  const ms = Math.round(total) * (sign === "-" ? -1 : 1);
  checkSpan(ms);
  return ms === 0 ? 0 : ms;
}
