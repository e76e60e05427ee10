import { ConfigurationError, type IssueRef, type PlanNode } from "@slipway/model";
import { httpFailure } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { type Difference, differencesOf, type KeptByPeople } from "./differences.ts";
import { type FoundIssue, findIssue, issueOfNode, listSuiteIssues } from "./find.ts";
import { ensureLabels } from "./labels.ts";
import { MAX_CHILDREN, type Related, syncBlockedBy, syncSubIssues, type Unsupported } from "./relations.ts";
import { type IssueTypes, readIssueTypes } from "./types.ts";
import { createIssue, updateIssue, wantedLabels } from "./write.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep" | "within">;

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
  /**
   * Numbers that a finished sync has given. Such an issue is found also when a person took the suite's label off it,
   * and one that is not under its parent any more was taken from there by a person.
   */
  readonly known?: IssueNumbers;
  /** Nodes whose issue the suite has closed. */
  readonly closed?: ReadonlySet<string>;
  /** What people changed and the run has taken in. */
  readonly kept?: KeptByPeople;
  /** Nodes whose title, kind or parent the plan itself has changed: theirs are written over what is there. */
  readonly changed?: ReadonlySet<string>;
  /** Called after each step: a node's issue is one, its text and relations are another. */
  readonly progress?: (done: number, total: number) => void;
  /** No wait for GitHub's limits ends later than this. */
  readonly deadline?: Date;
}

export interface SyncedIssues {
  /** In the order of `nodes`. */
  readonly issues: readonly { readonly nodeId: string; readonly issue: IssueRef }[];
  readonly created: number;
  readonly updated: number;
  /** What people have changed and the run has not taken in yet. None of it was written over. */
  readonly differences: readonly Difference[];
  /** Sentences about what could not be shown on this GitHub. */
  readonly notes: readonly string[];
}

/**
 * Draws the plan as issues: one a node, with type or label, native sub-issues in order, and dependencies. Create and
 * update give the same result, from wherever an earlier call was stopped; a second call writes nothing. What people
 * change (state, title, labels, type, parent, text outside the marked section) stays and is told.
 *
 * Requests, first time: 3 listings, 1 for each missing label, and for each node 1 creation, 1 as a sub-issue, 1 for
 * each dependency, 1 update when its text names a node that had no number yet. Again: 3 listings, 1 for each node with
 * two children or more and for each one with dependencies.
 *
 * @throws LimitReachedError when GitHub's limits leave no room before the deadline; calling it again goes on
 * @throws ConfigurationError when the repository has its issues turned off
 */
export async function syncIssues(context: Context, sync: SyncIssues): Promise<SyncedIssues> {
  try {
    if (sync.deadline) return await context.within(sync.deadline, () => draw(context, sync));
    return await draw(context, sync);
  } catch (error) {
    throw issuesOff(context, error) ?? error;
  }
}

/** GitHub answers 410 "Issues has been disabled in this repository." */
function issuesOff(
  { owner, repo }: Pick<Context, "owner" | "repo">,
  error: unknown,
): ConfigurationError | undefined {
  const failure = httpFailure(error);
  if (failure?.status !== 410 || !/issues .*disabled/i.test(failure.message)) return undefined;
  return new ConfigurationError(
    `${owner}/${repo} has its issues turned off, and a run keeps its tree in them. Turn them on under Settings → General → Features, then send \`retry\`.`,
    { cause: error },
  );
}

async function draw(context: Context, sync: SyncIssues): Promise<SyncedIssues> {
  await ensureLabels(context);
  const types = await readIssueTypes(context);
  const { found, gone } = await findIssues(context, sync);
  const numbers = new Map([...found].map(([id, { number }]) => [id, number]));
  const total = sync.nodes.length * 2;
  let done = 0;
  const step = (): void => sync.progress?.(++done, total);

  const fresh = new Set<string>();
  for (const node of sync.nodes) {
    if (!found.has(node.id) && !gone.has(node.id)) {
      const { value, created } = await createIssue(context, {
        runId: sync.runId,
        node,
        section: sync.renderBody(node, numbers),
        types,
        ...(sync.since === undefined ? {} : { since: sync.since }),
      });
      found.set(node.id, value);
      numbers.set(node.id, value.number);
      if (created) fresh.add(node.id);
    }
    step();
  }

  const notes = new Set<string>();
  const relate = relations(context, sync, found, fresh, notes);
  let updated = 0;
  for (const node of sync.nodes) {
    const issue = found.get(node.id);
    if (issue) {
      const drawn = { runId: sync.runId, node, section: sync.renderBody(node, numbers), types };
      if (await updateIssue(context, drawn, issue, sync.changed?.has(node.id) ?? false)) updated++;
      await relate(node, issue);
    }
    step();
  }
  for (const note of notes) context.log.warn(note);
  return {
    issues: sync.nodes.flatMap(({ id }) => {
      const issue = found.get(id);
      return issue ? [{ nodeId: id, issue: { number: issue.number, id: issue.id } }] : [];
    }),
    created: fresh.size,
    updated,
    differences: differing(sync, types, found, fresh, gone),
    notes: [...notes],
  };
}

/** The issues that are there, and the nodes whose known issue is not any more. */
async function findIssues(
  context: Context,
  sync: SyncIssues,
): Promise<{ found: Map<string, FoundIssue>; gone: Set<string> }> {
  const there = await listSuiteIssues(context, sync.since);
  const byNumber = new Map(there.map((issue) => [issue.number, issue]));
  const found = new Map<string, FoundIssue>();
  const gone = new Set<string>();
  for (const { id } of sync.nodes) {
    const known = sync.known?.get(id);
    const issue =
      known === undefined
        ? issueOfNode(there, sync.runId, id)
        : (byNumber.get(known) ?? (await findIssue(context, known)));
    if (issue) found.set(id, issue);
    else if (known !== undefined) gone.add(id);
  }
  return { found, gone };
}

/** Links a node's issue with its children and with what it waits for. What this GitHub does not offer is noted once. */
function relations(
  context: Context,
  sync: SyncIssues,
  found: ReadonlyMap<string, FoundIssue>,
  fresh: ReadonlySet<string>,
  notes: Set<string>,
): (node: PlanNode, issue: FoundIssue) => Promise<void> {
  const refs = (ids: readonly string[]): FoundIssue[] => ids.flatMap((id) => found.get(id) ?? []);
  const ours = new Set([...found.values()].map(({ id }) => id));
  const offers = { subIssues: true, dependencies: true };
  const note = (result: Related | Unsupported): boolean => {
    for (const text of result.supported ? result.notes : [result.reason]) notes.add(text);
    return result.supported;
  };
  return async (node, issue) => {
    const isFresh = fresh.has(node.id);
    const children = childrenOf(sync, node.id, issue.number, found, fresh);
    if (offers.subIssues && children.length > 0) {
      const ids = (which: (child: Child) => boolean) =>
        new Set(children.filter(which).map((child) => child.issue.id));
      const result = await syncSubIssues(context, {
        parent: issue,
        children: children.map((child) => child.issue),
        link: ids(({ place }) => place !== "here"),
        take: ids(({ place }) => place === "elsewhere"),
        fresh: isFresh,
      });
      offers.subIssues = note(result);
    }
    const there = isFresh ? 0 : issue.blockers;
    if (offers.dependencies && (node.dependsOn.length > 0 || there !== 0)) {
      const result = await syncBlockedBy(context, { issue, blockers: refs(node.dependsOn), ours, there });
      offers.dependencies = note(result);
    }
  };
}

interface Child {
  readonly issue: FoundIssue;
  /** Where it is now. `unlinked`: nowhere yet, or nobody knows. */
  readonly place: "here" | "unlinked" | "elsewhere";
}

/** The children that are the parent's or shall be, in sibling order; those that people took away are left out. */
function childrenOf(
  sync: SyncIssues,
  parent: string,
  number: number,
  found: ReadonlyMap<string, FoundIssue>,
  fresh: ReadonlySet<string>,
): Child[] {
  const nodes = sync.nodes.filter((node) => node.parent === parent);
  return nodes
    .toSorted((a, b) => a.orderIndex - b.orderIndex)
    .flatMap(({ id }): Child[] => {
      const issue = found.get(id);
      if (!issue) return [];
      if (fresh.has(id) || issue.parent === undefined) return [{ issue, place: "unlinked" }];
      if (issue.parent === number) return [{ issue, place: "here" }];
      if (sync.changed?.has(id)) return [{ issue, place: "elsewhere" }];
      // Drawn, but not linked before the job ended. One that a finished sync has linked was taken away.
      return issue.parent === null && !sync.known?.has(id) ? [{ issue, place: "unlinked" }] : [];
    });
}

function differing(
  sync: SyncIssues,
  types: IssueTypes,
  found: ReadonlyMap<string, FoundIssue>,
  fresh: ReadonlySet<string>,
  gone: ReadonlySet<string>,
): Difference[] {
  return sync.nodes.flatMap((node): Difference[] => {
    const known = sync.known?.get(node.id);
    if (known !== undefined && gone.has(node.id))
      return sync.kept?.gone?.has(node.id) ? [] : [{ nodeId: node.id, issue: known, what: "gone" }];
    const issue = found.get(node.id);
    if (!issue || fresh.has(node.id) || sync.changed?.has(node.id)) return [];
    const above = node.parent === null ? null : found.get(node.parent)?.number;
    // Those beyond what GitHub lets an issue have were never linked.
    const crowded = sync.nodes.filter(({ parent }) => parent === node.parent).length > MAX_CHILDREN;
    const wanted = {
      labels: wantedLabels(node, types),
      type: types.get(node.kind),
      // What this call has linked is under its parent now.
      parent: issue.parent === null && (known === undefined || crowded) ? undefined : above,
      closed: sync.closed?.has(node.id) ?? false,
    };
    return differencesOf(node, issue, wanted, sync.kept);
  });
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
  /** Its number, when the run has recorded it: found also when a person took the suite's label off it. */
  readonly known?: number;
}

/**
 * The issue of one node that came up during the run (a defect). What people change on it stays. Requests: 2 listings,
 * 1 creation or update, and 2 for its parent and each issue that it blocks.
 */
export async function ensureIssue(
  context: Context,
  request: EnsureIssue,
): Promise<{ issue: IssueRef; created: boolean }> {
  const { node, runId, since } = request;
  const there =
    (request.known === undefined ? undefined : await findIssue(context, request.known)) ??
    issueOfNode(await listSuiteIssues(context, since), runId, node.id);
  // The types matter to the making of an issue only.
  const types: IssueTypes = there ? new Map() : await readIssueTypes(context);
  const drawn = { runId, node, section: request.body, types, ...(since === undefined ? {} : { since }) };
  const { value, created } = there ? { value: there, created: false } : await createIssue(context, drawn);
  if (!created) await updateIssue(context, drawn, value, false);
  const issue = { number: value.number, id: value.id };
  const said = new Set<string>();
  const tell = (result: Related | Unsupported): void => {
    for (const note of result.supported ? result.notes : [result.reason]) said.add(note);
  };
  const unlinked = created || value.parent === null || value.parent === undefined;
  if (request.parent && unlinked) {
    // The parent has children already: only this one is added, at their end. They are read when it may be there.
    tell(
      await syncSubIssues(context, {
        parent: request.parent,
        children: [issue],
        link: new Set([issue.id]),
        fresh: created,
      }),
    );
  }
  for (const waiting of request.blocks ?? []) {
    tell(
      await syncBlockedBy(context, {
        issue: waiting,
        blockers: [issue],
        ours: new Set(),
        there: created ? 0 : undefined,
      }),
    );
  }
  for (const note of said) context.log.warn(note);
  return { issue, created };
}
