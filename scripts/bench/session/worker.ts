/**
 * A process that does one thing and tells what it took: its task as JSON by standard input, the outcome as JSON by
 * standard output. An idle one has loaded the same and does nothing.
 */
import { text } from "node:stream/consumers";
import {
  agentOf,
  contextPacks,
  contextText,
  embeddedCatalog,
  executeNode,
  openModels,
} from "@slipway/agents";
import { planNodeSchema, policySchema, specSchema } from "@slipway/model";
import { z } from "zod";
import { peakBytes } from "../peak-memory.ts";
import type { SessionOutcome } from "./outcome.ts";

const taskSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("idle") }),
  z.object({
    kind: z.literal("session"),
    provider: z.enum(["anthropic", "openai"]),
    baseUrl: z.string(),
    workDir: z.string(),
    startSha: z.string(),
    node: planNodeSchema,
    spec: specSchema,
    command: z.string(),
  }),
]);
export type WorkerTask = z.input<typeof taskSchema>;

const entrySchema = z.object({
  type: z.string(),
  tool: z.string().optional(),
  seconds: z.number().optional(),
});

const task = taskSchema.parse(JSON.parse(await text(process.stdin)));
const agent = agentOf(embeddedCatalog(), "developer-implementer");
const done = task.kind === "idle" ? {} : { session: await session(task) };
process.stdout.write(JSON.stringify({ peakBytes: peakBytes(), ...done }));
// A connection that is kept open must not hold the process.
process.exit();

async function session(of: Extract<typeof task, { kind: "session" }>): Promise<SessionOutcome> {
  const policy = policySchema.parse({ version: 1, model: { provider: of.provider } });
  const began = performance.now();
  const packs = await contextPacks(agent.context, {
    workDir: of.workDir,
    focus: `${of.node.title}\n${of.node.objective}`,
  });
  const started = performance.now();
  let ready = started;
  const toolMs: Record<string, number> = {};
  let lastResult = started;
  const reach = { apiKey: "scripted", baseUrl: of.baseUrl };
  const draft = await executeNode({
    client: openModels(policy, { anthropic: reach, openai: reach }),
    policy,
    runId: "r-20261121-abc123",
    attempt: 1,
    node: of.node,
    spec: of.spec,
    workDir: of.workDir,
    startSha: of.startSha,
    context: contextText(packs),
    commands: [of.command],
    limits: { steps: 40, seconds: 1_800, files: 100, bytes: 1_000_000 },
    onStep(line) {
      const { type, tool = "", seconds = 0 } = entrySchema.parse(JSON.parse(line));
      if (type === "start") ready = performance.now();
      if (type !== "result") return;
      toolMs[tool] = (toolMs[tool] ?? 0) + seconds * 1_000;
      lastResult = performance.now();
    },
  });
  const ended = performance.now();
  return {
    contextMs: started - began,
    totalMs: ended - started,
    startMs: ready - started,
    toolMs,
    // From the last thing that the model had done, which is its submission, to the change in hand.
    collectMs: ended - lastResult,
    turns: draft.steps,
    changed: draft.files.map(({ path }) => path),
    outcome: draft.outcome,
    ending: draft.ending,
    reason: draft.reason,
    notes: [...draft.notes],
  };
}
