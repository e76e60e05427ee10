import { type Json, type JsonObject, toText } from "../expressions/data.ts";
import { resolve, type Scope } from "../expressions/template.ts";
import type { InputDefinition } from "../load/model.ts";

/** Inputs that do not fit their declaration; one sentence each. */
export class InvalidInputs extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "InvalidInputs";
  }
}

/**
 * The `inputs` context of a called workflow: values as the caller gave them, defaults for the others. Types are
 * strict, as on GitHub: only texts are made of other types.
 * @param scope for defaults that are expressions
 * @throws InvalidInputs
 */
export function callInputs(
  definitions: readonly InputDefinition[],
  given: Readonly<Record<string, Json>>,
  scope: Scope,
): JsonObject {
  const problems: string[] = [];
  const inputs: Record<string, Json> = {};
  const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  for (const definition of definitions) {
    const { name, type } = definition;
    const value = values.get(name.toLowerCase());
    if (value === undefined || value === null) {
      inputs[name] = definition.default === undefined ? empty(type) : resolve(definition.default, scope);
    } else if (type === "boolean" || type === "number") {
      if (typeof value === type) inputs[name] = value;
      else problems.push(`Input '${name}' must be a ${type}, but is '${toText(value)}'.`);
    } else if (typeof value === "object") {
      problems.push(
        `Input '${name}' must be a text, but is an ${Array.isArray(value) ? "array" : "object"}.`,
      );
    } else {
      inputs[name] = toText(value);
    }
  }
  if (problems.length > 0) throw new InvalidInputs(problems);
  return inputs;
}

/**
 * The `inputs` context of a `workflow_dispatch`: values arrive as texts or JSON, and are checked against the
 * declared types, choices and required ones.
 * @throws InvalidInputs
 */
export function dispatchInputs(definitions: readonly InputDefinition[], given: JsonObject): JsonObject {
  const problems: string[] = [];
  const inputs: Record<string, Json> = {};
  const known = new Set(definitions.map(({ name }) => name.toLowerCase()));
  const unknown = Object.keys(given).filter((name) => !known.has(name.toLowerCase()));
  if (unknown.length > 0) problems.push(`Unexpected inputs provided: ${JSON.stringify(unknown)}`);
  const values = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  for (const definition of definitions) {
    const { name, type } = definition;
    const value = values.get(name.toLowerCase());
    const text = value === undefined || value === null ? "" : toText(value);
    if (text === "") {
      if (definition.default !== undefined)
        inputs[name] = typed(definition, definition.default.toString(), problems);
      else if (definition.required) problems.push(`Required input '${name}' not provided`);
      else inputs[name] = type === "choice" ? (definition.options[0] ?? "") : empty(type);
    } else inputs[name] = typed(definition, text, problems);
  }
  if (problems.length > 0) throw new InvalidInputs(problems);
  return inputs;
}

function typed({ name, type, options }: InputDefinition, text: string, problems: string[]): Json {
  if (type === "boolean") {
    if (text === "true" || text === "false") return text === "true";
    problems.push(`Provided value '${text}' for input '${name}' is not a boolean`);
  } else if (type === "number") {
    const number = Number(text);
    if (Number.isFinite(number)) return number;
    problems.push(`Provided value '${text}' for input '${name}' is not a number`);
  } else if (type === "choice" && !options.includes(text)) {
    problems.push(
      `Provided value '${text}' for input '${name}' not in the list of allowed values: ${options.join(", ")}`,
    );
  }
  return text;
}

function empty(type: InputDefinition["type"]): Json {
  return type === "boolean" ? false : type === "number" ? 0 : "";
}
