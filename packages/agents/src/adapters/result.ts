import {
  type AgentDocument,
  type AgentResult,
  type AgentTask,
  agentResultSchema,
  type ChangeArtifact,
  type Ending,
  type ExecutorName,
  type Usage,
} from "@slipway/model";
import { checkPaths } from "../checks/paths.ts";
import { type Check, passed, saidOf } from "../executor/acceptance.ts";
import { byPath, type Collected, type Refusal } from "../executor/collect.ts";
import { summaryText } from "../executor/draft.ts";
import { publicLine, publicText } from "../prompt/public-text.ts";
import { redact } from "../prompt/redact.ts";
import { visibleText } from "../prompt/text.ts";
import { type CommitProposal, settleCommits, withoutType } from "./commits.ts";
import type { ExecutorWorld } from "./executor.ts";

/** What whoever did the work says of it; all of it may be missing. */
export interface Said {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly commits?: readonly CommitProposal[] | undefined;
  readonly notes?: readonly string[] | undefined;
}

export interface Work {
  readonly executor: ExecutorName;
  readonly ending: Ending;
  /** Why it ended, for a person. */
  readonly reason: string;
  /** What keeps it from being finished although it was submitted: a failed check, a change not collected. */
  readonly problems: readonly string[];
  /** The task's commands as they went; left out where `said` tells of them already. */
  readonly checks?: readonly Check[];
  readonly said: Said;
  readonly collected: Collected;
  readonly usage: Usage;
  readonly documents: readonly AgentDocument[];
  readonly commit?: ExecutorWorld["commit"];
  /** Masked in all text wherever they stand. */
  readonly secrets?: readonly string[];
}

/** The contract's result, the same for every executor. All text is made fit for GitHub on the way. */
export function resultOf(task: AgentTask, work: Work): AgentResult {
  const { constraints } = task;
  const { files } = work.collected;
  const refused = work.collected.refused.toSorted(byPath);
  const paths = files.map(({ path }) => path);
  const known = work.problems.join(" ");
  const rules = checkPaths(files, { protectedPaths: constraints.protectedPaths, limits: constraints });
  const failed = (work.checks ?? []).filter((check) => !passed(check)).map(saidOf);
  const problems = [...work.problems, ...failed, ...rules.filter((rule) => !known.includes(rule))];
  const finished = work.ending === "submitted" && problems.length === 0;
  // What cannot be seen goes first: it could part a secret, and is gone later.
  const masked = (text: string) => redact(visibleText(text), work.secrets);
  const subject = task.node?.title ?? firstLine(task.objective);
  const title = publicLine(
    withoutType(masked(work.said.title ?? subject)).replace(/[.\s]+$/, ""),
    120,
    "Change",
  );
  const settled = settleCommits({
    proposed: (work.said.commits ?? []).map((proposal) => ({
      ...proposal,
      subject: masked(proposal.subject ?? ""),
      body: masked(proposal.body ?? ""),
    })),
    paths,
    title,
    type: work.commit?.type ?? "chore",
    scope: work.commit?.scope ?? null,
  });
  const reason = finished
    ? [work.reason]
    : work.ending === "submitted"
      ? problems
      : [work.reason, ...problems];
  return agentResultSchema.parse({
    kind: "agent-result",
    version: 1,
    runId: task.runId,
    nodeId: task.node?.id ?? null,
    agent: task.agent.name,
    executor: work.executor,
    outcome: finished ? "finished" : "unfinished",
    ending: work.ending,
    reason: publicText(masked(reason.join(" ")), 2_000) || "It ended without a reason.",
    startSha: task.startSha,
    title,
    summary: work.checks
      ? // Without `visibleText`: what parts a mention cannot be seen either.
        redact(
          summaryText(masked(work.said.summary ?? ""), { refused, checks: work.checks, notes: [] }),
          work.secrets,
        )
      : publicText(masked(work.said.summary ?? ""), 20_000) || "The agent gave no summary.",
    changes: [...files],
    refused: refused.map(({ path, reason }) => ({ path, reason })),
    commits: settled.commits,
    notes: [...(work.said.notes ?? []), ...settled.notes]
      .map((note) => publicText(masked(note), 2_000))
      .filter((note) => note !== "")
      .slice(0, 50),
    artifactsOut: work.documents.map((one) => ({ ...one, text: masked(one.text) })),
    usage: work.usage,
  } satisfies AgentResult);
}

const NAMED = 20;
const LEFT_OUT = "Left out of the change:";

/**
 * The artifact `change` that the writing job takes; what is not in the change is named in its summary.
 *
 * @param claim whether the run was paused or cancelled, which the one knows who was asked in between
 */
export function changeOf(
  result: AgentResult,
  claim: { readonly attempt: number; readonly paused: boolean },
): ChangeArtifact {
  if (result.nodeId === null) throw new Error("A result without a node has no change to publish.");
  return {
    kind: "change",
    runId: result.runId,
    nodeId: result.nodeId,
    attempt: claim.attempt,
    outcome: result.outcome,
    reason: result.reason,
    ...(claim.paused && result.ending === "interrupted" ? { interrupted: true as const } : {}),
    startSha: result.startSha,
    files: result.changes,
    title: result.title,
    summary: summaryWith(result.summary, result.refused),
    usage: result.usage,
    agent: result.agent,
    executor: result.executor,
    ending: result.ending,
    ...(result.commits.length > 0 ? { commits: result.commits } : {}),
    ...(result.notes.length > 0 ? { notes: result.notes } : {}),
  };
}

function summaryWith(summary: string, refused: readonly Refusal[]): string {
  if (refused.length === 0 || summary.includes(LEFT_OUT)) return summary;
  const left = refused
    .slice(0, NAMED)
    .map(({ path, reason }) => `- ${JSON.stringify(path.slice(0, 200))}: ${reason}`);
  const more = refused.length > NAMED ? [`- and ${refused.length - NAMED} more`] : [];
  const list = publicText([LEFT_OUT, "", ...left, ...more].join("\n"), 5_500);
  return `${publicText(summary, 14_000)}\n\n${list}`;
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
