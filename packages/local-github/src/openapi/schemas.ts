/** Compiles schemas of the description when they are first asked for, and says in few words what does not fit. */

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { OpenApiDocument, OpenApiSchema } from "./document.ts";
import { FORMAT_EXCEPTIONS } from "./exceptions.ts";
import { schemaKey, toJsonSchema } from "./schema.ts";

export interface Problem {
  /** JSON pointer into the value; empty for the value itself. */
  readonly pointer: string;
  readonly message: string;
}

export type Check = (value: unknown) => readonly Problem[];

export interface Schemas {
  /** `key` names the schema: the same key must always come with the same schema. */
  check(key: string, schema: OpenApiSchema): Check;
}

/** Enough to see what is wrong; a list of 100 wrong items says the same 100 times. */
const MOST_PROBLEMS = 6;

export function createSchemas(document: OpenApiDocument): Schemas {
  const ajv = new Ajv({
    allErrors: true,
    // GitHub's schemas are not written for Ajv's stricter reading, and use formats of their own (`repo.nwo`).
    strict: false,
    logger: false,
    validateSchema: false,
    addUsedSchema: false,
    // Each component becomes one function that all its users share; copies would compile again and again.
    inlineRefs: false,
    verbose: true,
  });
  addFormats.default(ajv, { mode: "fast" });
  for (const format of FORMAT_EXCEPTIONS.keys()) ajv.addFormat(format, true);
  const known = new Set<string>();
  const compiled = new Map<string, Check>();

  const add = (name: string): void => {
    if (known.has(name)) return;
    known.add(name);
    const schema = document.components.schemas[name];
    if (!schema) throw new Error(`The OpenAPI description has no schema '${name}': run 'npm run openapi'.`);
    ajv.addSchema(toJsonSchema(schema, add), schemaKey(name));
  };

  return {
    check(key, schema) {
      const ready = compiled.get(key);
      if (ready) return ready;
      const validate = ajv.compile(toJsonSchema(schema, add));
      const check: Check = (value) => (validate(value) ? [] : problems(validate));
      compiled.set(key, check);
      return check;
    },
  };
}

function problems(validate: ValidateFunction): readonly Problem[] {
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf");
  const chosen = errors.filter((error) => error.keyword !== "anyOf" && !isNoise(error, errors));
  const unique = new Map<string, Problem>();
  for (const error of chosen.length > 0 ? chosen : alternatives) {
    const message = describe(error);
    unique.set(`${error.instancePath} ${message}`, { pointer: error.instancePath, message });
  }
  const list = [...unique.values()];
  if (list.length <= MOST_PROBLEMS) return list;
  return [
    ...list.slice(0, MOST_PROBLEMS),
    { pointer: "", message: `and ${list.length - MOST_PROBLEMS} more` },
  ];
}

/** "must be null" is beside the point when another branch says what is wrong with the value that is there. */
function isNoise(error: ErrorObject, all: readonly ErrorObject[]): boolean {
  if (error.keyword !== "type" || error.params.type !== "null") return false;
  return all.some(
    (other) =>
      other !== error && other.keyword !== "anyOf" && other.instancePath.startsWith(error.instancePath),
  );
}

function describe(error: ErrorObject): string {
  const got = error.keyword === "required" ? "" : `, not ${show(error.data)}`;
  switch (error.keyword) {
    case "required":
      return `must have '${String(error.params.missingProperty)}'`;
    case "additionalProperties":
      return `must not have '${String(error.params.additionalProperty)}'`;
    case "enum":
      return `must be one of ${(error.params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(", ")}${got}`;
    default:
      return `${(error.message ?? error.keyword).replace(",null", " or null")}${got}`;
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
