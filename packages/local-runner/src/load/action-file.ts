import { convertActionTemplate } from "@actions/workflow-parser/actions/action-template";
import type { ActionDefinition } from "./model.ts";
import { InvalidFile, parseActionFile } from "./parse.ts";
import { readSteps } from "./steps.ts";
import { unsupportedInAction } from "./supported.ts";
import { child, entries, literal, type Token } from "./tokens.ts";

/**
 * Reads an `action.yml`: parsed and checked by GitHub's parser, then against the list of what this engine does.
 * @throws InvalidFile
 */
export function readAction(path: string, text: string): ActionDefinition {
  const { root, context } = parseActionFile(path, text);
  const template = convertActionTemplate(context, root);
  const problems = [...context.errors.getErrors().map((e) => e.message), ...unsupportedInAction(path, root)];
  if (problems.length > 0) throw new InvalidFile(path, problems);
  const runs = child(root, "runs");
  const base = {
    path,
    name: template.name,
    inputs: entries(child(root, "inputs")).map(({ key: name, value }) => ({
      name,
      required: literal(child(value, "required")) === "true",
      default: child(value, "default"),
      deprecationMessage: literal(child(value, "deprecationMessage")),
    })),
  };
  if (template.runs.using === "composite") {
    const steps = readSteps(child(runs, "steps"), template.runs.steps);
    return { ...base, runs: { kind: "composite", steps, outputs: readOutputs(child(root, "outputs")) } };
  }
  return {
    ...base,
    runs: {
      kind: "node",
      using: literal(child(runs, "using")) === "node20" ? "node20" : "node24",
      main: literal(child(runs, "main")) ?? "",
      pre: literal(child(runs, "pre")),
      preIf: condition(child(runs, "pre-if")),
      post: literal(child(runs, "post")),
      postIf: condition(child(runs, "post-if")),
    },
  };
}

function readOutputs(token: Token | undefined): readonly { name: string; value: Token }[] {
  return entries(token).flatMap(({ key: name, value }) => {
    const output = child(value, "value");
    return output === undefined ? [] : [{ name, value: output }];
  });
}

/** `pre-if` and `post-if` hold as they stand: no `success()` is added, and without one they always run. */
function condition(token: Token | undefined): string {
  const text =
    token === undefined ? "" : "expression" in token ? String(token.expression) : (literal(token) ?? "");
  return text.trim() === "" ? "always()" : text;
}
