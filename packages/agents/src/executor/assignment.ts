import type { PlanNode, Policy, Spec } from "@slipway/model";
import { asData } from "../prompt/sanitize.ts";
import { contractOf } from "../stages/common.ts";
import { type Earlier, LEFT_FOLDER, type Resumed } from "./earlier.ts";

export interface AssignmentInput {
  readonly node: PlanNode;
  readonly spec: Spec;
  readonly policy: Pick<Policy, "qa" | "protectedPaths">;
  readonly context: string;
  readonly trouble?: string | null;
  /** What an earlier attempt left, and what became of its files. */
  readonly earlier?: Earlier;
  readonly resumed?: Resumed;
  /** Run before the submission is taken. */
  readonly commands?: readonly string[];
  readonly limits: {
    readonly steps: number;
    readonly seconds: number;
    readonly files: number;
    readonly bytes: number;
    readonly commandSeconds: number;
    readonly tokens?: number | null;
    readonly dollars?: number | null;
  };
}

/** The task as the implementer gets it, without the header lines. */
export function assignment(input: AssignmentInput): string {
  const { node, spec, policy, context, trouble, limits, commands = [] } = input;
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
    ...(commands.length > 0
      ? ["Run for you when you submit, and to be passed:", ...commands.map((command) => `- ${command}`)]
      : []),
    "",
    `Protected paths, which no change may touch: ${policy.protectedPaths.join(", ") || "none"}.`,
    `Limits: ${limits.steps} turns and ${Math.round(limits.seconds / 60)} minutes in all, ${limits.commandSeconds} s a command, ` +
      `${limits.files} files and ${limits.bytes} bytes in the change${limits.tokens ? `, ${limits.tokens} tokens` : ""}${limits.dollars ? `, $${limits.dollars}` : ""}.`,
    "",
    context,
    ...(trouble
      ? [
          "",
          "The last attempt did not get through. Start from this:",
          asData({ source: "last attempt", text: trouble, maxCharacters: 20_000 }),
        ]
      : []),
    ...wentBefore(input),
  ].join("\n");
}

const STEPS_SHOWN = 8_000;

/** What the model is told of an attempt that it is to go on from. */
function wentBefore({ earlier, resumed }: AssignmentInput): string[] {
  if (!earlier || !resumed) return [];
  const { applied, left } = resumed;
  const names = (paths: readonly string[]) => paths.map((path) => `- ${JSON.stringify(path)}`);
  return [
    "",
    "An earlier attempt at this task ended before it was through. Go on from what it left; do not begin anew.",
    ...(applied.length > 0
      ? ["Its files, which are in the working directory already:", ...names(applied)]
      : ["Nothing of its change is in the working directory."]),
    ...(left.length > 0
      ? [
          `Its files that no longer apply; their content lies in ~/${LEFT_FOLDER}:`,
          ...left.map(({ path, reason }) => `- ${JSON.stringify(path)}: ${reason}`),
        ]
      : []),
    asData({ source: "earlier attempt: why it ended", text: earlier.reason, maxCharacters: 2_000 }),
    asData({ source: "earlier attempt: its summary", text: earlier.summary, maxCharacters: 6_000 }),
    ...(earlier.trajectory.trim() === ""
      ? []
      : [asData({ source: "earlier attempt: its last steps", text: endOf(earlier.trajectory) })]),
  ];
}

/** Whole lines from the end. */
function endOf(trajectory: string): string {
  const text = trajectory.trimEnd();
  if (text.length <= STEPS_SHOWN) return text;
  const tail = text.slice(-STEPS_SHOWN).toWellFormed();
  return tail.slice(tail.indexOf("\n") + 1);
}
