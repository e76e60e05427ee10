/**
 * What reports on a commit, as events: check runs and their suites, commit statuses, workflow runs. All of them start
 * workflows of the default branch.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */

import { workflowByIdOrName } from "../engine/workflows.ts";
import { readCommit } from "../git/objects.ts";
import { isAncestor, listRefs, type RefValue } from "../git/refs.ts";
import { latestCheckRuns } from "../pulls/checks.ts";
import { checkRunJson, checkSuiteJson } from "../serialize/checks.ts";
import { commitJson } from "../serialize/commits.ts";
import { apiUrl, fullName } from "../serialize/repositories.ts";
import { runJson, workflowJson } from "../serialize/runs.ts";
import type {
  CheckRunRecord,
  CommitStatusRecord,
  RepositoryRecord,
  WorkflowRunRecord,
} from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { deliverAtDefault, mayStartRuns } from "./deliver.ts";

/**
 * Told to whoever waits for checks (a merge queue), and to `check_run` workflows unless a job's token wrote it: GitHub
 * Actions' own suites start nothing. The last run of a suite to end ends the suite.
 */
export async function deliverCheckRun(
  world: World,
  repository: RepositoryRecord,
  run: CheckRunRecord,
  action: "created" | "completed",
  cause: Cause,
): Promise<void> {
  world.bus.emit("checks", { repository, sha: run.headSha });
  const payload = { action, check_run: checkRunJson(world, repository, run) };
  await deliverAtDefault(world, repository, "check_run", payload, cause);
  if (action === "completed") await deliverSuite(world, repository, run, cause);
}

/** `check_suite`, once nothing of the suite is under way any more. */
async function deliverSuite(
  world: World,
  repository: RepositoryRecord,
  { suiteId, headSha }: CheckRunRecord,
  cause: Cause,
): Promise<void> {
  if (!mayStartRuns("check_suite", cause)) return;
  const runs = latestCheckRuns(repository, headSha).filter((one) => one.suiteId === suiteId);
  if (!runs.every(({ status }) => status === "completed")) return;
  const branch = (await branchesWith(world, repository, headSha))[0];
  const suite = { id: suiteId, sha: headSha, runs, branch: branch ? shortName(branch) : null };
  const payload = { action: "completed", check_suite: checkSuiteJson(world, repository, suite) };
  await deliverAtDefault(world, repository, "check_suite", payload, cause);
}

/** GitHub names so many branches in a `status` event. */
const MAX_BRANCHES = 10;

/** As {@link deliverCheckRun}, for a commit status. */
export async function deliverStatus(
  world: World,
  repository: RepositoryRecord,
  status: CommitStatusRecord,
  cause: Cause,
): Promise<void> {
  world.bus.emit("checks", { repository, sha: status.sha });
  if (!mayStartRuns("status", cause)) return;
  const { sha, state, context, description, targetUrl, createdAt } = status;
  const commit = await readCommit(world.git(repository), sha);
  const branches = (await branchesWith(world, repository, sha)).slice(0, MAX_BRANCHES);
  const payload = {
    id: status.id,
    sha,
    name: fullName(repository),
    state,
    context,
    description,
    target_url: targetUrl,
    avatar_url: `${world.urls.server}/avatars/u/${status.creator.id}`,
    commit: commit ? commitJson(world, repository, commit) : null,
    branches: branches.map((ref) => ({
      name: shortName(ref),
      commit: { sha: ref.sha, url: `${apiUrl(world, repository)}/commits/${ref.sha}` },
      protected: repository.rules.has(shortName(ref)),
    })),
    created_at: createdAt,
    updated_at: createdAt,
  };
  await deliverAtDefault(world, repository, "status", payload, cause);
}

/** Workflows that start each other by `workflow_run`: the third after the first starts no fourth. */
const MAX_CHAIN = 3;

/** `workflow_run`, once a run has ended. Whoever's token had started the run. */
export async function deliverWorkflowRun(world: World, run: WorkflowRunRecord): Promise<void> {
  if (run.chain >= MAX_CHAIN) return;
  const { repository } = run;
  const workflow = await workflowByIdOrName(world, repository, run.workflowPath);
  const payload = {
    action: "completed",
    workflow_run: await runJson(world, run),
    workflow: workflow ? workflowJson(world, repository, workflow) : null,
  };
  const cause: Cause = { user: run.triggeringActor, viaJob: false, app: null, changesWorkflows: false };
  await deliverAtDefault(world, repository, "workflow_run", payload, cause);
}

const shortName = ({ name }: RefValue): string => name.slice("refs/heads/".length);

/**
 * Branches that hold a commit: those that it is the head of come first, the default branch before the others. GitHub
 * names the branch that a commit was pushed to first, which is not on record here.
 */
async function branchesWith(world: World, repository: RepositoryRecord, sha: string): Promise<RefValue[]> {
  const git = world.git(repository);
  const all = await listRefs(git, "refs/heads/");
  const held = await Promise.all(all.map((ref) => isAncestor(git, sha, ref.sha)));
  const rank = (ref: RefValue) =>
    (ref.sha === sha ? 0 : 2) + (shortName(ref) === repository.defaultBranch ? 0 : 1);
  return all.filter((_, index) => held[index]).toSorted((a, b) => rank(a) - rank(b));
}
