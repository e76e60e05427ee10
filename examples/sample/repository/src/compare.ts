import { parse } from "./parse.ts";

export type Span = number | string;

/** Milliseconds of a span given either way. */
export function toMs(span: Span): number {
  return typeof span === "number" ? span : parse(span);
}

/** For `Array.prototype.sort`: shortest first. */
export function compare(a: Span, b: Span): number {
  return toMs(a) - toMs(b);
}

/** The span, or the nearer of the two bounds when it lies outside them. */
export function clamp(span: Span, shortest: Span, longest: Span): number {
  return Math.min(Math.max(toMs(span), toMs(shortest)), toMs(longest));
}
