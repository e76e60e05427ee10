import { type ChangeArtifact, type Ending, errorText, type PlanNode, type Usage } from "@slipway/model";
import { checkPaths, type PathPolicy } from "../checks/paths.ts";
import { publicLine, publicText } from "../prompt/public-text.ts";
import { type Check, passed, saidOf } from "./acceptance.ts";
import type { Baseline, Collected, Refusal } from "./collect.ts";
import type { Submission } from "./tools.ts";

/** The change as the executor leaves it, whatever ended the work. */
export type ChangeDraft = Pick<
  ChangeArtifact,
  "outcome" | "reason" | "startSha" | "files" | "title" | "summary" | "usage"
> & {
  readonly ending: Ending;
  readonly steps: number;
  /** Whoever was asked between turns ended the work: it is to be gone on with, not to be begun anew. */
  readonly interrupted: boolean;
  readonly refused: readonly Refusal[];
  /** The commands that the change has to pass, as they went last; empty when there are none, or they were never run. */
  readonly checks: readonly Check[];
  /** What people have to know about how it was done, one sentence each. */
  readonly notes: readonly string[];
  /** JSON lines, credentials masked. */
  readonly trajectory: string;
};

export interface DraftParts {
  readonly startSha: string;
  readonly node: PlanNode;
  readonly policy: PathPolicy;
  readonly collected: CollectedOr;
  readonly ending: Ending;
  readonly reason: string;
  readonly submission: Submission | null;
  readonly paused: boolean;
  readonly steps: number;
  readonly usage: Usage;
  /** Null when the commands were never run, although there are some. */
  readonly checks: readonly Check[] | null;
  readonly notes: readonly string[];
}

/** What the work tree gives, or why it gives nothing. */
export type CollectedOr = Collected & { readonly failures: readonly string[] };

/** A work tree that cannot be read any more must not hide what the work has cost. */
export async function collectOr(baseline: Baseline): Promise<CollectedOr> {
  try {
    return { ...(await baseline.collect()), failures: [] };
  } catch (error) {
    const what = errorText(error);
    const failures = [`The change could not be collected from the work tree: ${what}`];
    return { files: [], refused: [], failures };
  }
}

/** Everything that speaks against publishing what was collected. */
export function objectionsTo({ files, refused, failures }: CollectedOr, policy: PathPolicy): string[] {
  return [
    ...failures,
    ...refused.map(({ path, reason }) => `${JSON.stringify(path)} cannot be part of the change: ${reason}`),
    ...checkPaths(files, policy),
  ];
}

export function draftOf(parts: DraftParts): Omit<ChangeDraft, "trajectory"> {
  const { collected, submission, node, policy } = parts;
  const failed = (parts.checks ?? []).filter((check) => !passed(check)).map(saidOf);
  const problems = [...collected.failures, ...checkPaths(collected.files, policy), ...failed];
  const finished = submission !== null && problems.length === 0;
  const reason = submission
    ? problems.join(" ") || "The agent submitted its change."
    : [parts.reason, ...collected.failures].join(" ");
  const notes =
    parts.checks === null
      ? [...parts.notes, "The commands that the change has to pass were not run."]
      : parts.notes;
  return {
    outcome: finished ? "finished" : "unfinished",
    ending: parts.ending,
    reason: publicText(reason, 2_000) || "The work ended without a reason.",
    startSha: parts.startSha,
    files: [...collected.files],
    title: publicLine(submission ? submission.title.replace(/\.$/, "") : node.title, 120, node.title),
    summary: summaryOf(parts, notes),
    usage: parts.usage,
    steps: parts.steps,
    interrupted: parts.paused,
    refused: collected.refused,
    checks: parts.checks ?? [],
    notes,
  };
}

const NAMED = 20;

function summaryOf({ submission, reason, collected, checks }: DraftParts, notes: readonly string[]): string {
  const said = submission ? submission.summary : `The work was stopped: ${reason}`;
  return summaryText(said, { refused: collected.refused, checks: checks ?? [], notes });
}

/** What was said of a change, and what we know of it ourselves; the same whoever did the work. Fit for GitHub. */
export function summaryText(
  said: string,
  known: {
    readonly refused: readonly Refusal[];
    readonly checks: readonly Check[];
    readonly notes: readonly string[];
  },
): string {
  const left = known.refused.map(({ path, reason }) => `${JSON.stringify(path.slice(0, 200))}: ${reason}`);
  return [
    publicText(said, 12_000) || "The agent gave no summary.",
    section("Left out of the change:", left, 4_500),
    section("The commands that it has to pass:", known.checks.map(saidOf), 2_000),
    section("To know:", known.notes, 1_400),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function section(title: string, items: readonly string[], maxCharacters: number): string {
  if (items.length === 0) return "";
  const more = items.length > NAMED ? [`- and ${items.length - NAMED} more`] : [];
  const rows = [title, "", ...items.slice(0, NAMED).map((item) => `- ${item}`), ...more];
  return publicText(rows.join("\n"), maxCharacters);
}
