/** Turns OpenAPI 3.0's dialect of JSON Schema into JSON Schema itself. Pure. */

import type { OpenApiSchema } from "./document.ts";

/** The key under which a component's schema is known to Ajv. */
export function schemaKey(name: string): string {
  return `github:/${name}`;
}

const COMPONENT = "#/components/schemas/";
const SCHEMA_MAPS = new Set(["properties", "patternProperties"]);
const SCHEMA_LISTS = new Set(["allOf", "anyOf", "oneOf"]);
const SCHEMAS = new Set(["items", "not", "additionalProperties"]);
const DROPPED = new Set(["discriminator", "nullable", "readOnly", "writeOnly", "xml"]);

/**
 * `nullable` becomes a type or an alternative; `oneOf` becomes `anyOf` (see `exceptions.ts`); references
 * point at {@link schemaKey}. Each component referred to is told to `onReference`.
 */
export function toJsonSchema(
  schema: OpenApiSchema,
  onReference: (name: string) => void,
): Record<string, unknown> {
  const reference = schema.$ref;
  if (typeof reference === "string") {
    const name = reference.slice(COMPONENT.length);
    onReference(name);
    return { $ref: schemaKey(name) };
  }
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (DROPPED.has(key)) continue;
    if (SCHEMA_MAPS.has(key) && isSchema(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [
          name,
          isSchema(inner) ? toJsonSchema(inner, onReference) : inner,
        ]),
      );
    } else if (SCHEMA_LISTS.has(key) && Array.isArray(value)) {
      const list = value.map((inner: unknown) =>
        isSchema(inner) ? toJsonSchema(inner, onReference) : inner,
      );
      result[key === "oneOf" ? "anyOf" : key] = list;
    } else if (SCHEMAS.has(key) && isSchema(value)) {
      result[key] = toJsonSchema(value, onReference);
    } else {
      result[key] = value;
    }
  }
  return schema.nullable === true ? orNull(result) : result;
}

function orNull(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, ...rest } = schema;
  const combined = "anyOf" in rest || "allOf" in rest;
  if (typeof type !== "string" || combined) {
    return Object.keys(schema).length === 0 ? schema : { anyOf: [schema, { type: "null" }] };
  }
  const values = rest.enum;
  if (Array.isArray(values) && !values.includes(null)) rest.enum = [...values, null];
  return { ...rest, type: [type, "null"] };
}

function isSchema(value: unknown): value is OpenApiSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
