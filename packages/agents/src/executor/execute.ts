import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ChangeArtifact,
  errorText,
  type PlanNode,
  type Policy,
  type Spec,
  type Usage,
} from "@slipway/model";
import { agentOf, systemPrompt } from "../catalog/catalog.ts";
import { checkPaths } from "../checks/paths.ts";
import { cleanEnvironment } from "../process/environment.ts";
import { headerLines } from "../prompt/header.ts";
import { publicLine, publicText } from "../prompt/public-text.ts";
import { catalogOf, modelOf, type StageRequest } from "../stages/common.ts";
import { assignment } from "./assignment.ts";
import { type Baseline, type Collected, type Refusal, rememberBaseline } from "./collect.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import { Trajectory } from "./trajectory.ts";

export interface ExecuteLimits {
  /** Turns of the model. */
  readonly steps: number;
  /** Wall time of the whole execution. */
  readonly seconds: number;
  readonly files: number;
  readonly bytes: number;
  /** Wall time of one command. Default 120. */
  readonly commandSeconds?: number;
}

export interface ExecuteRequest extends StageRequest {
  /** A checkout of `startSha` that belongs to this execution alone. */
  readonly workDir: string;
  readonly startSha: string;
  readonly node: PlanNode;
  readonly spec: Spec;
  readonly policy: Pick<Policy, "model" | "qa" | "protectedPaths">;
  /** From `repositoryContext`: already marked as data. */
  readonly context: string;
  /** Why the last attempt did not get through: output of a failed check, findings, files in conflict. */
  readonly trouble?: string | null;
  readonly limits: ExecuteLimits;
  /** What the consumer's setup action exported, for the commands of the agent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Masked in the trajectory wherever they stand. */
  readonly secrets?: readonly string[];
  /** Asked before each turn: why the work is to be left as it stands, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
  /** Called with each line of the trajectory as it is written, so that it survives a killed job. */
  readonly onStep?: (line: string) => void;
  /** Milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/** The change as the executor leaves it, whatever ended the work. */
export type ChangeDraft = Pick<
  ChangeArtifact,
  "outcome" | "reason" | "startSha" | "files" | "title" | "summary" | "usage"
> & {
  readonly steps: number;
  /** Whoever was asked between turns ended the work: it is to be gone on with, not to be begun anew. */
  readonly interrupted: boolean;
  readonly refused: readonly Refusal[];
  /** JSON lines, credentials masked. */
  readonly trajectory: string;
};

/**
 * Has a model build one node with shell and editor in a checkout, and collects what it changed. A model
 * that fails, runs out of a limit or is stopped leaves an `unfinished` draft with all that stands.
 *
 * @throws Error only when nothing could be started or collected (the checkout lacks `startSha`)
 */
export async function executeNode(request: ExecuteRequest): Promise<ChangeDraft> {
  const { workDir, startSha, limits } = request;
  const baseline = await rememberBaseline({
    workDir,
    startSha,
    protectedPaths: request.policy.protectedPaths,
    // More than may be published is still kept: a person may want it.
    files: 4 * limits.files,
    bytes: 4 * limits.bytes,
  });
  const home = await mkdtemp(join(tmpdir(), "slipway-home-"));
  try {
    const trajectory = new Trajectory(request.secrets ?? [], request.onStep);
    const end = await runLoop(loopInput(request, home, baseline, trajectory));
    const draft = await draftOf(request, baseline, end);
    trajectory.add({
      type: "end",
      step: end.steps,
      outcome: draft.outcome,
      reason: draft.reason,
      usage: end.usage,
    });
    return { ...draft, trajectory: trajectory.text };
  } finally {
    await baseline.dispose();
    await rm(home, { recursive: true, force: true });
  }
}

function loopInput(
  request: ExecuteRequest,
  home: string,
  baseline: Baseline,
  trajectory: Trajectory,
): Parameters<typeof runLoop>[0] {
  const { node, limits } = request;
  const commandSeconds = limits.commandSeconds ?? 120;
  const header = headerLines({
    stage: "execute",
    runId: request.runId,
    attempt: request.attempt,
    nodeId: node.id,
    nodeTitle: node.title,
  });
  const prompt = header + assignment({ ...request, limits: { ...limits, commandSeconds } });
  trajectory.add({
    type: "start",
    nodeId: node.id,
    attempt: request.attempt,
    model: request.policy.model.name,
    startSha: request.startSha,
    prompt,
  });
  return {
    client: request.client,
    ...modelOf(request),
    system: systemPrompt(agentOf(catalogOf(request), "developer-implementer")),
    header,
    prompt,
    workDir: request.workDir,
    env: cleanEnvironment({ home, ...(request.env ? { extra: request.env } : {}) }),
    limits: { steps: limits.steps, seconds: limits.seconds, commandSeconds },
    objections: async () => {
      const { files, refused, failures } = await collectOr(baseline);
      const policy = { protectedPaths: request.policy.protectedPaths, limits };
      return [
        ...failures,
        ...refused.map(
          ({ path, reason }) => `${JSON.stringify(path)} cannot be part of the change: ${reason}`,
        ),
        ...checkPaths(files, policy),
      ];
    },
    trajectory,
    now: request.now ?? Date.now,
    ...(request.signal ? { signal: request.signal } : {}),
    ...(request.interrupted ? { interrupted: request.interrupted } : {}),
  };
}

async function draftOf(
  request: ExecuteRequest,
  baseline: Baseline,
  end: LoopEnd,
): Promise<Omit<ChangeDraft, "trajectory">> {
  const collected = await collectOr(baseline);
  const { files, refused } = collected;
  const problems = [
    ...collected.failures,
    ...checkPaths(files, { protectedPaths: request.policy.protectedPaths, limits: request.limits }),
  ];
  const finished = end.kind === "submitted" && problems.length === 0;
  const reason =
    end.kind === "submitted"
      ? problems.join(" ") || "The agent submitted its change."
      : [end.reason, ...collected.failures].join(" ");
  return {
    outcome: finished ? "finished" : "unfinished",
    reason: publicText(reason, 2_000),
    startSha: request.startSha,
    files: [...files],
    title: publicLine(
      end.kind === "submitted" ? end.submission.title.replace(/\.$/, "") : request.node.title,
      120,
      request.node.title,
    ),
    summary: summaryOf(end, refused),
    usage: end.usage satisfies Usage,
    steps: end.steps,
    interrupted: end.kind === "stopped" && end.interrupted,
    refused,
  };
}

/** A work tree that cannot be read any more must not hide what the work has cost. */
async function collectOr(baseline: Baseline): Promise<Collected & { readonly failures: readonly string[] }> {
  try {
    return { ...(await baseline.collect()), failures: [] };
  } catch (error) {
    const what = errorText(error);
    return {
      files: [],
      refused: [],
      failures: [`The change could not be collected from the work tree: ${what}`],
    };
  }
}

const NAMED = 20;

function summaryOf(end: LoopEnd, refused: readonly Refusal[]): string {
  const said = end.kind === "submitted" ? end.submission.summary : `The work was stopped: ${end.reason}`;
  const left = refused
    .slice(0, NAMED)
    .map(({ path, reason }) => `- ${JSON.stringify(path.slice(0, 200))}: ${reason}`);
  const more = refused.length > NAMED ? [`- and ${refused.length - NAMED} more`] : [];
  const summary = publicText(said, 14_000) || "The agent gave no summary.";
  if (refused.length === 0) return summary;
  return `${summary}\n\n${publicText(["Left out of the change:", "", ...left, ...more].join("\n"), 5_500)}`;
}
