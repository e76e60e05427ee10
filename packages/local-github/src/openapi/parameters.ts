/** Checks path and query parameters, which arrive as text, against their typed schemas. */

import { dereference, type OpenApiDocument, type Operation, type Parameter } from "./document.ts";
import { PARAMETER_EXCEPTIONS, QUERY_EXCEPTIONS } from "./exceptions.ts";
import type { Problem, Schemas } from "./schemas.ts";

type Text = string | readonly string[];

export function checkPathParameters(
  document: OpenApiDocument,
  schemas: Schemas,
  operation: Operation,
  params: Readonly<Record<string, string>>,
): readonly string[] {
  return parametersIn(document, operation, "path").flatMap((parameter) => {
    const text = params[parameter.name];
    return text === undefined ? [] : checkValue(schemas, operation, parameter, text);
  });
}

/** A parameter that the description does not know is an error: GitHub would ignore it, and the caller would not notice. */
export function checkQuery(
  document: OpenApiDocument,
  schemas: Schemas,
  operation: Operation,
  query: Readonly<Record<string, Text>>,
): readonly string[] {
  const described = parametersIn(document, operation, "query");
  const problems: string[] = [];
  for (const parameter of described) {
    const text = query[parameter.name] ?? query[`${parameter.name}[]`];
    if (text !== undefined) problems.push(...checkValue(schemas, operation, parameter, text));
    else if (parameter.required) problems.push(`query parameter '${parameter.name}': is required`);
  }
  const names = new Set(described.flatMap(({ name }) => [name, `${name}[]`]));
  for (const name of Object.keys(query)) {
    if (names.has(name) || QUERY_EXCEPTIONS.has(name)) continue;
    problems.push(`query parameter '${name}': this route has none of that name`);
  }
  return problems;
}

function parametersIn(document: OpenApiDocument, operation: Operation, place: Parameter["in"]): Parameter[] {
  return (operation.parameters ?? [])
    .map((entry) => dereference(document, "parameters", entry))
    .filter((parameter) => parameter.in === place);
}

function checkValue(
  schemas: Schemas,
  operation: Operation,
  parameter: Parameter,
  text: Text,
): readonly string[] {
  if (!parameter.schema) return [];
  if (PARAMETER_EXCEPTIONS.has(`${operation.operationId} ${parameter.name}`)) return [];
  const check = schemas.check(`${operation.operationId} ${parameter.in} ${parameter.name}`, parameter.schema);
  let problems: readonly Problem[] = [];
  for (const reading of readings(text)) {
    problems = check(reading);
    if (problems.length === 0) return [];
  }
  return problems.map(
    ({ pointer, message }) =>
      `${parameter.in} parameter '${parameter.name}'${pointer && ` ${pointer}`}: ${message}`,
  );
}

/** What a text may mean, the likeliest last, since its problems are the ones told. */
function readings(text: Text): unknown[] {
  if (typeof text !== "string") return [text, text.map(typed)];
  return [text.split(","), [typed(text)], text, typed(text)];
}

function typed(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  return text;
}
