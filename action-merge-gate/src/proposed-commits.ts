/** The commits that are made of a change: as its agent proposes them, where that holds, else one. Pure. */
import type { ChangeArtifact, ChangedFile, NodeState, ProposedCommit, RunState } from "@slipway/model";
import { commitMessage, proposedMessage } from "./messages.ts";

export interface CommitOfChange {
  readonly files: readonly ChangedFile[];
  readonly message: string;
}

export interface CommitsOfChange {
  /** In the order in which they follow each other; the files of all of them are those of the change. */
  readonly commits: readonly [CommitOfChange, ...CommitOfChange[]];
  /** What is not made as proposed, in one sentence. */
  readonly note: string | null;
}

/** More are made by no change. */
export const COMMITS_MAX = 4;

/** What a leaf may take from its claim to its merge, and what its turn, the rest of Publish and its gate take of that. */
const REQUESTS_MAX = 25;
const TURN = 6;
const PUBLISH = 5;
const GATE = 11;

/**
 * How many commits a change may be made as: each after the first takes two API requests.
 *
 * @param used requests that this job has made so far
 * @param together nodes that were claimed in the same turn: they share what it took
 */
export function roomForCommits(used: number, together: number): number {
  const left = REQUESTS_MAX - TURN / Math.max(1, together) - PUBLISH - GATE - used;
  return Math.max(1, Math.min(COMMITS_MAX, 1 + Math.floor(left / 2)));
}

/** The change as one commit, in the words of its agent. */
export function oneCommit(state: RunState, node: NodeState, change: ChangeArtifact): CommitOfChange {
  return { files: change.files, message: commitMessage(state, node, change.title, change.summary) };
}

/** @param max more of them are gathered in the last one */
export function commitsOf(
  state: RunState,
  node: NodeState,
  change: ChangeArtifact,
  max = COMMITS_MAX,
): CommitsOfChange {
  const proposed = change.commits ?? [];
  const one = [oneCommit(state, node, change)] as const;
  if (proposed.length < 2 || max < 2) return { commits: one, note: null };
  const problem = problemOf(proposed, change.files);
  if (problem !== null)
    return {
      commits: one,
      note: `The agent proposed ${proposed.length} commits, which are made as one: ${problem}.`,
    };
  const kept = proposed.slice(0, proposed.length > max ? max - 1 : max);
  const rest = proposed.slice(kept.length);
  const paths = rest.flatMap((commit) => commit.paths);
  const { changeType: type, scope } = node.plan;
  const last: ProposedCommit[] =
    rest.length === 0
      ? []
      : [
          {
            type,
            scope,
            subject: change.title,
            body: rest.map(({ subject }) => `- ${subject}`).join("\n"),
            paths,
          },
        ];
  const [first, ...others] = typed(node, [...kept, ...last]).map(({ commit, breaking }) => ({
    files: change.files.filter(({ path }) => commit.paths.includes(path)),
    message: proposedMessage(state, node, commit, breaking),
  }));
  // The same sentence whenever it is asked for, however much room there was.
  const note = `The agent proposed ${proposed.length} commits; where there is no room for all, the last ones are made as one.`;
  return { commits: first ? [first, ...others] : one, note: proposed.length > 2 ? note : null };
}

/** Why the proposals cannot be made as they are. The agent's job is not trusted with this. */
function problemOf(proposed: readonly ProposedCommit[], files: readonly ChangedFile[]): string | null {
  const known = new Set(files.map(({ path }) => path));
  const named = proposed.flatMap(({ paths }) => paths);
  const strange = named.find((path) => !known.has(path));
  if (strange !== undefined) return `${shown(strange)} is no file of the change`;
  const twice = named.find((path, index) => named.indexOf(path) !== index);
  if (twice !== undefined) return `${shown(twice)} is in two of them`;
  const missing = [...known].find((path) => !named.includes(path));
  if (missing !== undefined) return `${shown(missing)} is in none of them`;
  // Between two commits it would be file and folder at once.
  const folder = [...known].find((path) => [...known].some((other) => other.startsWith(`${path}/`)));
  return folder === undefined ? null : `${shown(folder)} is a file and a folder in it`;
}

const shown = (path: string) => JSON.stringify(path.slice(0, 200));

type Type = ProposedCommit["type"];
const HEIGHT: Partial<Record<Type, number>> = { feat: 2, fix: 1, perf: 1 };
const heightOf = (type: Type) => HEIGHT[type] ?? 0;

/**
 * The version that a change asks for is the plan's to say, by which it was judged: no commit asks for a higher one, and
 * one of them for that one, in whatever way the branch is merged.
 */
function typed(
  { plan }: NodeState,
  proposed: readonly ProposedCommit[],
): { commit: ProposedCommit; breaking: boolean }[] {
  const commits = proposed.map((commit) =>
    heightOf(commit.type) > heightOf(plan.changeType) ? { ...commit, type: plan.changeType } : commit,
  );
  const own = commits.findLastIndex(({ type }) => type === plan.changeType);
  const bearer = own < 0 ? commits.length - 1 : own;
  return commits.map((commit, index) =>
    index === bearer
      ? { commit: { ...commit, type: plan.changeType }, breaking: plan.breaking }
      : { commit, breaking: false },
  );
}
