/** `report.json`: what a run did and what it took. */
import {
  gateSchema,
  nodeKindSchema,
  nodeStatusSchema,
  releaseSchema,
  runIdSchema,
  runStateSchema,
  stageSchema,
  subjectSchema,
  timeSchema,
  usageSchema,
} from "@slipway/model";
import { z } from "zod";
import { outcomeSchema } from "../follow/happening.ts";

const count = z.number().int().nonnegative();
const ms = z.number().int().nonnegative().describe("milliseconds");

export const requestCountsSchema = z.strictObject({
  rest: count,
  graphql: count,
  git: count.describe("Fetches and pushes: these do not count against the API's hourly limit"),
  artifact: count,
});
export type RequestCounts = z.infer<typeof requestCountsSchema>;

export const leafCostSchema = z.strictObject({
  nodeId: z.string(),
  claims: count.describe("How often the leaf was claimed; each repeated attempt costs anew"),
  merged: z.boolean(),
  jobs: count.describe("Jobs that ran for this leaf from claim to merge; `decide` counts once"),
  apiRequests: z
    .number()
    .nonnegative()
    .describe("REST and GraphQL requests of those jobs, and of `decide` the share of this leaf"),
  requests: requestCountsSchema.describe("Requests of the leaf's own jobs"),
  decideShare: z.strictObject({
    jobs: z
      .number()
      .nonnegative()
      .describe("1 divided by the nodes claimed in the same `decide`, summed over claims"),
    apiRequests: z.number().nonnegative(),
  }),
});
export type LeafCost = z.infer<typeof leafCostSchema>;

export const reportSchema = z
  .strictObject({
    version: z.literal(1),
    result: z.strictObject({
      outcome: outcomeSchema,
      exitCode: count,
      sentence: z.string(),
      detail: z.array(z.string()),
    }),
    run: z.strictObject({
      id: runIdSchema,
      dispatchId: z.string(),
      /** Null when the run never came to a ledger. */
      state: runStateSchema.nullable(),
      idea: z.string(),
      title: z.string().nullable(),
      repository: z.string(),
      integrationBranch: z.string(),
      suite: z.strictObject({ reference: z.string(), sha: z.string() }),
      model: z.strictObject({
        kind: z.enum(["real", "scripted"]),
        url: z.string().nullable(),
        name: z.string().nullable(),
      }),
      startedAt: timeSchema,
      endedAt: timeSchema,
      events: count.describe("Events in the ledger"),
    }),
    nodes: z.array(
      z.strictObject({
        id: z.string(),
        kind: nodeKindSchema,
        title: z.string(),
        parent: z.string().nullable(),
        dependsOn: z.array(z.string()),
        requirements: z.array(z.string()),
        status: nodeStatusSchema,
        issue: count.nullable(),
        branch: z.string().nullable(),
        pull: count.nullable(),
        mergeSha: z.string().nullable(),
        claims: count,
        failures: count,
        reason: z.string().nullable(),
        usage: usageSchema,
        startedAt: timeSchema.nullable(),
        finishedAt: timeSchema.nullable(),
      }),
    ),
    pullRequests: z.array(
      z.strictObject({
        number: count,
        nodeId: z.string().nullable(),
        title: z.string(),
        base: z.string(),
        head: z.string(),
        headSha: z.string(),
        state: z.enum(["open", "closed"]),
        merged: z.boolean(),
        mergeSha: z.string().nullable(),
      }),
    ),
    gates: z
      .array(
        z.strictObject({
          nodeId: z.string(),
          outcome: z.enum(["mergeable", "waiting", "refused"]),
          sentence: z.string(),
          subject: subjectSchema,
          gates: z.array(gateSchema),
        }),
      )
      .describe("The last verdict on each node"),
    defects: z.array(
      z.strictObject({
        id: z.string(),
        parent: z.string().nullable(),
        title: z.string(),
        issue: count.nullable(),
        fingerprint: z.string().nullable(),
        status: nodeStatusSchema,
        filedAt: timeSchema,
      }),
    ),
    release: releaseSchema.nullable(),
    releaseNote: z.string().nullable(),
    usage: usageSchema,
    durations: z.strictObject({
      wallMs: ms,
      stages: z
        .array(z.strictObject({ stage: stageSchema, wallMs: ms, jobMs: ms, jobs: count }))
        .describe("wallMs: from the first begin to the last end; jobMs: all jobs of the stage added up"),
      jobs: z.array(
        z.strictObject({
          workflowRunId: count,
          jobId: count,
          name: z.string(),
          nodeId: z.string().nullable(),
          stage: stageSchema.nullable(),
          queuedMs: ms,
          durationMs: ms,
        }),
      ),
    }),
    requests: z.strictObject({
      total: count,
      byKind: requestCountsSchema,
      byRoute: z.array(z.strictObject({ method: z.string(), route: z.string(), count })),
    }),
    leaves: z.array(leafCostSchema).describe("What each task and defect cost from claim to merge"),
    overhead: z
      .strictObject({ jobs: count, apiRequests: z.number().nonnegative() })
      .describe("Jobs and requests of no leaf: stages, parents, and turns of `decide` that claimed no leaf"),
    ledger: z.strictObject({ events: count, problems: z.array(z.string()) }),
    journal: z.strictObject({
      exchanges: count,
      validated: count.describe("Exchanges checked against GitHub's OpenAPI description"),
      unknownRoutes: count,
      invalid: count,
      first: z.array(z.string()).describe("The first ten that were wrong"),
      routes: count.describe("Routes among the checked exchanges"),
      statuses: z
        .array(z.strictObject({ status: count, count }))
        .describe("Checked exchanges by the status of the answer"),
    }),
  })
  .describe("Report of a local Slipway run");
export type Report = z.infer<typeof reportSchema>;
