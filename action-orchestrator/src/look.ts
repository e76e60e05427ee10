import {
  ensureBranch,
  type GitHub,
  getPull,
  listChangedIssues,
  listChangedPulls,
  readCheckStates,
  readCloser,
  refusalOf,
  reopenPull,
} from "@slipway/github";
import { errorText, isOfRun, type LedgerEvent, type RunState, runStateOf } from "@slipway/model";
import { type Change, changesOf, holdingsOf, numbersOf, oursAmong, type Seen } from "./changes.ts";
import {
  type Answers,
  awaitsDraft,
  checksAwaited,
  closersAskedFor,
  factsOf,
  settledOf,
  waitingNodes,
} from "./facts.ts";
import type { Doing } from "./read-trigger.ts";

/** What a turn found in the repository. */
export interface Look {
  readonly seen: Seen;
  readonly facts: readonly LedgerEvent[];
  readonly settled: ReadonlySet<string>;
  /** Sentences for people, about what is not repaired. */
  readonly warnings: readonly string[];
}

export interface LookRequest {
  /** Workflow runs known to have ended. */
  readonly ended: ReadonlySet<number>;
  /** What changed in the last days, and what nodes wait for outside; else what changed since the last look. */
  readonly thorough: boolean;
  readonly doing: Doing | null;
}

/** GitHub's clock, its lists and this job's clock need not agree. */
const MARGIN_MS = 5 * 60_000;

/**
 * Looks at what people did since the last look. A branch that is gone is made again where its commit still exists,
 * since everything else builds on it. Requests: 2 when nothing happened; 1 for each closing, 1 for each lost branch;
 * 2 for each node that waits for checks in a thorough look.
 *
 * @returns null when there is nothing yet, or nothing any more, that people could change
 */
export async function lookAround(
  github: GitHub,
  state: RunState,
  request: LookRequest,
): Promise<Look | null> {
  const name = runStateOf(state);
  if (name === "DONE" || name === "CANCELLED" || state.dryRun || state.stages.issues.status !== "done")
    return null;
  const since = sinceOf(state, request.thorough, github.now());
  const [pulls, issues, heads] = await Promise.all([
    listChangedPulls(github, since),
    listChangedIssues(github, since, numbersOf(state).issues),
    readHeads(github),
  ]);
  const seen = { ...oursAmong(state, { pulls, issues }), heads };
  const changes = changesOf(state, seen, request.ended);
  const answers = await answersFor(github, state, changes);
  return {
    seen,
    facts: factsOf(changes, seen, answers, request.doing),
    settled: request.thorough ? await lookOutside(github, state, seen) : new Set(),
    warnings: request.thorough ? await missingWork(github, state, heads) : [],
  };
}

/** A thorough look goes back this far: to what a lost or postponed turn may have missed. */
const THOROUGH_MS = 2 * 86_400_000;

/** From when on what has changed is looked at; never from before the run. */
export function sinceOf(
  { startedAt, observedAt }: Pick<RunState, "startedAt" | "observedAt">,
  thorough: boolean,
  now: Date,
): string {
  const last = Date.parse(observedAt ?? startedAt);
  const from = thorough ? Math.min(last, now.getTime() - THOROUGH_MS) : last;
  return new Date(Math.max(from, Date.parse(startedAt)) - MARGIN_MS).toISOString();
}

/** Every branch with its commit, by name. */
export async function readHeads(github: GitHub): Promise<Map<string, string>> {
  const refs = await github.git.lsRemote(["refs/heads/*"]);
  return new Map([...refs].map(([ref, sha]) => [ref.slice("refs/heads/".length), sha]));
}

async function answersFor(github: GitHub, state: RunState, changes: readonly Change[]): Promise<Answers> {
  const closers: [number, Awaited<ReturnType<typeof readCloser>>][] = [];
  for (const number of new Set(closersAskedFor(changes)))
    closers.push([number, await readCloser(github, number)]);
  const forced = new Set<string>();
  const own = new Set<string>();
  const restored = new Map<string, string | null>();
  for (const change of changes) {
    if (change.kind === "branchMoved") {
      const isOn = await contains(github, change.from, change.to);
      if (!isOn) forced.add(change.nodeId);
      else if ((await github.git.log(change.from, change.to)).every((entry) => isOfRun(entry, state.runId)))
        own.add(change.nodeId);
    }
    if (change.kind === "branchLost") {
      const node = state.nodes.find(({ plan }) => plan.id === change.nodeId);
      restored.set(change.nodeId, await restore(github, change.branch, change.at, node?.pull ?? null));
    }
  }
  return { closers: new Map(closers), forced, own, restored };
}

/** Merged work that somebody's push has taken away again. Putting it back is theirs: it may have been their wish. */
async function missingWork(
  github: GitHub,
  state: RunState,
  heads: ReadonlyMap<string, string>,
): Promise<string[]> {
  const told: string[] = [];
  for (const { nodeId, branch, head, child, mergeSha } of holdingsOf(state, heads)) {
    if (await contains(github, mergeSha, head)) continue;
    told.push(
      `The branch ${branch} of ${nodeId} no longer holds what ${child} brought (${mergeSha.slice(0, 7)}): somebody pushed over it. Merge that commit into it again, or leave it out on purpose.`,
    );
  }
  return told;
}

/** Whether a branch still holds a commit; one that the server no longer gives out is not on it. */
async function contains(github: GitHub, ancestor: string, head: string): Promise<boolean> {
  try {
    return await github.git.isAncestor(ancestor, head);
  } catch (error) {
    github.log.info(`${ancestor} cannot be fetched: ${errorText(error)}`);
    return false;
  }
}

/** Makes a lost branch again, and opens the pull request that GitHub closed with it. */
async function restore(
  github: GitHub,
  branch: string,
  at: string,
  pull: number | null,
): Promise<string | null> {
  let sha: string;
  try {
    sha = (await ensureBranch(github, branch, at)).sha;
  } catch (error) {
    // 422: GitHub no longer has the commit.
    if (refusalOf(error)?.status !== 422) throw error;
    github.log.warn(`${branch} cannot be made again at ${at}: that commit is gone.`);
    return null;
  }
  if (pull !== null) await reopened(github, pull);
  return sha;
}

async function reopened(github: GitHub, number: number): Promise<void> {
  try {
    if ((await getPull(github, number)).state === "closed") await reopenPull(github, number);
  } catch (error) {
    if (refusalOf(error) === undefined) throw error;
    github.log.warn(`Pull request #${number} could not be opened again: ${errorText(error)}`);
  }
}

async function lookOutside(github: GitHub, state: RunState, seen: Seen): Promise<Set<string>> {
  const waiting = waitingNodes(state);
  const checks = new Map<string, Awaited<ReturnType<typeof readCheckStates>>>();
  for (const node of waiting) {
    if (checksAwaited(node).length > 0 && node.subject)
      checks.set(node.plan.id, await readCheckStates(github, node.subject.headSha));
    else if (awaitsDraft(node)) github.log.debug(`${node.plan.id} waits for a person to mark it ready.`);
  }
  return settledOf(waiting, seen, checks);
}
