/** What GitHub's GraphQL refuses, in its shape: `type` beside `message`. */

import { GraphQLError } from "graphql";

/** Refusals are answers as good as any; everything else that goes wrong here is a fault of this server's. */
export type RefusalType =
  | "NOT_FOUND"
  | "FORBIDDEN"
  | "UNPROCESSABLE"
  | "MISSING_PAGINATION_BOUNDARIES"
  | "EXCESSIVE_PAGINATION"
  | "RATE_LIMITED"
  | "MAX_NODE_LIMIT_EXCEEDED";

export function refusal(type: RefusalType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export const notAccessible = () => refusal("FORBIDDEN", "Resource not accessible by integration");

/** GitHub has the field, and this server does not: told by name, as 501 names a route. */
export function notServed(type: string, field: string): GraphQLError {
  return new GraphQLError(`Field '${field}' of type '${type}' is GitHub's, but is not served here.`, {
    extensions: { code: "notServed", typeName: type, fieldName: field },
  });
}

/** An error as GitHub writes it: `type` stands beside the message, other extensions below `extensions`. */
export function errorJson(error: GraphQLError): Record<string, unknown> {
  const { type, ...extensions } = error.extensions;
  return {
    ...(type === undefined ? {} : { type }),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}
