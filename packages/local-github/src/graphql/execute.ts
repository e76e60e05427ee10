/** One request of the GraphQL API: read, held against the schema, carried out. */

import {
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  Kind,
  parse,
  validate,
} from "graphql";
import { z } from "zod";
import { ApiError } from "../http/errors.ts";
import type { Cost } from "./cost.ts";
import { costOf, NODE_LIMIT } from "./cost.ts";
import { errorJson, notServed, type RefusalType, refusal } from "./errors.ts";
import type { View } from "./graph.ts";
import type { ServedSchema } from "./schema.ts";

export const request = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});
export type GraphRequest = z.infer<typeof request>;

export interface Prepared {
  readonly document: DocumentNode;
  readonly cost: Cost;
  readonly isMutation: boolean;
  /** The operation's name, its kind where it has none. */
  readonly name: string;
}

export interface Outcome {
  readonly json: Readonly<Record<string, unknown>>;
  /** What was wrong with the question, or with this server; refusals are neither. */
  readonly problems: readonly string[];
}

const failed = (errors: readonly GraphQLError[]): Outcome => ({
  json: { errors: errors.map(errorJson) },
  problems: errors.filter(({ extensions }) => extensions.type === undefined).map(({ message }) => message),
});

/** The question, if the schema has all that it asks for. */
export function prepare({ schema, isLeftOut }: ServedSchema, input: GraphRequest): Prepared | Outcome {
  let document: DocumentNode;
  try {
    document = parse(input.query);
  } catch (error) {
    if (error instanceof GraphQLError) return failed([error]);
    throw error;
  }
  const errors = validate(schema, document)
    // GitHub lets fields of one name have different types where they can never meet (`... on Issue`, `... on PullRequest`).
    .filter(({ message }) => !message.includes("because they return conflicting types"))
    .map((error) => named(error, isLeftOut));
  if (errors.length > 0) return failed(errors);
  const cost = costOf(document, input.variables ?? {});
  if (cost.nodes > NODE_LIMIT)
    return failed([
      refusal(
        "MAX_NODE_LIMIT_EXCEEDED",
        `This query requests up to ${cost.nodes} possible nodes which exceeds the maximum limit of 500,000.`,
      ),
    ]);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find(
    (node) => !input.operationName || node.name?.value === input.operationName,
  );
  return {
    document,
    cost,
    isMutation: operation?.operation === "mutation",
    name: operation?.name?.value ?? operation?.operation ?? "query",
  };
}

/** A field that is not in the schema, in GitHub's words; or that it is only not served here. */
function named(error: GraphQLError, isLeftOut: ServedSchema["isLeftOut"]): GraphQLError {
  const [, field, type] = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message) ?? [];
  if (field === undefined || type === undefined) return error;
  const told = isLeftOut(type, field)
    ? notServed(type, field)
    : new GraphQLError(`Field '${field}' doesn't exist on type '${type}'`, {
        extensions: { code: "undefinedField", typeName: type, fieldName: field },
      });
  return new GraphQLError(told.message, { nodes: error.nodes ?? null, extensions: told.extensions });
}

/** Fields are the properties of views; one that a view does not have is not served, and never silently null. */
const resolveField: GraphQLFieldResolver<View, unknown> = (source, args, _context, info) => {
  const { fieldName, parentType } = info;
  if (!Object.hasOwn(source, fieldName)) throw notServed(parentType.name, fieldName);
  const value = source[fieldName];
  return typeof value === "function" ? value(args) : value;
};

const typeOf = (value: unknown): string | undefined => {
  const name =
    typeof value === "object" && value !== null && "__typename" in value ? value.__typename : undefined;
  return typeof name === "string" ? name : undefined;
};

const TYPES: Readonly<Record<number, RefusalType>> = { 401: "FORBIDDEN", 403: "FORBIDDEN", 404: "NOT_FOUND" };

const fieldError = z.union([
  z.string(),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

/** What a REST route refuses, as GraphQL tells it. */
export function fromRest(error: ApiError): GraphQLError {
  const { message, errors } = error.body;
  const details = Array.isArray(errors)
    ? errors.map((one: unknown) => fieldError.safeParse(one).data ?? JSON.stringify(one))
    : [];
  return refusal(TYPES[error.status] ?? "UNPROCESSABLE", details.join(", ") || String(message));
}

export async function carryOut(
  { schema }: ServedSchema,
  { document }: Prepared,
  input: GraphRequest,
  rootValue: View,
): Promise<Outcome> {
  const result = await execute({
    schema,
    document,
    rootValue,
    variableValues: input.variables ?? {},
    operationName: input.operationName ?? undefined,
    fieldResolver: resolveField,
    typeResolver: typeOf,
  });
  const errors = (result.errors ?? []).map((error) => {
    const cause = error.originalError;
    if (!(cause instanceof ApiError)) return error;
    const told = fromRest(cause);
    return new GraphQLError(told.message, {
      nodes: error.nodes ?? null,
      path: error.path ?? null,
      extensions: told.extensions,
    });
  });
  if (errors.length === 0) return { json: { data: result.data }, problems: [] };
  return { json: { data: result.data, ...failed(errors).json }, problems: failed(errors).problems };
}
