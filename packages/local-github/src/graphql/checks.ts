/** Checks and statuses of a commit as one list. */

import { jobsAt, latestCheckRuns, latestStatuses } from "../pulls/checks.ts";
import { rulesOf } from "../pulls/rules.ts";
import { jobAsCheckRun } from "../serialize/checks.ts";
import { htmlUrl } from "../serialize/repositories.ts";
import { runHtmlUrl } from "../serialize/runs.ts";
import { nodeId, parseNodeId } from "../store/node-id.ts";
import type { CheckRunRecord, CommitStatusRecord, JobRecord, RepositoryRecord } from "../store/records.ts";
import { pullsOf } from "../store/store.ts";
import { commitView } from "./commits.ts";
import { connection, type PageArguments } from "./connections.ts";
import { refusal } from "./errors.ts";
import { type Graph, requireRead, type View } from "./graph.ts";
import { repositoryView } from "./repository.ts";
import { userView } from "./users.ts";

interface RequiredArguments {
  readonly pullRequestId?: string;
  readonly pullRequestNumber?: number;
}

function isRequired(repository: RepositoryRecord, name: string, appId: number | undefined) {
  return ({ pullRequestId, pullRequestNumber }: RequiredArguments): boolean => {
    const key = pullRequestId === undefined ? undefined : parseNodeId(pullRequestId)?.key;
    const pull = pullsOf(repository).find(
      (one) => one.number === pullRequestNumber || String(one.pull.id) === key,
    );
    if (!pull) throw refusal("NOT_FOUND", "Could not resolve to a PullRequest.");
    const checks = rulesOf(repository, pull.pull.base.ref).requiredStatusChecks?.checks ?? [];
    return checks.some(
      (check) =>
        check.context === name && (check.integrationId === undefined || check.integrationId === appId),
    );
  };
}

const upper = (text: string | null) => text?.toUpperCase() ?? null;

function checkRunView(
  graph: Graph,
  repository: RepositoryRecord,
  run: CheckRunRecord,
  job?: JobRecord,
): View {
  const { world } = graph;
  const page = job
    ? `${runHtmlUrl(world, job.run)}/job/${job.id}`
    : `${htmlUrl(world, repository)}/runs/${run.id}`;
  return {
    __typename: "CheckRun",
    id: nodeId("CheckRun", run.id),
    name: run.name,
    status: upper(run.status),
    conclusion: upper(run.conclusion),
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: run.detailsUrl ?? page,
    url: page,
    permalink: page,
    resourcePath: new URL(page).pathname,
    externalId: run.externalId,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    isRequired: isRequired(repository, run.name, run.app.id),
    repository: () => repositoryView(graph, repository),
    checkSuite: () => suiteView(graph, repository, run, job),
  };
}

function suiteView(graph: Graph, repository: RepositoryRecord, run: CheckRunRecord, job?: JobRecord): View {
  return {
    __typename: "CheckSuite",
    id: nodeId("CheckSuite", run.suiteId),
    repository: () => repositoryView(graph, repository),
    commit: () => commitView(graph, repository, run.headSha),
    app: {
      __typename: "App",
      id: nodeId("App", run.app.id),
      name: run.app.name,
      slug: run.app.slug,
      description: run.app.description,
      createdAt: run.app.createdAt,
      updatedAt: run.app.createdAt,
    },
    workflowRun: () => {
      if (!job) return null;
      requireRead(graph, repository, "actions", "checks");
      const url = runHtmlUrl(graph.world, job.run);
      return {
        __typename: "WorkflowRun",
        id: nodeId("WorkflowRun", job.run.id),
        event: job.run.event,
        runNumber: job.run.runNumber,
        createdAt: job.run.createdAt,
        updatedAt: job.run.updatedAt,
        url,
        resourcePath: new URL(url).pathname,
        workflow: {
          __typename: "Workflow",
          id: nodeId("Workflow", job.run.workflowId),
          name: job.run.workflowName,
          state: "ACTIVE",
          createdAt: repository.createdAt,
          updatedAt: repository.updatedAt,
        },
      };
    },
  };
}

function statusView(graph: Graph, repository: RepositoryRecord, status: CommitStatusRecord): View {
  return {
    __typename: "StatusContext",
    id: nodeId("StatusContext", status.id),
    context: status.context,
    state: upper(status.state),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: () => userView(graph, status.creator),
    commit: () => commitView(graph, repository, status.sha),
    isRequired: isRequired(repository, status.context, status.app?.id),
  };
}

type Context =
  | { readonly kind: "check"; readonly run: CheckRunRecord; readonly job?: JobRecord }
  | { readonly kind: "status"; readonly status: CommitStatusRecord };

const GOOD = new Set(["SUCCESS", "NEUTRAL", "SKIPPED"]);

/** `CheckRunState`: a check's conclusion once it has one, else its status. */
const stateOf = (context: Context): string =>
  (context.kind === "status"
    ? context.status.state
    : (context.run.conclusion ?? context.run.status)
  ).toUpperCase();

function rollupState(contexts: readonly Context[]): string {
  const open = (one: Context) => one.kind === "check" && one.run.status !== "completed";
  const states = contexts.filter((one) => !open(one)).map(stateOf);
  if (states.some((state) => state === "ERROR")) return "ERROR";
  if (states.some((state) => !GOOD.has(state) && state !== "PENDING")) return "FAILURE";
  return contexts.some(open) || states.includes("PENDING") ? "PENDING" : "SUCCESS";
}

function counted(contexts: readonly Context[]): { state: string; count: number }[] {
  const counts = Map.groupBy(contexts, stateOf);
  return [...counts].map(([state, list]) => ({ state, count: list.length }));
}

/** Null where nothing reports on the commit. */
export function rollupView(graph: Graph, repository: RepositoryRecord, sha: string): View | null {
  requireRead(graph, repository, "checks");
  requireRead(graph, repository, "statuses");
  const contexts: Context[] = [
    ...latestStatuses(repository, sha).map((status) => ({ kind: "status" as const, status })),
    ...latestCheckRuns(repository, sha).map((run) => ({ kind: "check" as const, run })),
    ...jobsAt(repository, sha).map((job) => ({
      kind: "check" as const,
      run: jobAsCheckRun(graph.world, job),
      job,
    })),
  ];
  if (contexts.length === 0) return null;
  const checks = contexts.filter(({ kind }) => kind === "check");
  const statuses = contexts.filter(({ kind }) => kind === "status");
  return {
    __typename: "StatusCheckRollup",
    id: nodeId("Commit", `${repository.id}:${sha}:rollup`),
    state: rollupState(contexts),
    commit: () => commitView(graph, repository, sha),
    contexts: (args: PageArguments) =>
      connection(
        "contexts",
        contexts,
        args,
        (context) =>
          context.kind === "status"
            ? statusView(graph, repository, context.status)
            : checkRunView(graph, repository, context.run, context.job),
        {
          checkRunCount: checks.length,
          checkRunCountsByState: counted(checks),
          statusContextCount: statuses.length,
          statusContextCountsByState: counted(statuses),
        },
      ),
  };
}
