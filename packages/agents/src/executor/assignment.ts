import type { PlanNode, Policy, Spec } from "@slipway/model";
import { asData } from "../prompt/sanitize.ts";
import { contractOf } from "../stages/common.ts";

export interface AssignmentInput {
  readonly node: PlanNode;
  readonly spec: Spec;
  readonly policy: Pick<Policy, "qa" | "protectedPaths">;
  readonly context: string;
  readonly trouble?: string | null;
  readonly limits: {
    readonly steps: number;
    readonly seconds: number;
    readonly files: number;
    readonly bytes: number;
    readonly commandSeconds: number;
  };
}

/** The task as the implementer gets it, without the header lines. */
export function assignment({ node, spec, policy, context, trouble, limits }: AssignmentInput): string {
  const checks = [
    policy.qa.setup && `setup: ${policy.qa.setup}`,
    policy.qa.lint && `lint: ${policy.qa.lint}`,
    policy.qa.test && `test: ${policy.qa.test}`,
  ];
  const named = checks.filter((line) => line !== undefined && line !== "");
  return [
    "Build the change that this contract describes.",
    "",
    asData({ source: "contract", text: contractOf(node, spec) }),
    "",
    asData({ source: "specification", text: `${spec.title}\n\n${spec.summary}`, maxCharacters: 5_000 }),
    "",
    "The checks that the change has to pass:",
    ...(named.length > 0
      ? named.map((line) => `- ${line}`)
      : ["- none is configured; use the repository's own tests"]),
    "",
    `Protected paths, which no change may touch: ${policy.protectedPaths.join(", ") || "none"}.`,
    `Limits: ${limits.steps} turns and ${Math.round(limits.seconds / 60)} minutes in all, ${limits.commandSeconds} s a command, ` +
      `${limits.files} files and ${limits.bytes} bytes in the change.`,
    "",
    context,
    ...(trouble
      ? [
          "",
          "The last attempt did not get through. Start from this:",
          asData({ source: "last attempt", text: trouble, maxCharacters: 20_000 }),
        ]
      : []),
  ].join("\n");
}
