import { data } from "@actions/expressions";

export type ExpressionData = data.ExpressionData;

/** A value as JSON knows it: what contexts hold and expressions give. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };

/**
 * A dictionary whose keys may be any text. The library's own keeps its index in a plain object, so that a
 * key such as `constructor` (a payload may hold one) is lost.
 */
class SafeDictionary extends data.Dictionary {
  readonly #entries = new Map<string, { key: string; value: ExpressionData }>();
  readonly #fold: (key: string) => string;

  constructor(caseSensitive = false) {
    super();
    this.#fold = caseSensitive ? (key) => key : (key) => key.toLowerCase();
  }

  override add(key: string, value: ExpressionData): void {
    const folded = this.#fold(key);
    if (!this.#entries.has(folded)) this.#entries.set(folded, { key, value });
  }

  override get(key: string): ExpressionData | undefined {
    return this.#entries.get(this.#fold(key))?.value;
  }

  override values(): ExpressionData[] {
    return [...this.#entries.values()].map((entry) => entry.value);
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return [...this.#entries.values()];
  }
}

/** Turns a JSON value into what the expression evaluator works on. Object keys are matched without case. */
export function toData(value: Json): ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return dictionary(value as JsonObject);
}

/** A dictionary of JSON values. */
export function dictionary(values: JsonObject): data.Dictionary {
  const result = new SafeDictionary();
  for (const [key, value] of Object.entries(values)) result.add(key, toData(value));
  return result;
}

/** The `env` context: its names are case-sensitive on Linux, as in the runner. */
export function environmentData(values: Readonly<Record<string, string>>): data.Dictionary {
  const result = new SafeDictionary(true);
  for (const [key, value] of Object.entries(values)) result.add(key, new data.StringData(value));
  return result;
}

/** A dictionary of values that are converted already (contexts, which are shared between evaluations). */
export function contextDictionary(values: Readonly<Record<string, ExpressionData>>): data.Dictionary {
  const result = new SafeDictionary();
  for (const [key, value] of Object.entries(values)) result.add(key, value);
  return result;
}

/** The JSON value behind an evaluator's result. */
export function fromData(value: ExpressionData): Json {
  switch (value.kind) {
    case data.Kind.String:
      return (value as data.StringData).value;
    case data.Kind.Number:
      return (value as data.NumberData).value;
    case data.Kind.Boolean:
      return (value as data.BooleanData).value;
    case data.Kind.Array:
      return (value as data.Array).values().map(fromData);
    case data.Kind.Dictionary:
      return Object.fromEntries(
        (value as data.Dictionary).pairs().map(({ key, value: v }) => [key, fromData(v)]),
      );
    default:
      return null;
  }
}

/** How GitHub writes a value where text is wanted: null is empty, objects become `Object`. */
export function toText(value: Json): string {
  return toData(value).coerceString();
}

/** Whether a value counts as true in a condition. */
export function isTruthy(value: Json): boolean {
  if (value === null || value === false || value === "" || value === 0) return false;
  return !(typeof value === "number" && Number.isNaN(value));
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
