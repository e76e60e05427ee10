import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isSequence,
  isString,
} from "@actions/workflow-parser";
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { isJsonObject, isTruthy, type Json, toText } from "./data.ts";
import { type Contexts, evaluate, type Functions } from "./evaluate.ts";

/** Contexts and functions at one place of a file. */
export interface Scope {
  readonly contexts: Contexts;
  readonly functions?: Functions;
}

/**
 * The value of a token: expressions evaluated, mappings and sequences gone through.
 * @throws ExpressionFailure
 */
export function resolve(token: TemplateToken | undefined, scope: Scope): Json {
  if (token === undefined) return null;
  if (isString(token) || isNumber(token) || isBoolean(token)) return token.value;
  if (isBasicExpression(token)) return evaluate(token.expression, scope.contexts, scope.functions);
  if (isSequence(token)) return [...iterate(token)].map((item) => resolve(item, scope));
  if (isMapping(token)) {
    const result: Record<string, Json> = {};
    for (const { key, value } of token) result[toText(resolve(key, scope))] = resolve(value, scope);
    return result;
  }
  return null;
}

/** The value as text, as GitHub writes it. */
export function resolveText(token: TemplateToken | undefined, scope: Scope): string {
  return toText(resolve(token, scope));
}

/**
 * The value as a boolean; `fallback` when the key is absent.
 * @throws when it is anything but true or false
 */
export function resolveBoolean(
  token: TemplateToken | undefined,
  scope: Scope,
  fallback: boolean,
  what: string,
): boolean {
  if (token === undefined) return fallback;
  const value = resolve(token, scope);
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new Error(`${what} must be true or false, but is '${toText(value)}'.`);
}

/**
 * The value as a number; undefined when the key is absent or its expression gives nothing.
 * @throws when it is no number
 */
export function resolveNumber(
  token: TemplateToken | undefined,
  scope: Scope,
  what: string,
): number | undefined {
  if (token === undefined) return undefined;
  const value = resolve(token, scope);
  if (value === null || value === "") return undefined;
  const number = typeof value === "number" ? value : Number(value);
  if (typeof value === "boolean" || !Number.isFinite(number)) {
    throw new Error(`${what} must be a number, but is '${toText(value)}'.`);
  }
  return number;
}

/**
 * A mapping of texts (`env`, `with`, `outputs`). The whole mapping may be one expression.
 * @throws when it is no mapping
 */
export function resolveTexts(
  token: TemplateToken | undefined,
  scope: Scope,
  what: string,
): Record<string, string> {
  if (token === undefined) return {};
  const value = resolve(token, scope);
  if (value === null || value === "") return {};
  if (!isJsonObject(value)) throw new Error(`${what} must be a mapping, but is '${toText(value)}'.`);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toText(item)]));
}

/** Whether a condition holds. The expression stands without `${{ }}` and already calls a status function. */
export function holds(condition: string, scope: Scope): boolean {
  return isTruthy(evaluate(condition, scope.contexts, scope.functions));
}

function* iterate(sequence: Iterable<TemplateToken>): Generator<TemplateToken> {
  yield* sequence;
}
