import { describe, expect, test } from "@jest/globals";
import type { EventRecord, LedgerEvent } from "@slipway/model";
import { type CostJob, type CostRequest, costsOf, isDecide, nodeOfJob, stageOfJob } from "./costs.ts";

const planNode = (id: string, parent: string | null) => ({
  id,
  kind: id.startsWith("T") ? ("task" as const) : ("epic" as const),
  title: id,
  objective: id,
  parent,
  orderIndex: 0,
  dependsOn: [],
  requirements: [],
  acceptance: [],
  size: "S" as const,
  changeType: "feat" as const,
  scope: null,
  breaking: false,
});
const usage = { calls: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const records = (...events: LedgerEvent[]): EventRecord[] =>
  events.map((event, index) => ({ seq: index + 1, at: "2026-11-21T00:00:00.000Z", by: "someone", event }));
const plan: LedgerEvent = {
  type: "plan.recorded",
  claim: 1,
  plan: { nodes: [planNode("E1", null), planNode("T1", "E1"), planNode("T2", "E1")] },
  usage,
};
const claimed = (nodeId: string, workflowRunId: number, claim = 1): LedgerEvent => ({
  type: "node.claimed",
  nodeId,
  mode: "execute",
  lease: { workflowRunId, runAttempt: 1, expiresAt: "2026-11-21T02:00:00.000Z", claim },
});
const merged = (nodeId: string): LedgerEvent => ({
  type: "node.merged",
  nodeId,
  claim: 1,
  pull: 1,
  mergeSha: "a".repeat(40),
});
const job = (id: number, workflowRunId: number, name: string, ran = true): CostJob => ({
  id,
  workflowRunId,
  name,
  ran,
});
const ask = (jobId: number | null, ...kinds: CostRequest["kind"][]): CostRequest[] =>
  kinds.map((kind) => ({ kind, jobId }));

describe("costsOf", () => {
  test("a leaf pays for its own jobs and for its share of the decide that claimed it", () => {
    const costs = costsOf(
      records(plan, claimed("T1", 10), claimed("T2", 10), merged("T1")),
      [
        job(1, 10, "slipway / Decide"),
        job(2, 10, "slipway / T1 / Execute / Execute"),
        job(3, 10, "slipway / T1 / Integrate / Gate"),
        job(4, 10, "slipway / T1 / Settle", false),
        job(5, 10, "slipway / T2 / Execute / Execute"),
      ],
      [
        ...ask(1, "rest", "rest", "rest", "git"),
        ...ask(2, "rest", "git", "artifact"),
        ...ask(3, "rest", "graphql"),
        ...ask(null, "rest"),
      ],
    );
    expect(costs.leaves).toEqual([
      {
        nodeId: "T1",
        claims: 1,
        merged: true,
        jobs: 3,
        apiRequests: 4.5,
        requests: { rest: 2, graphql: 1, git: 1, artifact: 1 },
        decideShare: { jobs: 0.5, apiRequests: 1.5 },
      },
      {
        nodeId: "T2",
        claims: 1,
        merged: false,
        jobs: 2,
        apiRequests: 1.5,
        requests: { rest: 0, graphql: 0, git: 0, artifact: 0 },
        decideShare: { jobs: 0.5, apiRequests: 1.5 },
      },
    ]);
    expect(costs.overhead).toEqual({ jobs: 0, apiRequests: 0 });
  });

  test("decide counts as one job of a leaf, however often the leaf was claimed", () => {
    const costs = costsOf(
      records(plan, claimed("T1", 10), claimed("T1", 11, 2)),
      [job(1, 10, "Decide"), job(2, 10, "T1 / Execute"), job(3, 11, "Decide"), job(4, 11, "T1 / Execute")],
      [...ask(1, "rest"), ...ask(3, "rest")],
    );
    expect(costs.leaves[0]).toMatchObject({ claims: 2, jobs: 3, apiRequests: 2, decideShare: { jobs: 2 } });
  });

  test("what belongs to no leaf is overhead: stages, parents, and turns that claimed no leaf", () => {
    const costs = costsOf(
      records(plan, claimed("E1", 12)),
      [
        job(1, 9, "slipway / Spec / Draft"),
        job(2, 12, "slipway / Decide"),
        job(3, 12, "slipway / E1 / Integrate / Gate"),
      ],
      [...ask(1, "git"), ...ask(2, "rest"), ...ask(3, "rest", "rest")],
    );
    expect(costs.leaves.map((leaf) => leaf.jobs)).toEqual([0, 0]);
    expect(costs.overhead).toEqual({ jobs: 3, apiRequests: 3 });
  });

  test("a defect is a leaf of its own", () => {
    const filed: LedgerEvent = {
      type: "defect.filed",
      parentId: "T1",
      claim: 1,
      node: { ...planNode("D1", "T1"), kind: "defect" },
      fingerprint: "f",
      issue: { number: 5, id: 5 },
    };
    const costs = costsOf(
      records(plan, filed, claimed("D1", 13)),
      [job(1, 13, "slipway / D1 / Execute / Execute")],
      [],
    );
    expect(costs.leaves.map((leaf) => leaf.nodeId)).toEqual(["T1", "T2", "D1"]);
    expect(costs.leaves[2]).toMatchObject({ jobs: 1, decideShare: { jobs: 0 } });
  });
});

describe("job names", () => {
  test.each([
    ["slipway / T12 / Execute / Execute", "T12"],
    ["slipway / node (D3, execute, 1) / publish", "D3"],
    ["slipway / node (T1) / QA", "T1"],
    ["slipway / Decide", null],
    ["slipway / T0 / Execute", null],
    ["slipway / Test T1x", null],
  ])("%s works on %s", (name, node) => {
    expect(nodeOfJob(name)).toBe(node);
  });

  test.each([
    ["slipway / Decide", null, true],
    ["Decide", null, true],
    ["slipway / Spec / Draft", "spec", false],
    ["slipway / Plan / Record", "plan", false],
    ["slipway / Issues / Sync", "issues", false],
    ["slipway / T1 / Execute / Execute", "execute", false],
    ["slipway / T1 / Integrate / Publish", "execute", false],
    ["slipway / T1 / Integrate / QA", "qa", false],
    ["slipway / T1 / Integrate / Review / Review", "review", false],
    ["slipway / T1 / Integrate / Scan", "scan", false],
    ["slipway / T1 / Integrate / Gate", "merge", false],
    ["slipway / Release / Release", "release", false],
  ])("%s is of stage %s", (name, stage, decide) => {
    expect(stageOfJob(name)).toBe(stage);
    expect(isDecide(name)).toBe(decide);
  });
});
