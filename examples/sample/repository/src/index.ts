// Comparing
export { clamp, compare, type Span, toMs } from "./compare.ts";
export { SpanError } from "./errors.ts";

// Writing
export { type FormatOptions, format } from "./format.ts";

// Reading
export { parse } from "./parse.ts";
export { UNITS, type Unit } from "./units.ts";
