/** The parts of an OpenAPI 3.0 document that the validator reads. */

import { readFileSync } from "node:fs";

/** A schema as OpenAPI 3.0 writes it: nearly JSON Schema, see `schema.ts`. */
export type OpenApiSchema = Readonly<Record<string, unknown>>;

export interface Reference {
  readonly $ref: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly schema?: OpenApiSchema;
  /** The value may hold slashes (`refs/heads/a/b`, a file's path). */
  readonly "x-multi-segment"?: boolean;
}

export type Content = Readonly<Record<string, { readonly schema?: OpenApiSchema }>>;

export interface Response {
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly schema?: OpenApiSchema } | Reference>>;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Content };
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

export interface OpenApiDocument {
  readonly info: { readonly version: string; readonly "x-source": string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, OpenApiSchema>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Response>>;
    readonly headers: Readonly<Record<string, { readonly schema?: OpenApiSchema }>>;
  };
}

/** Reads the trimmed copy of GitHub's description that lies beside this package's sources. */
export function readGitHubDescription(): OpenApiDocument {
  const file = new URL("../../openapi/github.json", import.meta.url);
  // The file is made by scripts/openapi.ts from GitHub's own, so its shape is taken on trust.
  return JSON.parse(readFileSync(file, "utf8")) as OpenApiDocument;
}

type Section = "parameters" | "responses" | "headers";
type Component<S extends Section> = OpenApiDocument["components"][S][string];

/** Follows a reference into a section of the components. */
export function dereference<S extends Section>(
  document: OpenApiDocument,
  section: S,
  value: Component<S> | Reference,
): Component<S> {
  if (!("$ref" in value) || typeof value.$ref !== "string") return value as Component<S>;
  const name = value.$ref.slice(`#/components/${section}/`.length);
  const found = (document.components[section] as Readonly<Record<string, Component<S>>>)[name];
  if (found === undefined)
    throw new Error(`The OpenAPI description has no ${value.$ref}: run 'npm run openapi'.`);
  return found;
}
