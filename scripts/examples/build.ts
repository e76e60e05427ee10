import type { NodeScript, ScriptUsage, StageScript, Step } from "./script.ts";

/** One entry of an `@copilotkit/aimock` fixture file, as far as these scripts use its format. */
export interface Fixture {
  readonly match: {
    readonly userMessage: string;
    readonly systemMessage?: string;
    readonly toolName?: string;
    readonly turnIndex?: number;
  };
  readonly response: {
    readonly content?: unknown;
    readonly toolCalls?: readonly { readonly name: string; readonly arguments: unknown }[];
    readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
  };
}

/** System prompt and tool definitions of a developer, and the same for the other stages. */
const PREAMBLE_TOKENS = { execute: 4_100, review: 3_300, stage: 5_200 } as const;
/** A tool's result, on average. */
const RESULT_TOKENS = 340;
const tokensOf = (text: string): number => Math.ceil(text.length / 3.6);

export function stageFixtures(stage: "spec" | "plan", script: StageScript): Fixture[] {
  const usage = script.usage ?? {
    input: PREAMBLE_TOKENS.stage,
    output: tokensOf(JSON.stringify(script.answer)),
  };
  return [
    {
      match: { userMessage: `Slipway stage: ${stage}\n` },
      response: { content: script.answer, usage: usageOf(usage) },
    },
  ];
}

/**
 * The fixtures of one node: its turns, first those of a first attempt of its own, then the review.
 *
 * @param fileOf content of a file that a step creates
 */
export function nodeFixtures(script: NodeScript, fileOf: (path: string) => string): Fixture[] {
  // A line break ends each key, so that T1 is not taken for T12 nor a title for the beginning of another.
  const node =
    script.node === undefined ? `Slipway node title: ${script.title}\n` : `Slipway node: ${script.node}\n`;
  const attempt = "Slipway attempt: 1\n";
  const first = script.node === undefined ? attempt + node : node + attempt;
  const answer = script.review;
  return [
    // Of fixtures that fit equally well the earlier one is served.
    ...(script.first ? turnFixtures(first, script.first, fileOf) : []),
    ...turnFixtures(node, script.execute, fileOf),
    {
      match: { userMessage: node, systemMessage: "Slipway agent: code-reviewer" },
      response: {
        content: answer,
        usage: usageOf({ input: PREAMBLE_TOKENS.review, output: tokensOf(JSON.stringify(answer)) }),
      },
    },
  ];
}

function turnFixtures(
  userMessage: string,
  steps: readonly Step[],
  fileOf: (path: string) => string,
): Fixture[] {
  let input: number = PREAMBLE_TOKENS.execute;
  return steps.map((step, turnIndex) => {
    const call = callOf(step, fileOf);
    const output = tokensOf((step.say ?? "") + JSON.stringify(call));
    const usage = usageOf({ input, output });
    input += output + RESULT_TOKENS;
    return {
      match: { userMessage, toolName: "submit", turnIndex },
      response: { ...(step.say === undefined ? {} : { content: step.say }), toolCalls: [call], usage },
    };
  });
}

function callOf(step: Step, fileOf: (path: string) => string): { name: string; arguments: unknown } {
  if ("bash" in step) return { name: "bash", arguments: { command: step.bash.trim() } };
  if ("submit" in step)
    return { name: "submit", arguments: { ...step.submit, summary: step.submit.summary.trim() } };
  return { name: "str_replace_based_edit_tool", arguments: editOf(step, fileOf) };
}

function editOf(
  step: Exclude<Step, { bash: string } | { submit: object }>,
  fileOf: (path: string) => string,
): object {
  if ("view" in step) return { command: "view", path: step.view };
  if ("create" in step) return { command: "create", path: step.create, file_text: fileOf(step.create) };
  return { command: "str_replace", path: step.edit, old_str: step.old, new_str: step.new };
}

function usageOf({ input, output }: ScriptUsage): { input_tokens: number; output_tokens: number } {
  return { input_tokens: input, output_tokens: output };
}
