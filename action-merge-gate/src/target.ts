import {
  type GitHub,
  LimitReachedError,
  type Pull,
  readBranchRules,
  readCheckStates,
  refusalOf,
  roleOf,
} from "@slipway/github";
import { baseBranchOf, errorText, InternalError, roleSuffices, type Subject } from "@slipway/model";
import { changeSize } from "./change-size.ts";
import { foreignChecks, type TargetFacts } from "./checks.ts";
import type { NodeRun } from "./node-run.ts";

/**
 * Reads what the target branch asks for and what is there of it. Requests: 2 for the rules; 2 more when they require
 * checks; 1 more, and 1 for each reviewer, when they require reviews.
 */
export async function readTarget(
  run: NodeRun,
  subject: Subject,
  pull: Pull,
  ownAppId: number | null,
): Promise<TargetFacts> {
  const { github, state, node } = run;
  const rules = await readBranchRules(github, baseBranchOf(state, node));
  const problems = rules.problem === null ? [] : [rules.problem];
  /** What GitHub does not show counts as failed; a limit says nothing of it; what is no answer of its is an error of ours. */
  const shown = async <T>(what: string, read: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await read();
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined || error instanceof LimitReachedError) throw error;
      problems.push(`${what} cannot be read (HTTP ${refusal.status}: ${(error as Error).message}).`);
      return otherwise;
    }
  };
  const states =
    foreignChecks(rules, ownAppId).length > 0
      ? await shown(
          `The checks of ${subject.headSha.slice(0, 7)}`,
          () => readCheckStates(github, subject.headSha),
          [],
        )
      : [];
  const approvals =
    rules.approvals > 0
      ? await shown(
          `The reviews of #${pull.number}`,
          () => countApprovals(github, pull.number, subject.headSha, problems),
          0,
        )
      : 0;
  return {
    rules,
    states,
    draft: pull.draft,
    approvals,
    change: await changeSize(github.git, subject.baseSha, subject.headSha),
    problem: problems.length === 0 ? null : problems.join(" "),
  };
}

/** People who may write and whose last word on exactly this head is an approval. */
async function countApprovals(
  github: GitHub,
  pull: number,
  headSha: string,
  problems: string[],
): Promise<number> {
  const { octokit, owner, repo } = github;
  const reviews = await octokit.paginate("GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews", {
    owner,
    repo,
    pull_number: pull,
    per_page: 100,
  });
  let count = 0;
  for (const login of approvers(reviews, headSha)) {
    const role = await roleOf(github, login).catch((error: unknown) => {
      if (error instanceof Error && error.cause instanceof LimitReachedError) throw error.cause;
      problems.push(errorText(error));
      return "none";
    });
    if (roleSuffices(role, "write")) count++;
  }
  return count;
}

interface Review {
  readonly state: string;
  readonly commit_id: string | null;
  readonly user: { readonly login: string; readonly type: string } | null;
}

/** Logins of those whose last word on a head is an approval. Bots, ourselves among them, are no people. */
export function approvers(reviews: readonly Review[], headSha: string): string[] {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    const said = ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].includes(review.state);
    if (said && review.user?.type === "User") last.set(review.user.login, review);
  }
  return [...last].flatMap(([login, review]) =>
    review.state === "APPROVED" && review.commit_id === headSha ? [login] : [],
  );
}

/** The number of the node's pull request. @throws InternalError when it has none */
export function pullNumber({ node }: NodeRun): number {
  if (node.pull === null) throw new InternalError(`${node.plan.id} has no pull request.`);
  return node.pull;
}
