import {
  addUsage,
  ConfigurationError,
  type Effort,
  type Ending,
  errorText,
  NO_USAGE,
  type ProviderName,
  type Usage,
} from "@slipway/model";
import type { Confinement } from "../process/isolation.ts";
import { endingOf, ModelFailure } from "../provider/failure.ts";
import type { ModelClient, ModelReply, ToolResult, ToolSpec, Turn } from "../provider/model-client.ts";
import {
  type BudgetLimits,
  budgetLine,
  exhausted,
  NOTHING_TOLD,
  type Spent,
  type Told,
  tokensOf,
} from "./budget.ts";
import { type Move, stuckIn, stuckNudge } from "./stuck.ts";
import type { SubmissionGate } from "./submission.ts";
import { type Submission, useTool } from "./tools.ts";
import type { Trajectory } from "./trajectory.ts";

/** A model that goes round in circles is told so this often in all; a circle that it does not leave ends the work. */
const NUDGES = 3;
/** Moves that are remembered: no rule looks further back. */
const REMEMBERED = 8;

export interface LoopInput {
  readonly client: ModelClient;
  /** Who is asked, where the client reaches several. */
  readonly provider?: ProviderName;
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly effort?: Effort;
  readonly system: string;
  readonly tools: readonly ToolSpec[];
  /** Repeated before every text of ours, so that a turn can be told apart by its last message alone. */
  readonly header: string;
  /** With the header lines. */
  readonly prompt: string;
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  /** Sees to it that the work tree lies where it belongs. @throws Error when it is gone */
  readonly ready: () => Promise<void>;
  readonly limits: BudgetLimits & { readonly commandSeconds: number };
  /** US dollars for these tokens; null when the price is not known. */
  readonly price: (usage: Usage) => number | null;
  readonly gate: SubmissionGate;
  readonly trajectory: Trajectory;
  readonly now: () => number;
  /** Ends with the wall time, and before it when the work is to be stopped. */
  readonly signal: AbortSignal;
  /** Aborted when the job was asked to stop. */
  readonly stop?: AbortSignal;
  /** When the wall time is over, by `now`. */
  readonly deadline: number;
  /** Asked before each turn: why the work is to be left as it stands, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
  /** Told after each turn whose calls were carried out. */
  readonly onTurn?: (step: number, usage: Usage) => Promise<void>;
}

export interface LoopEnd {
  readonly steps: number;
  readonly usage: Usage;
  readonly ending: Ending;
  /** One sentence for people. */
  readonly reason: string;
  /** Only when it was submitted. */
  readonly submission: Submission | null;
  /** Whoever was asked between turns ended it. */
  readonly paused: boolean;
}

interface Progress {
  /** Appended to, never changed: each request begins with the whole of the one before. */
  readonly turns: Turn[];
  step: number;
  usage: Usage;
  moves: readonly Move[];
  inCircle: boolean;
  nudges: number;
  told: Told;
}

type Stop = Pick<LoopEnd, "ending" | "reason"> & Partial<Pick<LoopEnd, "submission" | "paused">>;

/**
 * The conversation: the model acts, sees what came of it, and acts again, until it submits or a limit ends it.
 *
 * @throws ConfigurationError when it could not begin: what is set up wrong shows with the first request
 */
export async function runLoop(input: LoopInput): Promise<LoopEnd> {
  const progress: Progress = {
    turns: [{ role: "user", text: input.prompt }],
    step: 0,
    usage: NO_USAGE,
    moves: [],
    inCircle: false,
    nudges: 0,
    told: NOTHING_TOLD,
  };
  let stop: Stop | null = null;
  try {
    while (stop === null) stop = await turn(input, progress);
  } catch (error) {
    if (error instanceof ConfigurationError && progress.step <= 1) throw error;
    stop = { ending: "executor-failed", reason: `The executor itself failed: ${errorText(error)}` };
  }
  return { submission: null, paused: false, ...stop, steps: progress.step, usage: progress.usage };
}

async function turn(input: LoopInput, progress: Progress): Promise<Stop | null> {
  const over = await mayNotAsk(input, progress);
  if (over) return over;
  progress.step += 1;
  let reply: ModelReply;
  try {
    reply = await ask(input, progress);
  } catch (error) {
    if (!(error instanceof ModelFailure)) throw error;
    progress.usage = addUsage(progress.usage, error.usage);
    // Why it was stopped, a limit or somebody's wish, is found before the next turn.
    if (error.kind === "aborted" && input.signal.aborted) return null;
    return { ending: endingOf(error.kind), reason: error.message };
  }
  if (reply.stop === "refusal" || reply.stop === "context-exceeded") {
    const what =
      reply.stop === "refusal"
        ? "The model refused to go on"
        : "The conversation no longer fits the model's context window";
    return { ending: reply.stop, reason: new ModelFailure(reply.stop, what).message };
  }
  if (Array.isArray(reply.raw) && reply.raw.length > 0) progress.turns.push({ role: "model", reply });
  // The service wants the conversation back as it is, and then goes on with the same answer.
  if (reply.stop === "paused" && reply.toolCalls.length === 0 && progress.turns.at(-1)?.role === "model")
    return null;
  const submission = await act(input, progress, reply);
  if (submission) {
    // Its commands may have been cut short by the end of the time, or by a wish to stop.
    const cut = input.signal.aborted && input.gate.checks?.some(({ ended }) => ended === "aborted");
    const over = cut ? await mayNotAsk(input, progress) : null;
    return { ...(over ?? { ending: "submitted", reason: "The agent submitted its change." }), submission };
  }
  const stuck = comment(input, progress, reply);
  await input.onTurn?.(progress.step, progress.usage);
  return stuck;
}

async function mayNotAsk(input: LoopInput, progress: Progress): Promise<Stop | null> {
  if (input.stop?.aborted) return { ending: "interrupted", reason: "The job was asked to stop." };
  const { limits } = input;
  const seconds = input.signal.aborted ? limits.seconds : secondsOf(input);
  const reached = exhausted({ ...spentOf(input, progress), seconds }, limits);
  if (reached) return reached;
  const interruption = (await input.interrupted?.()) ?? null;
  return interruption === null ? null : { ending: "interrupted", reason: interruption, paused: true };
}

function secondsOf({ limits, deadline, now }: LoopInput): number {
  return limits.seconds - (deadline - now()) / 1_000;
}

function spentOf(input: LoopInput, { step, usage }: Progress): Spent {
  return { steps: step, seconds: secondsOf(input), tokens: tokensOf(usage), dollars: input.price(usage) };
}

async function ask(input: LoopInput, progress: Progress): Promise<ModelReply> {
  const reply = await input.client.complete({
    ...(input.provider ? { provider: input.provider } : {}),
    model: input.model,
    maxOutputTokens: input.maxOutputTokens,
    ...(input.effort ? { effort: input.effort } : {}),
    system: input.system,
    turns: progress.turns,
    tools: input.tools,
    signal: input.signal,
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
async function act(input: LoopInput, progress: Progress, reply: ModelReply): Promise<Submission | null> {
  const moves: Move[] = [];
  const results: ToolResult[] = [];
  let accepted: Submission | null = null;
  for (const call of reply.toolCalls) {
    const started = input.now();
    const cutOff = reply.stop === "cut" && call === reply.toolCalls.at(-1);
    const done: Done = accepted
      ? { text: "Not done: the change was already submitted.", isError: false }
      : cutOff
        ? {
            text: "Not done: this call was cut off at the output limit. Do it in smaller steps.",
            isError: true,
            malformed: true,
          }
        : await carryOut(input, progress, call);
    accepted ??= done.submission ?? null;
    const { text, isError } = done;
    if (!done.malformed) {
      const action = JSON.stringify([call.name, call.input]);
      moves.push({ kind: "act", action, result: text, isError });
    }
    results.push({ callId: call.id, text, isError });
    const seconds = (input.now() - started) / 1_000;
    input.trajectory.add({ type: "result", step: progress.step, tool: call.name, isError, seconds, text });
  }
  if (results.length > 0) progress.turns.push({ role: "results", results });
  if (moves.length === 0)
    moves.push({ kind: reply.toolCalls.length > 0 || reply.stop === "cut" ? "malformed" : "talk" });
  progress.moves = [...progress.moves, ...moves].slice(-REMEMBERED);
  return accepted;
}

interface Done {
  readonly text: string;
  readonly isError: boolean;
  readonly malformed?: boolean;
  readonly submission?: Submission;
}

async function carryOut(
  input: LoopInput,
  progress: Progress,
  call: ModelReply["toolCalls"][number],
): Promise<Done> {
  const commandMs = Math.max(1, Math.min(input.limits.commandSeconds * 1_000, input.deadline - input.now()));
  const { workDir, env, confinement, ready, signal, tools } = input;
  const outcome = await useTool(call, { workDir, env, confinement, ready, commandMs, signal, tools });
  if (outcome.kind !== "submitted")
    return { text: outcome.text, isError: outcome.kind !== "done", malformed: outcome.kind === "malformed" };
  const spent = spentOf(input, progress);
  const ruling = await input.gate.rule(!signal.aborted && exhausted(spent, input.limits) === null);
  return { ...ruling, ...(ruling.accepted ? { submission: outcome.submission } : {}) };
}

/** Says what the model has to know beside the results: that it used no tool, that it goes in circles, what is left. */
function comment(input: LoopInput, progress: Progress, reply: ModelReply): Stop | null {
  const stuck = stuckIn(progress.moves);
  if (stuck && (progress.inCircle || progress.nudges >= NUDGES)) {
    const ending = stuck.kind === "format-errors" ? "format-errors" : "stuck";
    return {
      ending,
      reason: `The model went round in circles and did not leave them when told. ${stuck.text}`,
    };
  }
  progress.inCircle = stuck !== null;
  if (stuck) progress.nudges += 1;
  const { line, told } = budgetLine(spentOf(input, progress), input.limits, progress.told);
  progress.told = told;
  const silent =
    reply.toolCalls.length > 0
      ? null
      : reply.stop === "cut"
        ? "Your answer was cut off at the output limit. Go on with one smaller step."
        : "You used no tool. Go on with a tool, or call submit when the work is done.";
  const texts = [silent, stuck && stuckNudge(stuck), line].filter((text) => text !== null);
  if (texts.length === 0) return null;
  // Two messages of ours in a row are one turn for the service; it joins them itself.
  const empty = progress.turns.at(-1)?.role === "user" ? " (Your last answer was empty.)" : "";
  const text = texts.join("\n") + empty;
  input.trajectory.add({ type: "nudge", step: progress.step, text });
  progress.turns.push({ role: "user", text: input.header + text });
  return null;
}
