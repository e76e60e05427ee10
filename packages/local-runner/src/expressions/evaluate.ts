import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import type { Expr } from "@actions/expressions/ast";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { TokenType } from "@actions/expressions/lexer";
import { contextDictionary, type ExpressionData, fromData, type Json, toData } from "./data.ts";

/** Contexts by name. Every name of {@link CONTEXT_NAMES} may be used in an expression; absent ones are null. */
export type Contexts = Readonly<Record<string, ExpressionData>>;

/** Functions that an expression may call besides GitHub's general ones; keys in lower case. */
export type Functions = ReadonlyMap<string, FunctionDefinition>;

export const CONTEXT_NAMES = [
  "github",
  "env",
  "vars",
  "job",
  "jobs",
  "steps",
  "runner",
  "secrets",
  "strategy",
  "matrix",
  "needs",
  "inputs",
] as const;

/** An expression that could not be evaluated; the message names the expression. */
export class ExpressionFailure extends Error {
  constructor(expression: string, cause: unknown) {
    super(`The expression \${{ ${shorten(expression)} }} could not be evaluated: ${reason(cause)}`, {
      cause,
    });
    this.name = "ExpressionFailure";
  }
}

/** Type of the lexer's tokens for texts. */
const STRING: TokenType = TokenType.STRING;
const NO_FUNCTIONS: Functions = new Map();

/** The library reads JSON into dictionaries that lose some keys: see data.ts. */
const fromJson: FunctionDefinition = {
  name: "fromJson",
  minArgs: 1,
  maxArgs: 1,
  call: (...args) => {
    const text = args[0]?.coerceString() ?? "";
    if (text.trim() === "") throw new Error("fromJSON was given an empty text");
    try {
      return toData(JSON.parse(text) as Json);
    } catch (error) {
      throw new Error(`fromJSON was given no valid JSON: ${reason(error)}`, { cause: error });
    }
  },
};

/**
 * Evaluates an expression (without `${{ }}`) by GitHub's own evaluator.
 * @throws ExpressionFailure
 */
export function evaluate(expression: string, contexts: Contexts, functions: Functions = NO_FUNCTIONS): Json {
  const all = new Map([...functions, ["fromjson", fromJson] as const]);
  try {
    return fromData(
      new Evaluator(parseExpression(expression, functions), completed(contexts), all).evaluate(),
    );
  } catch (error) {
    throw new ExpressionFailure(expression, error);
  }
}

function parseExpression(expression: string, functions: Functions): Expr {
  const { tokens } = new Lexer(expression).lex();
  // The lexer undoubles only the first quote of a text: 'it''s Bob''s' would keep two quotes before the last s.
  const mended = tokens.map((token) =>
    token.type === STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token,
  );
  return new Parser(mended, [...CONTEXT_NAMES], [...functions.values()]).parse();
}

function completed(contexts: Contexts): data.Dictionary {
  const filled: Record<string, ExpressionData> = {};
  for (const name of CONTEXT_NAMES) filled[name] = contexts[name] ?? new data.Null();
  return contextDictionary(filled);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && !error.message.includes(error.cause.message)
    ? `${error.message} (${error.cause.message})`
    : error.message;
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
