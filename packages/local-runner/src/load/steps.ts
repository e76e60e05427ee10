import type { Step } from "@actions/workflow-parser/model/workflow-template";
import type { StepDefinition } from "./model.ts";
import { child, items, literal, type Token } from "./tokens.ts";
import { parseUses } from "./uses.ts";

/**
 * Steps, from the parsed tree and from the parser's conversion of it. The conversion names each step and
 * completes its condition; it drops `with`, `shell` and some others, so these are read from the tree.
 */
export function readSteps(
  sequence: Token | undefined,
  converted: readonly Step[],
): readonly StepDefinition[] {
  return items(sequence).map((token, index): StepDefinition => {
    const step = converted[index];
    const condition =
      step !== undefined && "if" in step && step.if !== undefined ? step.if.expression : "success()";
    const base = {
      id: literal(child(token, "id")),
      contextName: step?.id ?? `__step_${index + 1}`,
      name: child(token, "name"),
      condition,
      env: child(token, "env"),
      continueOnError: child(token, "continue-on-error"),
      timeoutMinutes: child(token, "timeout-minutes"),
    };
    const uses = child(token, "uses");
    if (uses !== undefined) {
      return { ...base, kind: "uses", uses: parseUses(literal(uses) ?? ""), with: child(token, "with") };
    }
    return {
      ...base,
      kind: "run",
      run: child(token, "run") ?? token,
      shell: child(token, "shell"),
      workingDirectory: child(token, "working-directory"),
    };
  });
}
