import { isJsonObject, type Json, type JsonObject, toText } from "../expressions/data.ts";

/** Most jobs of one matrix. */
export const MAX_MATRIX = 256;

/** One job of a matrix. */
export interface Configuration {
  readonly matrix: JsonObject;
  /** The values that its name shows. */
  readonly label: readonly string[];
}

/**
 * The jobs of an evaluated `strategy.matrix`: the product of its vectors, less `exclude`, with `include`
 * added to what it fits, and the rest of `include` as jobs of their own. Rules as in GitHub's own builder; an
 * empty vector and an empty matrix are errors, as there.
 * @throws
 */
export function expandMatrix(matrix: Json): readonly Configuration[] {
  if (!isJsonObject(matrix))
    throw new Error(`strategy.matrix must be a mapping, but is '${toText(matrix)}'.`);
  const { include, exclude, ...rest } = matrix as Record<string, Json>;
  const vectors = Object.entries(rest).map(([name, values]): [string, readonly Json[]] => {
    if (!Array.isArray(values))
      throw new Error(`Matrix vector '${name}' must be a sequence, but is '${toText(values)}'.`);
    if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
    return [name, values];
  });
  const includes = objects(include, "include");
  const excludes = objects(exclude, "exclude");
  if (vectors.length === 0 && includes.length === 0)
    throw new Error("Matrix must define at least one vector");
  const size = vectors.reduce((product, [, values]) => product * values.length, vectors.length === 0 ? 0 : 1);
  limit(size);

  const names = new Set(vectors.map(([name]) => name));
  const used = new Set<JsonObject>();
  const result: Configuration[] = [];
  for (const cell of product(vectors)) {
    if (excludes.some((filter) => fits(cell, filter))) continue;
    const extra: Record<string, Json> = {};
    for (const item of includes) {
      const filter = pick(item, (name) => names.has(name));
      if (!fits(cell, filter)) continue;
      used.add(item);
      Object.assign(
        extra,
        pick(item, (name) => !names.has(name)),
      );
    }
    result.push({ matrix: { ...cell, ...extra }, label: labels(cell) });
  }
  for (const item of includes) if (!used.has(item)) result.push({ matrix: item, label: labels(item) });
  limit(result.length);
  if (result.length === 0) throw new Error("Matrix does not leave any job: 'exclude' takes all of them away");
  return result;
}

function limit(count: number): void {
  if (count > MAX_MATRIX)
    throw new Error(`The strategy gives ${count} jobs; a matrix has ${MAX_MATRIX} at most.`);
}

function objects(value: Json | undefined, what: string): readonly JsonObject[] {
  if (value === undefined || value === null || value === "") return [];
  if (!Array.isArray(value)) throw new Error(`strategy.matrix.${what} must be a sequence.`);
  return value.map((item: Json) => {
    if (!isJsonObject(item) || Object.keys(item).length === 0) {
      throw new Error(`Each item of strategy.matrix.${what} must be a mapping with a value.`);
    }
    return item;
  });
}

function* product(vectors: readonly (readonly [string, readonly Json[]])[]): Generator<JsonObject> {
  const [first, ...rest] = vectors;
  if (first === undefined) return;
  const [name, values] = first;
  for (const value of values) {
    if (rest.length === 0) yield { [name]: value };
    else for (const cell of product(rest)) yield { [name]: value, ...cell };
  }
}

/** Whether a cell has all the values of a filter; objects are compared by the keys that the filter names. */
function fits(cell: Json, filter: Json): boolean {
  if (isJsonObject(filter)) {
    return (
      isJsonObject(cell) && Object.entries(filter).every(([key, value]) => fits(cell[key] ?? null, value))
    );
  }
  if (Array.isArray(filter)) {
    return (
      Array.isArray(cell) &&
      cell.length === filter.length &&
      filter.every((value, index) => fits(cell[index] ?? null, value))
    );
  }
  return typeof cell !== "object" || cell === null ? toText(cell) === toText(filter) : false;
}

function pick(item: JsonObject, keep: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => keep(name)));
}

/** The values of a matrix cell that a name shows. */
export function labels(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(labels);
  if (isJsonObject(value)) return Object.values(value).flatMap(labels);
  const text = toText(value);
  return text === "" ? [] : [text];
}
