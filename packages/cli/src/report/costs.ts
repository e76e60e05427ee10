/**
 * What each leaf cost from claim to merge. Pure.
 *
 * A job belongs to the node that its name holds: `slipway / T1 / Execute`, or `node (T1, execute) / execute`.
 * The `decide` job of a workflow run belongs to every node that it claimed; its requests are shared among them
 * evenly, and it counts as one job for each leaf, however often that leaf was claimed.
 */
import type { EventRecord, Stage } from "@slipway/model";
import type { LeafCost, RequestCounts } from "./schema.ts";

export interface CostJob {
  readonly id: number;
  readonly workflowRunId: number;
  readonly name: string;
  /** Skipped jobs never ran and cost nothing. */
  readonly ran: boolean;
}

export interface CostRequest {
  /** An identity token costs nothing of any limit, and is not counted. */
  readonly kind: keyof RequestCounts | "identity";
  readonly jobId: number | null;
}

export interface Costs {
  readonly leaves: readonly LeafCost[];
  readonly overhead: { readonly jobs: number; readonly apiRequests: number };
}

const NODE_IN_NAME = /(?:^|[ (])([EFTD][1-9]\d{0,4})(?=$|[ ,)])/;

/** The node that a job works on, by its name. */
export function nodeOfJob(name: string): string | null {
  return NODE_IN_NAME.exec(name)?.[1] ?? null;
}

/** `Decide` alone or behind the caller's job: `slipway / Decide`. */
export function isDecide(name: string): boolean {
  return /(?:^|\/ )decide$/i.test(name);
}

const STAGE_WORDS: readonly (readonly [RegExp, Stage])[] = [
  [/\breview\b/, "review"],
  [/\b(qa|defect)\b/, "qa"],
  [/\bscan\b/, "scan"],
  [/\brelease\b/, "release"],
  [/\bdeploy\b/, "deploy"],
  [/\bissues\b/, "issues"],
  [/\bplan\b/, "plan"],
  [/\bspec\b/, "spec"],
  [/\b(execute|publish)\b/, "execute"],
  [/\b(gate|merge|integrate)\b/, "merge"],
];

/** The stage that a job belongs to, by the last part of its name; null for `decide` and the like. */
export function stageOfJob(name: string): Stage | null {
  const parts = name.split(" / ").reverse();
  for (const part of parts) {
    const found = STAGE_WORDS.find(([word]) => word.test(part.toLowerCase()));
    if (found) return found[1];
  }
  return null;
}

export function costsOf(
  events: readonly EventRecord[],
  jobs: readonly CostJob[],
  requests: readonly CostRequest[],
): Costs {
  const ran = jobs.filter((job) => job.ran);
  const requestsOf = requestsByJob(requests);
  const claims = claimsOf(events);
  const merged = new Set(events.flatMap(({ event }) => (event.type === "node.merged" ? [event.nodeId] : [])));
  const leaves = leavesOf(events).map((nodeId): LeafCost => {
    const own = ran.filter((job) => nodeOfJob(job.name) === nodeId);
    const shares = (claims.get(nodeId) ?? []).map((workflowRunId) => {
      const nodes = [...claims.values()].flat().filter((id) => id === workflowRunId).length;
      const decide = ran.filter((job) => job.workflowRunId === workflowRunId && isDecide(job.name));
      return { share: decide.length > 0 ? 1 / nodes : 0, api: apiOf(sum(decide, requestsOf)) / nodes };
    });
    const total = sum(own, requestsOf);
    const decideRequests = shares.reduce((all, { api }) => all + api, 0);
    return {
      nodeId,
      claims: shares.length,
      merged: merged.has(nodeId),
      jobs: own.length + (shares.some(({ share }) => share > 0) ? 1 : 0),
      apiRequests: round(apiOf(total) + decideRequests),
      requests: total,
      decideShare: {
        jobs: round(shares.reduce((all, { share }) => all + share, 0)),
        apiRequests: round(decideRequests),
      },
    };
  });
  const claimedIn = new Set(leaves.flatMap(({ nodeId }) => claims.get(nodeId) ?? []));
  return { leaves, overhead: overheadOf(leaves, ran, requestsOf, claimedIn) };
}

/**
 * Everything that ran, less what the leaves account for (of a shared `decide`, their shares).
 *
 * @param claimedIn workflow runs in which a leaf was claimed: their `decide` counts for that leaf
 */
function overheadOf(
  leaves: readonly LeafCost[],
  ran: readonly CostJob[],
  requestsOf: ReadonlyMap<number, RequestCounts>,
  claimedIn: ReadonlySet<number>,
): Costs["overhead"] {
  const ids = new Set(leaves.map((leaf) => leaf.nodeId));
  const others = ran.filter((job) => !ids.has(nodeOfJob(job.name) ?? ""));
  const shared = leaves.reduce((all, leaf) => all + leaf.decideShare.apiRequests, 0);
  const jobs = others.filter((job) => !(isDecide(job.name) && claimedIn.has(job.workflowRunId)));
  return { jobs: jobs.length, apiRequests: round(Math.max(0, apiOf(sum(others, requestsOf)) - shared)) };
}

function leavesOf(events: readonly EventRecord[]): string[] {
  return events.flatMap(({ event }) => {
    if (event.type === "plan.recorded") {
      const parents = new Set(event.plan.nodes.map((node) => node.parent));
      return event.plan.nodes.filter((node) => !parents.has(node.id)).map((node) => node.id);
    }
    return event.type === "defect.filed" ? [event.node.id] : [];
  });
}

/** For each node the workflow runs in which it was claimed, one entry a claim. */
function claimsOf(events: readonly EventRecord[]): Map<string, number[]> {
  const claims = new Map<string, number[]>();
  for (const { event } of events) {
    if (event.type !== "node.claimed") continue;
    claims.set(event.nodeId, [...(claims.get(event.nodeId) ?? []), event.lease.workflowRunId]);
  }
  return claims;
}

export const NO_REQUESTS: RequestCounts = { rest: 0, graphql: 0, git: 0, artifact: 0 };

export function countRequests(requests: readonly CostRequest[]): RequestCounts {
  const counts = { ...NO_REQUESTS };
  for (const { kind } of requests) if (kind !== "identity") counts[kind] += 1;
  return counts;
}

function requestsByJob(requests: readonly CostRequest[]): Map<number, RequestCounts> {
  const lists = new Map<number, CostRequest[]>();
  for (const request of requests) {
    if (request.jobId === null) continue;
    const list = lists.get(request.jobId);
    if (list) list.push(request);
    else lists.set(request.jobId, [request]);
  }
  return new Map([...lists].map(([jobId, list]) => [jobId, countRequests(list)]));
}

function sum(jobs: readonly CostJob[], requestsOf: ReadonlyMap<number, RequestCounts>): RequestCounts {
  const total = { ...NO_REQUESTS };
  for (const job of jobs) {
    const counts = requestsOf.get(job.id) ?? NO_REQUESTS;
    for (const kind of Object.keys(total) as (keyof RequestCounts)[]) total[kind] += counts[kind];
  }
  return total;
}

const apiOf = (counts: RequestCounts) => counts.rest + counts.graphql;
const round = (value: number) => Math.round(value * 100) / 100;
