/** Puts a run's report together from what is recorded of it. Pure. */
import {
  type EventRecord,
  NO_USAGE,
  type NodeState,
  type RunState,
  runStateOf,
  STAGES,
  type Stage,
} from "@slipway/model";
import { reasonOf } from "../follow/differences.ts";
import type { JobTimes } from "../follow/progress.ts";
import { costsOf, countRequests, nodeOfJob, stageOfJob } from "./costs.ts";
import { countRoutes, type Exchange, judgeJournal } from "./journal.ts";
import type { Report } from "./schema.ts";

export interface ReportInput {
  readonly result: Report["result"];
  readonly run: Omit<Report["run"], "state" | "title" | "events" | "integrationBranch" | "model"> & {
    readonly defaultBranch: string;
    readonly model: Omit<Report["run"]["model"], "name">;
  };
  readonly state: RunState | null;
  readonly events: readonly EventRecord[];
  readonly pullRequests: readonly Omit<Report["pullRequests"][number], "nodeId">[];
  readonly jobs: readonly (JobTimes & { readonly ran: boolean })[];
  readonly exchanges: readonly Exchange[];
  readonly ledgerProblems: readonly string[];
}

export function buildReport(input: ReportInput): Report {
  const { state, events, exchanges } = input;
  const { defaultBranch, ...run } = input.run;
  const nodes = state?.nodes ?? [];
  const costs = costsOf(
    events,
    input.jobs.map((job) => ({
      id: job.jobId,
      workflowRunId: job.workflowRunId,
      name: job.name,
      ran: job.ran,
    })),
    exchanges,
  );
  return {
    version: 1,
    result: input.result,
    run: {
      ...run,
      model: { ...run.model, name: state?.usage.model ?? null },
      state: state ? runStateOf(state) : null,
      title: state?.spec?.title ?? null,
      integrationBranch: state?.integrationBranch ?? defaultBranch,
      events: events.length,
    },
    nodes: nodes.map(nodeEntry),
    pullRequests: input.pullRequests.map((pull) => ({ ...pull, nodeId: nodeOfPull(nodes, pull.number) })),
    gates: nodes.flatMap(({ verdict }) => (verdict ? [gateEntry(verdict)] : [])),
    defects: defectEntries(events, nodes),
    release: state?.release ?? null,
    releaseNote: state?.releaseNote ?? null,
    usage: state?.usage ?? NO_USAGE,
    durations: durationsOf(input),
    requests: {
      total: exchanges.length,
      byKind: countRequests(exchanges),
      byRoute: countRoutes(exchanges),
    },
    leaves: [...costs.leaves],
    overhead: costs.overhead,
    ledger: { events: events.length, problems: [...input.ledgerProblems] },
    journal: judgeJournal(exchanges),
  };
}

function nodeEntry(node: NodeState): Report["nodes"][number] {
  const { plan } = node;
  return {
    id: plan.id,
    kind: plan.kind,
    title: plan.title,
    parent: plan.parent,
    dependsOn: [...plan.dependsOn],
    requirements: [...plan.requirements],
    status: node.status,
    issue: node.issue?.number ?? null,
    branch: node.branch,
    pull: node.pull,
    mergeSha: node.mergeSha,
    claims: node.claims,
    failures: node.failures,
    reason: reasonOf(node),
    usage: node.usage,
    startedAt: node.startedAt,
    finishedAt: node.finishedAt,
  };
}

function gateEntry(verdict: NonNullable<NodeState["verdict"]>): Report["gates"][number] {
  const { nodeId, outcome, sentence, subject, gates } = verdict;
  return { nodeId, outcome, sentence, subject, gates };
}

const nodeOfPull = (nodes: readonly NodeState[], number: number) =>
  nodes.find((node) => node.pull === number)?.plan.id ?? null;

function defectEntries(events: readonly EventRecord[], nodes: readonly NodeState[]): Report["defects"] {
  return events.flatMap(({ at, event }) => {
    if (event.type !== "defect.filed") return [];
    const node = nodes.find(({ plan }) => plan.id === event.node.id);
    return [
      {
        id: event.node.id,
        parent: event.node.parent,
        title: event.node.title,
        issue: event.issue.number,
        fingerprint: event.fingerprint,
        status: node?.status ?? "NEW",
        filedAt: at,
      },
    ];
  });
}

function durationsOf({ jobs, run }: ReportInput): Report["durations"] {
  const ended = jobs.filter((job) => job.ran && job.startedMs !== null && job.endedMs !== null);
  const entries = ended.map((job) => {
    const started = job.startedMs ?? 0;
    const end = job.endedMs ?? started;
    return {
      workflowRunId: job.workflowRunId,
      jobId: job.jobId,
      name: job.name,
      nodeId: nodeOfJob(job.name),
      stage: stageOfJob(job.name),
      queuedMs: Math.max(0, started - job.createdMs),
      durationMs: Math.max(0, end - started),
      started,
      end,
    };
  });
  const stages = STAGES.flatMap((stage: Stage) => {
    const own = entries.filter((entry) => entry.stage === stage);
    if (own.length === 0) return [];
    const first = Math.min(...own.map((entry) => entry.started));
    const last = Math.max(...own.map((entry) => entry.end));
    const jobMs = own.reduce((all, entry) => all + entry.durationMs, 0);
    return [{ stage, wallMs: last - first, jobMs, jobs: own.length }];
  });
  return {
    wallMs: Math.max(0, Date.parse(run.endedAt) - Date.parse(run.startedAt)),
    stages,
    jobs: entries.map(({ started: _started, end: _end, ...entry }) => entry),
  };
}
