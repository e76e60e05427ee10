import { isMapping, isSequence, isString } from "@actions/workflow-parser";
import type { MappingToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";

export type Token = TemplateToken;

/** One entry of a mapping in a file. */
export interface Entry {
  readonly key: string;
  readonly keyToken: Token;
  readonly value: Token;
}

/** The entries of a mapping; nothing for any other token. */
export function entries(token: Token | undefined): readonly Entry[] {
  if (token === undefined || !isMapping(token)) return [];
  return [...token].map(({ key, value }) => ({ key: key.toString(), keyToken: key, value }));
}

/** The value of a key, or undefined. */
export function child(token: Token | undefined, key: string): Token | undefined {
  return token !== undefined && isMapping(token) ? (token as MappingToken).find(key) : undefined;
}

/** The items of a sequence; a single value counts as a sequence of one. */
export function items(token: Token | undefined): readonly Token[] {
  if (token === undefined) return [];
  return isSequence(token) ? [...token] : [token];
}

/** A literal as text (numbers and booleans as written by GitHub), or undefined for anything else. */
export function literal(token: Token | undefined): string | undefined {
  return token?.isLiteral ? token.toString() : undefined;
}

/** Literal texts of a value or a sequence of values. */
export function literals(token: Token | undefined): readonly string[] {
  return items(token).flatMap((item) => (isString(item) || item.isLiteral ? [item.toString()] : []));
}

/** Where a token stands: `path (Line: 3, Col: 5)`, as the official parser writes it. */
export function position(path: string, token: Token): string {
  return token.line === undefined || token.col === undefined
    ? path
    : `${path} (Line: ${token.line}, Col: ${token.col})`;
}
