import { addUsage, type Effort, errorText, NO_USAGE, type ProviderName, type Usage } from "@slipway/model";
import type { z } from "zod";
import { type Correlation, headerLines } from "../prompt/header.ts";
import { clip } from "../prompt/text.ts";
import { ModelFailure } from "../provider/failure.ts";
import type { ModelClient, ModelReply, Turn } from "../provider/model-client.ts";

export interface StructuredRequest<T> {
  readonly client: ModelClient;
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly effort?: Effort;
  readonly provider?: ProviderName;
  readonly correlation: Correlation;
  readonly system: string;
  /** Without the header lines: they are put before it. */
  readonly prompt: string;
  readonly schema: z.ZodType<T>;
  readonly schemaName: string;
  /** What the schema cannot say: each sentence is one thing that is wrong with the answer. */
  readonly check?: (value: T) => readonly string[];
  /** Further answers asked for after a wrong one. */
  readonly maxRepairs?: number;
  readonly signal?: AbortSignal;
}

/** A model that did not give an answer of the asked shape, however often it was shown what is wrong. */
export class ModelAnswerError extends Error {
  override readonly name = "ModelAnswerError";
  readonly stage: Correlation["stage"];
  readonly answers: number;
  readonly problems: readonly string[];
  readonly usage: Usage;

  constructor(stage: Correlation["stage"], answers: number, problems: readonly string[], usage: Usage) {
    const times = answers === 1 ? "once" : `${answers} times`;
    // Some are sentences with a stop of their own.
    const told = problems.map((problem) => problem.replace(/\.$/, "")).join("; ");
    super(
      `The model answered the ${stage} stage ${times} with something other than what was asked for. ` +
        `The last time: ${clip(told, 1_200, "problems")}. ` +
        "Retry the stage, or set model.name in .github/slipway.yml to a stronger model.",
    );
    this.stage = stage;
    this.answers = answers;
    this.problems = problems;
    this.usage = usage;
  }

  /** The same failure with the tokens of earlier calls of the same stage counted in. */
  withUsage(usage: Usage): ModelAnswerError {
    return new ModelAnswerError(this.stage, this.answers, this.problems, usage);
  }
}

/**
 * A further question of a stage that has asked before.
 *
 * @param earlier what the questions before it have cost: a failure of this one carries that as well
 */
export async function afterSpending<T>(earlier: Usage, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof ModelFailure || error instanceof ModelAnswerError
      ? error.withUsage(addUsage(earlier, error.usage))
      : error;
  }
}

/** Problems shown to the model at once: enough to mend, few enough to read. */
const SHOWN = 25;

/**
 * One answer of a given shape. A wrong one is shown to the model with what is wrong in it, at most
 * `maxRepairs` times, in the same conversation.
 *
 * @throws ModelAnswerError after the last wrong answer
 * @throws ModelFailure when no answer came; both carry the tokens of all calls
 */
export async function structured<T>(request: StructuredRequest<T>): Promise<{ value: T; usage: Usage }> {
  const { client, correlation, schema, maxRepairs = 2 } = request;
  const header = headerLines(correlation);
  const turns: Turn[] = [{ role: "user", text: header + request.prompt }];
  let usage = NO_USAGE;
  for (let answers = 1; ; answers += 1) {
    const reply = await complete(client, request, turns, usage);
    usage = addUsage(usage, reply.usage);
    refuseUnusable(reply, usage);
    const judged = judge(reply.text, schema, request.check);
    if (judged.ok) return { value: judged.value, usage };
    if (answers > maxRepairs) throw new ModelAnswerError(correlation.stage, answers, judged.problems, usage);
    turns.push(...repairTurns(reply, header, judged.problems));
  }
}

async function complete<T>(
  client: ModelClient,
  request: StructuredRequest<T>,
  turns: readonly Turn[],
  usage: Usage,
): Promise<ModelReply> {
  try {
    return await client.complete({
      model: request.model,
      maxOutputTokens: request.maxOutputTokens,
      ...(request.effort ? { effort: request.effort } : {}),
      ...(request.provider ? { provider: request.provider } : {}),
      system: request.system,
      turns,
      format: { name: request.schemaName, schema: request.schema },
      ...(request.signal ? { signal: request.signal } : {}),
    });
  } catch (error) {
    throw error instanceof ModelFailure ? error.withUsage(addUsage(usage, error.usage)) : error;
  }
}

function refuseUnusable(reply: ModelReply, usage: Usage): void {
  switch (reply.stop) {
    case "refusal":
      throw new ModelFailure(
        "refusal",
        `The model refused to answer${reply.text ? `: ${clip(reply.text, 300)}` : ""}`,
        { usage },
      );
    case "cut":
      throw new ModelFailure("cut", `The answer was cut off after ${reply.usage.outputTokens} tokens`, {
        usage,
      });
    case "context-exceeded":
      throw new ModelFailure("context-exceeded", "The request does not fit the model's context window", {
        usage,
      });
    case "paused":
    case "other":
      throw new ModelFailure("unexpected-stop", "The model stopped before it had answered", { usage });
    case "end":
    case "tool-use":
  }
}

type Judged<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

function judge<T>(text: string, schema: z.ZodType<T>, check: StructuredRequest<T>["check"]): Judged<T> {
  if (text.trim() === "") return { ok: false, problems: ["the answer is empty"] };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      problems: [`the answer is not JSON: ${errorText(error)}`],
    };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => `${pathText(issue.path)}: ${issue.message}`),
    };
  }
  const problems = check?.(parsed.data) ?? [];
  return problems.length === 0 ? { ok: true, value: parsed.data } : { ok: false, problems };
}

function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "(root)";
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}

function repairTurns(reply: ModelReply, header: string, problems: readonly string[]): Turn[] {
  const more = problems.length > SHOWN ? [`- and ${problems.length - SHOWN} more of the kind`] : [];
  const text = [
    "Your answer could not be used. What is wrong with it:",
    "",
    ...problems.slice(0, SHOWN).map((problem) => `- ${problem}`),
    ...more,
    "",
    "Give the whole answer again, mended, as JSON of the asked shape and nothing else. Keep what was right.",
  ].join("\n");
  return [...kept(reply), { role: "user", text: header + text }];
}

/**
 * A turn without content would be refused by the service; there is nothing in it to show either. So would be calls
 * that nobody answers: no tool was offered, but some models call one all the same.
 */
function kept(reply: ModelReply): Turn[] {
  if (reply.text.trim() === "") return [];
  const said = reply.toolCalls.length === 0 ? reply : { ...reply, toolCalls: [], raw: null };
  return [{ role: "model", reply: said }];
}
