import type { IssueRef, PlanNode } from "@slipway/model";
import { ensure } from "../client/ensure.ts";
import type { GitHubContext } from "../context.ts";
import { sameText, withSection } from "./body.ts";
import { type FoundIssue, foundIssue, issueOfNode, listSuiteIssues } from "./find.ts";
import { ensureLabels, labelsOf } from "./labels.ts";
import { type Related, syncBlockedBy, syncSubIssues, type Unsupported } from "./relations.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

/** Issue numbers known so far, by node id. */
export type IssueNumbers = ReadonlyMap<string, number>;

export interface SyncIssues {
  readonly runId: string;
  /** In plan order, parents before their children: the order in which issues are made. */
  readonly nodes: readonly PlanNode[];
  /** What Slipway writes into the issue of a node. Pure; called again when more numbers are known. */
  readonly renderBody: (node: PlanNode, numbers: IssueNumbers) => string;
  /** When the run started (ISO 8601): older issues are not looked at. */
  readonly since?: string;
}

export interface SyncedIssues {
  /** In the order of `nodes`. */
  readonly issues: readonly { readonly nodeId: string; readonly issue: IssueRef }[];
  readonly created: number;
  readonly updated: number;
  /** Sentences about what could not be shown on this GitHub. */
  readonly notes: readonly string[];
}

/**
 * Draws the plan as issues: one a node, with labels, native sub-issues in order, and dependencies. Create and update
 * give the same result; a second call writes nothing.
 *
 * Requests, first time: 2 listings, 1 for each missing label, and for each node 1 creation, 1 as a sub-issue, 1 for
 * each dependency, 1 update when its text names a node that had no number yet. Again: 2 listings, 1 for each parent,
 * 1 for each node.
 */
export async function syncIssues(context: Context, sync: SyncIssues): Promise<SyncedIssues> {
  await ensureLabels(context);
  const there = await listSuiteIssues(context, sync.since);
  const found = new Map<string, FoundIssue>();
  const numbers = new Map<string, number>();
  for (const { id } of sync.nodes) {
    const issue = issueOfNode(there, sync.runId, id);
    if (issue) remember(found, numbers, id, issue);
  }
  const fresh = new Set<string>();
  for (const node of sync.nodes.filter(({ id }) => !found.has(id))) {
    const { value, created } = await createIssue(context, sync, node, sync.renderBody(node, numbers));
    remember(found, numbers, node.id, value);
    if (created) fresh.add(node.id);
  }
  let updated = 0;
  for (const node of sync.nodes) {
    const issue = found.get(node.id);
    if (issue && (await updateIssue(context, sync.runId, node, issue, sync.renderBody(node, numbers))))
      updated++;
  }
  const notes = await syncRelations(context, sync.nodes, found, fresh);
  for (const note of notes) context.log.warn(note);
  return {
    issues: sync.nodes.flatMap(({ id }) => {
      const issue = found.get(id);
      return issue ? [{ nodeId: id, issue: { number: issue.number, id: issue.id } }] : [];
    }),
    created: fresh.size,
    updated,
    notes,
  };
}

export interface EnsureIssue {
  readonly runId: string;
  readonly node: PlanNode;
  readonly body: string;
  /** Issue that gets it as its newest sub-issue. */
  readonly parent?: IssueRef;
  /** Issues that wait for it. */
  readonly blocks?: readonly IssueRef[];
  readonly since?: string;
}

/**
 * The issue of one node that came up during the run (a defect). Requests: 1 listing, 1 creation or update, and 2 for
 * its parent and each issue that it blocks (1 when it is new).
 */
export async function ensureIssue(
  context: Context,
  request: EnsureIssue,
): Promise<{ issue: IssueRef; created: boolean }> {
  const { node, runId } = request;
  const there = issueOfNode(await listSuiteIssues(context, request.since), runId, node.id);
  const { value, created } = there
    ? { value: there, created: false }
    : await createIssue(context, request, node, request.body);
  if (!created) await updateIssue(context, runId, node, value, request.body);
  const issue = { number: value.number, id: value.id };
  const said = new Set<string>();
  const tell = (result: Related | Unsupported): void => {
    for (const note of result.supported ? result.notes : [result.reason]) said.add(note);
  };
  // The parent has children already: only this one is added, at their end.
  if (request.parent) tell(await syncSubIssues(context, request.parent, [issue], created));
  for (const waiting of request.blocks ?? [])
    tell(await syncBlockedBy(context, waiting, [issue], new Set(), created));
  for (const note of said) context.log.warn(note);
  return { issue, created };
}

function remember(
  found: Map<string, FoundIssue>,
  numbers: Map<string, number>,
  nodeId: string,
  issue: FoundIssue,
): void {
  found.set(nodeId, issue);
  numbers.set(nodeId, issue.number);
}

async function createIssue(
  context: Context,
  { runId, since }: { runId: string; since?: string },
  node: PlanNode,
  section: string,
) {
  const { octokit, owner, repo } = context;
  const body = withSection("", { what: "node", runId, nodeId: node.id }, section);
  return await ensure(context, {
    what: `issue of ${node.id}`,
    knownMissing: true,
    find: async () => issueOfNode(await listSuiteIssues(context, since), runId, node.id),
    create: async () => {
      const answer = await octokit.request("POST /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        title: node.title,
        body,
        labels: labelsOf(node.kind),
      });
      return foundIssue(answer.data);
    },
  });
}

/** @returns whether anything had to be written */
async function updateIssue(
  context: Context,
  runId: string,
  node: PlanNode,
  issue: FoundIssue,
  section: string,
): Promise<boolean> {
  const body = withSection(issue.body, { what: "node", runId, nodeId: node.id }, section);
  const missing = labelsOf(node.kind).filter((label) => !issue.labels.includes(label));
  if (sameText(body, issue.body) && issue.title === node.title && missing.length === 0) return false;
  await context.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    owner: context.owner,
    repo: context.repo,
    issue_number: issue.number,
    ...(issue.title === node.title ? {} : { title: node.title }),
    ...(sameText(body, issue.body) ? {} : { body }),
    ...(missing.length === 0 ? {} : { labels: [...issue.labels, ...missing] }),
  });
  return true;
}

async function syncRelations(
  context: Context,
  nodes: readonly PlanNode[],
  found: ReadonlyMap<string, FoundIssue>,
  fresh: ReadonlySet<string>,
): Promise<string[]> {
  const notes = new Set<string>();
  const refs = (ids: readonly string[]): FoundIssue[] => ids.flatMap((id) => found.get(id) ?? []);
  const ours = new Set([...found.values()].map(({ id }) => id));
  let subIssues = true;
  let dependencies = true;
  for (const node of nodes) {
    const issue = found.get(node.id);
    if (!issue) continue;
    const isFresh = fresh.has(node.id);
    const children = nodes.filter((other) => other.parent === node.id);
    if (subIssues && children.length > 0) {
      const ordered = children.toSorted((a, b) => a.orderIndex - b.orderIndex).map(({ id }) => id);
      const result = await syncSubIssues(context, issue, refs(ordered), isFresh);
      subIssues = result.supported;
      for (const note of result.supported ? result.notes : [result.reason]) notes.add(note);
    }
    if (dependencies && (node.dependsOn.length > 0 || !isFresh)) {
      const result = await syncBlockedBy(context, issue, refs(node.dependsOn), ours, isFresh);
      dependencies = result.supported;
      for (const note of result.supported ? result.notes : [result.reason]) notes.add(note);
    }
  }
  return [...notes];
}
