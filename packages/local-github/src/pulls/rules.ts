/** What a branch's rules say about an update, and about a merge. */

import { commitsBetween } from "../git/diff.ts";
import { type Git, gitText } from "../git/exec.ts";
import type { PushCommand } from "../git/push-commands.ts";
import { mergeBase, ZERO } from "../git/refs.ts";
import { hasRole } from "../http/auth.ts";
import type {
  BranchRules,
  MergeMethod,
  PullIssue,
  RepositoryRecord,
  ReviewRecord,
} from "../store/records.ts";
import type { World } from "../world.ts";
import { contextsOf } from "./checks.ts";

/** In GitHub's words, also where a plain merge is asked for. */
export const QUEUE_ONLY = "Changes must be made through the merge queue";

export const NO_MERGE_COMMITS = "This branch must not contain merge commits.";
export const MERGE_METHODS = ["merge", "squash", "rebase"] as const;

/** What several broken rules are told as. */
export const violations = (problems: readonly string[]): string =>
  `Repository rule violations found\n\n${problems.join("\n\n")}\n\n`;

/** `*` stands for anything but a slash, `**` for anything. */
export function matches(pattern: string, branch: string): boolean {
  if (!pattern.includes("*")) return pattern === branch;
  const source = pattern
    .split("**")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*"))
    .join(".*");
  return new RegExp(`^${source}$`).test(branch);
}

/** All rules that apply to a branch: of two of one kind, the one that was set for its very name. */
export function rulesOf(repository: RepositoryRecord, branch: string): BranchRules {
  const found = [...repository.rules].filter(([pattern]) => matches(pattern, branch));
  found.sort(([one], [other]) => Number(one === branch) - Number(other === branch));
  return Object.assign({}, ...found.map(([, rules]) => rules));
}

/** Why the named refs may not be moved by a client at all, whoever asks; undefined when they may. */
export function refusalOf(repository: RepositoryRecord, command: PushCommand): string | undefined {
  if (/^refs\/(pull|merge)(\/|$)/.test(command.ref)) return "deny updating a hidden ref";
  if (!command.ref.startsWith("refs/heads/")) return undefined;
  const branch = command.ref.slice("refs/heads/".length);
  if (branch.startsWith("gh-readonly-queue/")) return "refusing to update a branch of the merge queue";
  if (command.next === ZERO && branch === repository.defaultBranch)
    return "refusing to delete the current branch";
  const rules = rulesOf(repository, branch);
  const problems: string[] = [];
  if (command.next === ZERO) {
    if (rules.deletion) problems.push("Cannot delete this branch");
  } else {
    // A merged branch is the one change that these two rules let through; it does not come this way.
    if (rules.mergeQueue) problems.push(QUEUE_ONLY);
    if (rules.pullRequest) problems.push("Changes must be made through a pull request.");
    if (rules.requiredStatusChecks) problems.push(...unmetChecks(repository, rules, command.next));
  }
  return problems.length
    ? `GH013: Repository rule violations found for ${command.ref}. ${problems.join(" ")}`
    : undefined;
}

/** Whether a ref is a branch whose rules ask for a history without merges. */
export function isLinear(repository: RepositoryRecord, ref: string): boolean {
  return (
    ref.startsWith("refs/heads/") &&
    rulesOf(repository, ref.slice("refs/heads/".length)).requiredLinearHistory === true
  );
}

/** Whether an update brings a merge commit in; into a new branch, one that no other branch has. */
export async function bringsMerges(
  git: Git,
  { old, next }: { readonly old: string; readonly next: string },
): Promise<boolean> {
  if (next === ZERO) return false;
  const known = old === ZERO ? "--branches" : old;
  return (await gitText(git, ["rev-list", "--merges", "--max-count=1", next, "--not", known])) !== "";
}

const METHOD_NAMES = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" } as const;

/** Why a pull request may not be merged by a method, in GitHub's words; undefined when it may. */
export function methodRefusal({ repository, pull }: PullIssue, method: MergeMethod): string | undefined {
  const { allowMergeCommit, allowSquashMerge, allowRebaseMerge } = repository.settings;
  const bySettings = { merge: allowMergeCommit, squash: allowSquashMerge, rebase: allowRebaseMerge };
  const rules = rulesOf(repository, pull.base.ref);
  // GitHub tells what a ruleset forbids in the words of the repository's settings.
  if (!bySettings[method] || rules.pullRequest?.mergeMethods?.includes(method) === false)
    return `${METHOD_NAMES[method]} are not allowed on this repository.`;
  if (method === "rebase" && rules.requiredSignatures)
    return "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub";
  if (method === "merge" && rules.requiredLinearHistory) return violations([NO_MERGE_COMMITS]);
  return undefined;
}

/** One sentence per required check that has not succeeded on a commit. */
export function unmetChecks(repository: RepositoryRecord, rules: BranchRules, sha: string): string[] {
  const contexts = contextsOf(repository, sha);
  const unmet = (rules.requiredStatusChecks?.checks ?? []).flatMap((check) => {
    const found = contexts.filter(
      (context) =>
        context.name === check.context &&
        (check.integrationId === undefined || context.appId === check.integrationId),
    );
    if (!found.length) return [{ check, state: "expected" }];
    if (found.some((context) => context.state === "failure")) return [{ check, state: "failing" }];
    return found.some((context) => context.state === "pending") ? [{ check, state: "in progress" }] : [];
  });
  if (unmet.length === 1 && unmet[0]) {
    return [`Required status check "${unmet[0].check.context}" is ${unmet[0].state}.`];
  }
  if (!unmet.length) return [];
  const total = rules.requiredStatusChecks?.checks.length ?? 0;
  const states = [...new Set(unmet.map(({ state }) => state))];
  return states.map((state) => {
    const names = unmet.filter((one) => one.state === state).map(({ check }) => `"${check.context}"`);
    return `${names.length} of ${total} required status checks are ${state}: ${names.join(", ")}.`;
  });
}

/** The review that counts for each reviewer: the last one that approved, asked for changes or was dismissed. */
export function standingReviews(pull: PullIssue): ReviewRecord[] {
  const last = new Map<number, ReviewRecord>();
  for (const review of pull.pull.reviews) {
    if (review.state === "APPROVED" || review.state === "CHANGES_REQUESTED" || review.state === "DISMISSED") {
      last.set(review.user.id, review);
    }
  }
  return [...last.values()];
}

/** What stands between a pull request and its merge by its base's rules; empty when nothing does. */
export function unmetRules(pull: PullIssue): string[] {
  const { repository } = pull;
  const rules = rulesOf(repository, pull.pull.base.ref);
  const problems = unmetChecks(repository, rules, pull.pull.head.sha);
  if (rules.pullRequest) {
    const reviews = standingReviews(pull).filter(
      (review) => review.user.type === "Bot" || hasRole(repository, review.user.login, "write"),
    );
    const approvals = reviews.filter((review) => review.state === "APPROVED").length;
    const needed = rules.pullRequest.approvals;
    if (reviews.some((review) => review.state === "CHANGES_REQUESTED")) {
      problems.push("Changes requested by reviewers with write access.");
    } else if (approvals < needed) {
      problems.push(
        `At least ${needed} approving review${needed === 1 ? " is" : "s are"} required by reviewers with write access.`,
      );
    }
  }
  return problems;
}

/** What `requiredSignatures` holds against a pull request's commits. */
export async function unverified(world: World, pull: PullIssue): Promise<string[]> {
  const { repository } = pull;
  if (!rulesOf(repository, pull.pull.base.ref).requiredSignatures) return [];
  const git = world.git(repository);
  const start = (await mergeBase(git, pull.pull.base.sha, pull.pull.head.sha)) ?? pull.pull.base.sha;
  const commits = await commitsBetween(git, start, pull.pull.head.sha);
  return commits.every((sha) => repository.verifiedCommits.has(sha))
    ? []
    : ["Commits must have verified signatures."];
}
