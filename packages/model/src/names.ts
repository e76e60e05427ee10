import { createHash } from "node:crypto";
import type { NodeKind } from "./schema/common.ts";

const ALPHABET = "23456789abcdefghjkmnpqrstvwxyz0";

/**
 * The run id that belongs to a start request. A function of the request alone, so a replayed
 * request names the run that it has already started.
 *
 * @param requestId the dispatch id, or another text unique to the request
 * @param at when the request was made
 */
export function runIdFor(requestId: string, at: Date): string {
  const digest = createHash("sha256").update(requestId).digest();
  const suffix = [...digest.subarray(0, 6)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  // A UUID may claim a year of five digits.
  const day = at.toISOString().replace(/^\+?\d*(\d{4})-(\d\d)-(\d\d)T.*$/, "$1$2$3");
  return `r-${day}-${suffix}`;
}

/** When a UUID of version 7 was made (RFC 9562, section 5.7: its first 48 bits are milliseconds). */
export function dateOfUuid7(uuid: string): Date {
  return new Date(Number.parseInt(uuid.replaceAll("-", "").slice(0, 12), 16));
}

/** Lower-case ASCII words joined by hyphens, at most `max` characters; `item` when nothing is left. */
export function slugOf(text: string, max = 40): string {
  const words = text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (words.length <= max) return words || "item";
  const cut = words.slice(0, max + 1);
  const atWord = cut.includes("-") ? cut.slice(0, cut.lastIndexOf("-")) : cut.slice(0, max);
  return atWord.replace(/-+$/, "") || "item";
}

/** `task/12-parse-dates`: kind, issue number, slug of the title. */
export function branchName(kind: NodeKind, issue: number, title: string): string {
  return `${kind}/${issue}-${slugOf(title)}`;
}

export function ledgerRef(runId: string): string {
  return `refs/slipway/runs/${runId}`;
}

/** Label on everything that Slipway made. */
export const SUITE_LABEL = "slipway";
export const BLOCKED_LABEL = "slipway:blocked";
export const kindLabel = (kind: NodeKind): string => `slipway:${kind}`;

export type Marker =
  | { readonly what: "node"; readonly runId: string; readonly nodeId: string }
  | { readonly what: "status"; readonly runId: string }
  | { readonly what: "questions"; readonly runId: string }
  | { readonly what: "pull"; readonly runId: string; readonly nodeId: string }
  | { readonly what: "review"; readonly runId: string; readonly nodeId: string; readonly headSha: string };

/** The hidden line that ties an issue, comment, pull request or review to its place in a run. */
export function markerText(marker: Marker): string {
  const { what, ...rest } = marker;
  const fields = Object.entries(rest).map(([key, value]) => `${key}=${value}`);
  return `<!-- slipway:${what} ${fields.join(" ")} -->`;
}

/** Whether a text was written for this place: its marker is there, on a line of its own. */
export function hasMarker(text: string | null | undefined, marker: Marker): boolean {
  const wanted = markerText(marker);
  return (text ?? "").split(/\r?\n/).some((line) => line.trim() === wanted);
}

/** The claim that work was done under; `alone` when somebody asked for one stage by itself. */
export type ArtifactClaim = number | "alone";

/** Artifact names within one workflow run. GitHub forbids `" : < > | * ? \ /` and line breaks in them. */
export const artifactName = {
  spec: (claim: ArtifactClaim): string => `spec.${claim}`,
  plan: (claim: ArtifactClaim): string => `plan.${claim}`,
  change: (nodeId: string, claim: ArtifactClaim): string => `change.${nodeId}.${claim}`,
  evidence: (kind: string, nodeId: string, claim: ArtifactClaim): string =>
    `evidence.${kind}.${nodeId}.${claim}`,
  /** What the names of drafts of a change begin with; a number follows. Handed out in case the job is lost. */
  drafts: (nodeId: string, claim: ArtifactClaim): string => `draft.${nodeId}.${claim}.`,
  release: (claim: ArtifactClaim): string => `release.${claim}`,
  /** The words of an agent for a release. */
  notes: (claim: ArtifactClaim): string => `notes.${claim}`,
} as const;

export const TRAILERS = {
  run: "Slipway-Run",
  node: "Slipway-Node",
  requirement: "Slipway-Requirement",
  issue: "Slipway-Issue",
  /** Path of a document of the specification, which is no change to what is released. */
  document: "Slipway-Document",
  /** Commit that was brought into a branch which takes no merge commits. */
  merged: "Slipway-Merged",
} as const;

/** The branches of nodes are named by the node's kind and issue: see {@link branchName}. */
const BRANCH = /^(?:epic|feature|task|defect)\/([1-9]\d{0,9})-./;

/** The issue of the node whose branch it is; undefined for a branch that is none of ours. */
export function issueOfBranch(branch: string): number | undefined {
  const [, issue] = BRANCH.exec(branch) ?? [];
  return issue === undefined ? undefined : Number(issue);
}
