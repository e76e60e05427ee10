/** Checks an exchange of the REST API against GitHub's own OpenAPI description. */

import {
  type Content,
  dereference,
  type OpenApiDocument,
  type Operation,
  readGitHubDescription,
} from "./document.ts";
import { ERROR_SCHEMA, STATUS_EXCEPTIONS } from "./exceptions.ts";
import { checkPathParameters, checkQuery } from "./parameters.ts";
import { createRouter, type RouteMatch } from "./routes.ts";
import { type Check, createSchemas, type Schemas } from "./schemas.ts";

export type { RouteMatch } from "./routes.ts";

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  /** As requested (percent-encoded), without the `/api/v3` prefix and without the query. */
  readonly path: string;
  /** A parameter given several times is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Parsed JSON; a string or bytes when it was not JSON; undefined when there was none. */
  readonly requestBody?: unknown;
  readonly status: number;
  /** Names in lower case. Without them JSON is taken for granted and redirects are not looked at. */
  readonly responseHeaders?: Readonly<Record<string, string>>;
  /** As `requestBody`. */
  readonly responseBody?: unknown;
}

export interface OpenApiValidator {
  /**
   * What is wrong with the exchange, one sentence each, empty when nothing is:
   * `issues/create 201 response /user/id: must be integer`.
   */
  check(exchange: Exchange): readonly string[];
  hasRoute(method: string, path: string): boolean;
  match(method: string, path: string): RouteMatch | undefined;
}

/**
 * Cheap to make: the description is read (5 ms) and its routes sorted; schemas are compiled when an exchange first
 * needs them. `document` is GitHub's unless another is given.
 */
export function createOpenApiValidator(
  document: OpenApiDocument = readGitHubDescription(),
): OpenApiValidator {
  const router = createRouter(document);
  const schemas = createSchemas(document);
  return {
    check(exchange) {
      const method = exchange.method.toUpperCase() === "HEAD" ? "GET" : exchange.method;
      const found = router.find(method, exchange.path);
      if (!found) {
        return [
          `${exchange.method} ${exchange.path}: no such route in GitHub's description (where GitHub has it, add its ` +
            "operationId to openapi/operations.json and run 'npm run openapi')",
        ];
      }
      const { operation } = found.route;
      return [
        ...checkPathParameters(document, schemas, operation, found.params),
        ...checkQuery(document, schemas, operation, exchange.query),
        ...checkRequestBody(schemas, operation, exchange.requestBody),
        ...checkResponse(document, schemas, operation, exchange),
      ].map((problem) => `${operation.operationId} ${problem}`);
    },
    hasRoute: (method, path) => router.find(method, path) !== undefined,
    match(method, path) {
      const found = router.find(method, path);
      return (
        found && {
          operationId: found.route.operation.operationId,
          template: found.route.template,
          params: found.params,
        }
      );
    },
  };
}

function checkRequestBody(schemas: Schemas, operation: Operation, body: unknown): readonly string[] {
  const described = operation.requestBody;
  if (body === undefined || body === "") return described?.required ? ["request body: is required"] : [];
  if (!described) return isEmptyObject(body) ? [] : ["request body: this route takes none"];
  const schema = jsonSchemaOf(described.content);
  if (!schema) return [];
  if (isText(body)) return ["request body: must be JSON"];
  return place("request body", schemas.check(`${operation.operationId} request`, schema)(body));
}

function checkResponse(
  document: OpenApiDocument,
  schemas: Schemas,
  operation: Operation,
  exchange: Exchange,
): readonly string[] {
  const { status, responseBody: body } = exchange;
  const where = `${status} response`;
  const raw = operation.responses[String(status)] ?? operation.responses.default;
  if (!raw) {
    if (!STATUS_EXCEPTIONS.some((exception) => exception.matches(status))) {
      return [`${where}: the description knows only ${Object.keys(operation.responses).join(", ")} here`];
    }
    if (status === 304 || body === undefined || status >= 500) return [];
    return place(where, schemas.check("error", ERROR_SCHEMA)(body));
  }
  const response = dereference(document, "responses", raw);
  const problems: string[] = [];
  if (exchange.responseHeaders) {
    for (const [name, entry] of Object.entries(response.headers ?? {})) {
      problems.push(...checkHeader(document, schemas, name, entry, exchange.responseHeaders, where));
    }
  }
  if (exchange.method.toUpperCase() === "HEAD") return problems;
  return [
    ...problems,
    ...checkBody(schemas, `${operation.operationId} ${status}`, response.content, exchange),
  ];
}

function checkHeader(
  document: OpenApiDocument,
  schemas: Schemas,
  name: string,
  entry: Parameters<typeof dereference<"headers">>[2],
  headers: Readonly<Record<string, string>>,
  where: string,
): readonly string[] {
  const value = headers[name.toLowerCase()];
  // A described Location is always sent; other headers (Link, say) only when there is something to say.
  if (value === undefined) return name === "Location" ? [`${where} header ${name}: is missing`] : [];
  const { schema } = dereference(document, "headers", entry);
  if (!schema) return [];
  const typed = schema.type === "integer" ? Number(value) : value;
  return place(
    `${where} header ${name}`,
    schemas.check(`header ${name} ${JSON.stringify(schema)}`, schema)(typed),
  );
}

function checkBody(
  schemas: Schemas,
  key: string,
  content: Content | undefined,
  exchange: Exchange,
): readonly string[] {
  const where = `${exchange.status} response`;
  const body = exchange.responseBody;
  const media = exchange.responseHeaders?.["content-type"]?.split(";")[0]?.trim();
  // A client can ask for a diff, a patch or raw text on many routes; the description names only the JSON.
  if (media?.startsWith("application/vnd.github.") && !media.endsWith("json") && isText(body)) return [];
  const schema = (media && content?.[media]?.schema) || jsonSchemaOf(content);
  if (!schema) {
    const empty = body === undefined || body === "" || body === null;
    // A refusal that is described without a body (409 of a merge) still says why.
    if (!content && !empty && exchange.status >= 400) {
      return place(`${where} body`, schemas.check("error", ERROR_SCHEMA)(body));
    }
    return content || empty ? [] : [`${where}: must have no body`];
  }
  if (body === undefined) return [`${where}: must have a body`];
  if (body instanceof Uint8Array) return [`${where}: must be JSON`];
  const check = schemas.check(`${key} ${media ?? ""}`, schema);
  const problems = check(body);
  // What is described of most refusals asks for no property at all; each of those has GitHub's message.
  const asksForNothing = exchange.status >= 400 && problems.length === 0 && check({}).length === 0;
  return place(where, asksForNothing ? schemas.check("error", ERROR_SCHEMA)(body) : problems);
}

function jsonSchemaOf(content: Content | undefined) {
  if (!content) return undefined;
  const media = content["application/json"]
    ? "application/json"
    : Object.keys(content).find((name) => name.endsWith("json"));
  return media === undefined ? undefined : content[media]?.schema;
}

function place(where: string, problems: ReturnType<Check>): string[] {
  return problems.map(({ pointer, message }) => `${where} ${pointer || "/"}: ${message}`);
}

function isText(body: unknown): boolean {
  return typeof body === "string" || body instanceof Uint8Array;
}

function isEmptyObject(body: unknown): boolean {
  return typeof body === "object" && body !== null && Object.keys(body).length === 0;
}
