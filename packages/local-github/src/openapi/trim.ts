/** Cuts an OpenAPI 3.0 description down to some of its operations and what they refer to. Pure. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

const METHODS = ["delete", "get", "head", "options", "patch", "post", "put", "trace"];

/** Below these keys the keys are names that someone gave (a property may be called `title`), not keywords. */
const NAME_MAPS = new Set([
  "content",
  "headers",
  "mapping",
  "parameters",
  "patternProperties",
  "properties",
  "responses",
  "schemas",
]);

/** Values, not descriptions of values: kept as they are. */
const LITERALS = new Set(["const", "default", "enum", "required"]);

/** What only a human reader of the description needs. */
const PROSE = new Set([
  "deprecated",
  "description",
  "example",
  "examples",
  "externalDocs",
  "summary",
  "tags",
  "title",
]);

/** The one extension that says how a path is matched. */
const KEPT_EXTENSIONS = new Set(["x-multi-segment"]);

/**
 * The description with only `operationIds` in it, keys sorted, prose and vendor extensions removed.
 * `source` names where it was taken from and is kept in `info.x-source`.
 * @throws Error when an operation is not in the description, or a reference leads nowhere.
 */
export function trimDescription(
  description: unknown,
  operationIds: readonly string[],
  source: string,
): JsonObject {
  const root = object(description as Json, "the description");
  const missing = new Set(operationIds);
  const paths: Record<string, Json> = {};
  for (const [template, item] of Object.entries(object(root.paths, "paths"))) {
    const kept: Record<string, Json> = {};
    for (const [method, operation] of Object.entries(object(item, template))) {
      if (!METHODS.includes(method)) {
        throw new Error(`${template}: '${method}' beside the operations is not handled; extend trim.ts.`);
      }
      const id = object(operation, `${method} ${template}`).operationId;
      if (typeof id === "string" && missing.delete(id)) kept[method] = strip(operation);
    }
    if (Object.keys(kept).length > 0) paths[template] = kept;
  }
  if (missing.size > 0) {
    throw new Error(
      `GitHub's description has no operation named ${[...missing].join(", ")}: correct operations.json.`,
    );
  }
  const info = object(root.info, "info");
  return sortKeys({
    openapi: root.openapi ?? "",
    info: {
      title: "GitHub REST API, trimmed",
      version: info.version ?? "",
      "x-source": source,
      license: info.license ?? {},
    },
    paths,
    components: reachable(object(root.components, "components"), paths),
  }) as JsonObject;
}

/** The components that `start` refers to, directly or through others. */
function reachable(components: JsonObject, start: Json): JsonObject {
  const kept: Record<string, Record<string, Json>> = {};
  const queue = references(start);
  for (let reference = queue.pop(); reference !== undefined; reference = queue.pop()) {
    const [kind, name] = splitReference(reference);
    const group = kept[kind] ?? {};
    kept[kind] = group;
    if (name in group) continue;
    const found = object(components[kind], `components/${kind}`)[name];
    if (found === undefined)
      throw new Error(`The description refers to ${reference}, which it does not have.`);
    const stripped = strip(found);
    group[name] = stripped;
    queue.push(...references(stripped));
  }
  return kept;
}

function splitReference(reference: string): [kind: string, name: string] {
  const parts = /^#\/components\/([^/]+)\/([^/]+)$/.exec(reference);
  if (!parts?.[1] || !parts[2])
    throw new Error(`Only references into components are handled, not ${reference}.`);
  return [parts[1], parts[2]];
}

function references(node: Json): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === "$ref" && typeof value === "string" ? [value] : references(value),
  );
}

/** Removes prose and extensions from one node; `names` tells that its keys are names. */
function strip(node: Json, names = false): Json {
  if (Array.isArray(node)) return node.map((item) => strip(item));
  if (!isObject(node)) return node;
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(node)) {
    if (!names && PROSE.has(key)) continue;
    if (!names && key.startsWith("x-") && !KEPT_EXTENSIONS.has(key)) continue;
    if (!names && LITERALS.has(key)) kept[key] = value;
    else kept[key] = strip(value, !names && NAME_MAPS.has(key));
  }
  return kept;
}

function sortKeys(node: Json): Json {
  if (Array.isArray(node)) return node.map(sortKeys);
  if (!isObject(node)) return node;
  const order = Object.keys(node).sort();
  return Object.fromEntries(order.map((key) => [key, sortKeys(node[key] ?? null)]));
}

function isObject(node: Json | undefined): node is JsonObject {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

function object(node: Json | undefined, place: string): JsonObject {
  if (!isObject(node)) throw new Error(`The description is not as expected: ${place} should be an object.`);
  return node;
}
