import { addUsage, NO_USAGE, type Usage } from "@slipway/model";
import { clip } from "../prompt/text.ts";
import { ModelFailure } from "../provider/failure.ts";
import type { ModelClient, ModelReply, ToolResult, Turn } from "../provider/model-client.ts";
import { type Submission, TOOLS, useTool } from "./tools.ts";
import type { Trajectory } from "./trajectory.ts";

/** This many answers in a row that are no usable tool call end the work: the model is lost. */
const FORMAT_ERRORS = 3;
/** A submission with objections is sent back this often; then it is taken as it is. */
const SENT_BACK = 2;

export interface LoopInput {
  readonly client: ModelClient;
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly system: string;
  /** Repeated before every text of ours, so that a turn can be told apart by its last message alone. */
  readonly header: string;
  /** With the header lines. */
  readonly prompt: string;
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: { readonly steps: number; readonly seconds: number; readonly commandSeconds: number };
  /** What stands against publishing the change as it is now. */
  readonly objections: () => Promise<readonly string[]>;
  readonly trajectory: Trajectory;
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** Asked before each turn: why the work is to be left as it stands, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
}

export type LoopEnd = { readonly steps: number; readonly usage: Usage } & (
  | { readonly kind: "submitted"; readonly submission: Submission }
  | { readonly kind: "stopped"; readonly reason: string; readonly interrupted: boolean }
);

interface Progress {
  readonly turns: Turn[];
  step: number;
  usage: Usage;
  formatErrors: number;
  sentBack: number;
}

/** The conversation: the model acts, sees what came of it, and acts again, until it submits or a limit ends it. */
export async function runLoop(input: LoopInput): Promise<LoopEnd> {
  const deadline = input.now() + input.limits.seconds * 1_000;
  const timer = AbortSignal.timeout(Math.max(1, input.limits.seconds * 1_000));
  const signal = input.signal ? AbortSignal.any([input.signal, timer]) : timer;
  const progress: Progress = {
    turns: [{ role: "user", text: input.prompt }],
    step: 0,
    usage: NO_USAGE,
    formatErrors: 0,
    sentBack: 0,
  };
  const stopped = (reason: string, interrupted = false): LoopEnd => ({
    kind: "stopped",
    reason,
    interrupted,
    steps: progress.step,
    usage: progress.usage,
  });

  for (;;) {
    if (input.signal?.aborted) return stopped("The job was asked to stop.");
    if (timer.aborted || input.now() >= deadline) {
      return stopped(`The time limit of ${input.limits.seconds} s was reached after ${progress.step} turns.`);
    }
    if (progress.step >= input.limits.steps) {
      return stopped(
        `The limit of ${input.limits.steps} turns (limits.steps in .github/slipway.yml) was reached before the agent submitted.`,
      );
    }
    const interruption = (await input.interrupted?.()) ?? null;
    if (interruption !== null) return stopped(interruption, true);
    progress.step += 1;
    let reply: ModelReply;
    try {
      reply = await ask(input, progress, signal);
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      progress.usage = addUsage(progress.usage, error.usage);
      if (error.kind === "aborted") continue;
      return stopped(error.message);
    }
    if (reply.stop === "refusal" || reply.stop === "context-exceeded") {
      const what =
        reply.stop === "refusal"
          ? "The model refused to go on"
          : "The conversation no longer fits the model's context window";
      return stopped(new ModelFailure(reply.stop, what).message);
    }
    const submission = await answer(input, progress, reply, signal, deadline);
    if (submission) return { kind: "submitted", submission, steps: progress.step, usage: progress.usage };
    if (progress.formatErrors >= FORMAT_ERRORS) {
      return stopped(`The model gave ${FORMAT_ERRORS} answers in a row that were no usable tool call.`);
    }
  }
}

async function ask(input: LoopInput, progress: Progress, signal: AbortSignal): Promise<ModelReply> {
  const reply = await input.client.complete({
    model: input.model,
    maxOutputTokens: input.maxOutputTokens,
    system: input.system,
    turns: progress.turns,
    tools: TOOLS,
    signal,
  });
  progress.usage = addUsage(progress.usage, reply.usage);
  input.trajectory.add({
    type: "reply",
    step: progress.step,
    text: reply.text,
    calls: reply.toolCalls.map(({ name, input: given }) => ({ name, input: given })),
    stop: reply.stop,
    usage: reply.usage,
  });
  return reply;
}

/** Does what the reply asks for and appends the outcome to the history. Returns an accepted submission. */
async function answer(
  input: LoopInput,
  progress: Progress,
  reply: ModelReply,
  signal: AbortSignal,
  deadline: number,
): Promise<Submission | null> {
  if (Array.isArray(reply.raw) && reply.raw.length > 0) progress.turns.push({ role: "model", reply });
  if (reply.toolCalls.length === 0) {
    progress.formatErrors += 1;
    const text =
      reply.stop === "cut"
        ? "Your answer was cut off at the output limit. Go on with one smaller step."
        : "You used no tool. Go on with a tool, or call submit when the work is done.";
    nudge(input, progress, text);
    return null;
  }
  const results: ToolResult[] = [];
  let malformed = 0;
  let accepted: Submission | null = null;
  for (const call of reply.toolCalls) {
    const started = input.now();
    let text = "";
    let isError = false;
    if (accepted !== null) {
      text = "Not done: the change was already submitted.";
    } else if (reply.stop === "cut" && call === reply.toolCalls.at(-1)) {
      malformed += 1;
      isError = true;
      text = "Not done: this call was cut off at the output limit. Do it in smaller steps.";
    } else {
      const commandMs = Math.max(1, Math.min(input.limits.commandSeconds * 1_000, deadline - input.now()));
      const outcome = await useTool(call, { workDir: input.workDir, env: input.env, commandMs, signal });
      if (outcome.kind === "submitted") {
        const objections = await sendBack(input, progress);
        isError = objections !== null;
        text = objections ?? "Submitted.";
        if (objections === null) accepted = outcome.submission;
      } else {
        text = outcome.text;
        isError = outcome.kind !== "done";
        if (outcome.kind === "malformed") malformed += 1;
      }
    }
    results.push({ callId: call.id, text, isError });
    input.trajectory.add({
      type: "result",
      step: progress.step,
      tool: call.name,
      isError,
      seconds: (input.now() - started) / 1_000,
      text,
    });
  }
  progress.formatErrors = malformed === reply.toolCalls.length ? progress.formatErrors + 1 : 0;
  progress.turns.push({ role: "results", results });
  return accepted;
}

/** What the model has to mend before its submission is taken; null when it is taken. */
async function sendBack(input: LoopInput, progress: Progress): Promise<string | null> {
  const objections = await input.objections();
  if (objections.length === 0 || progress.sentBack >= SENT_BACK) return null;
  progress.sentBack += 1;
  const list = objections.slice(0, 20).map((objection) => `- ${objection}`);
  return clip(["Not submitted yet. Mend this, then submit again:", ...list].join("\n"), 8_000, "list");
}

function nudge(input: LoopInput, progress: Progress, text: string): void {
  input.trajectory.add({ type: "nudge", step: progress.step, text });
  const previous = progress.turns.at(-1);
  // Two messages of ours in a row are one turn for the service; it joins them itself.
  progress.turns.push({
    role: "user",
    text: input.header + (previous?.role === "user" ? `${text} (Your last answer was empty.)` : text),
  });
}
