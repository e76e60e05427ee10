import type { PlanNode } from "@slipway/model";
import type { FoundIssue } from "./find.ts";

/** What somebody changed on an issue after it was drawn. It is told, and left as it is. */
export type Difference = {
  readonly nodeId: string;
  /** Issue number. */
  readonly issue: number;
} & (
  | { readonly what: "state"; readonly found: "open" | "closed"; readonly reason: string | null }
  | { readonly what: "title"; readonly found: string; readonly wanted: string }
  | { readonly what: "labels"; readonly missing: readonly string[]; readonly added: readonly string[] }
  | { readonly what: "type"; readonly found: string | null; readonly wanted: string }
  /** Issue numbers. */
  | { readonly what: "parent"; readonly found: number | null; readonly wanted: number | null }
  /** Deleted, or moved to another repository. */
  | { readonly what: "gone" }
);

/** By node id: what people changed and the run has taken in. It is not told again. */
export interface KeptByPeople {
  readonly states?: ReadonlySet<string>;
  readonly titles?: ReadonlySet<string>;
  /** The labels as they were taken in: others than these are told. */
  readonly labels?: ReadonlyMap<string, readonly string[]>;
  readonly types?: ReadonlySet<string>;
  readonly parents?: ReadonlySet<string>;
  readonly gone?: ReadonlySet<string>;
}

export interface Wanted {
  readonly labels: readonly string[];
  readonly type: string | undefined;
  /** Number of the parent's issue; null for the root, undefined when it is not known. */
  readonly parent: number | null | undefined;
  readonly closed: boolean;
}

/** Labels of the suite that come and go with a node's state (`slipway:blocked`) are nobody's change. */
const OURS = /^slipway(:|$)/i;

/** Compares an issue that was drawn before with what the plan says. Pure. */
export function differencesOf(
  node: Pick<PlanNode, "id" | "title">,
  issue: FoundIssue,
  wanted: Wanted,
  kept: KeptByPeople = {},
): Difference[] {
  const at = { nodeId: node.id, issue: issue.number };
  const found: Difference[] = [];
  if ((issue.state === "closed") !== wanted.closed && !kept.states?.has(node.id))
    found.push({ ...at, what: "state", found: issue.state, reason: issue.stateReason });
  if (issue.title !== node.title && !kept.titles?.has(node.id))
    found.push({ ...at, what: "title", found: issue.title, wanted: node.title });
  const missing = wanted.labels.filter((label) => !has(issue.labels, label));
  const added = issue.labels.filter((label) => !OURS.test(label));
  const taken = kept.labels?.get(node.id) ?? [];
  const foreign = issue.labels.filter(
    (label) => OURS.test(label) && isKind(label) && !has(wanted.labels, label),
  );
  const isTaken = kept.labels?.has(node.id) === true && sameLabels(issue.labels, taken);
  if (!isTaken && missing.length + added.length + foreign.length > 0)
    found.push({ ...at, what: "labels", missing, added: [...added, ...foreign] });
  if (wanted.type !== undefined && !same(issue.type, wanted.type) && !kept.types?.has(node.id))
    found.push({ ...at, what: "type", found: issue.type, wanted: wanted.type });
  const parented = issue.parent !== undefined && wanted.parent !== undefined;
  if (parented && issue.parent !== wanted.parent && !kept.parents?.has(node.id))
    found.push({ ...at, what: "parent", found: issue.parent ?? null, wanted: wanted.parent ?? null });
  return found;
}

/** Label and type names ignore case on GitHub. */
function same(a: string | null, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function has(labels: readonly string[], label: string): boolean {
  return labels.some((one) => same(one, label));
}

function isKind(label: string): boolean {
  return /^slipway:(epic|feature|task|defect)$/i.test(label);
}

/** Whether all labels that count are the ones that were taken in. */
function sameLabels(now: readonly string[], taken: readonly string[]): boolean {
  const counted = (labels: readonly string[]) =>
    labels
      .map((label) => label.toLowerCase())
      .filter((label) => !OURS.test(label) || isKind(label) || label === "slipway")
      .sort()
      .join("\n");
  return counted(now) === counted(taken);
}
