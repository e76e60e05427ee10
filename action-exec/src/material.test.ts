import { expect, test } from "@jest/globals";
import type { Evidence, NodeState, PlanNode } from "@slipway/model";
import { recordedMaterial } from "./material.ts";

const AT = "2026-11-22T01:00:00.000Z";
const subject = { specHash: "a".repeat(64), baseSha: "b".repeat(40), headSha: "c".repeat(40) };
const judged = { nodeId: "T1", subject, verdict: "fail", reason: "It fails.", at: AT } as const;
const node = (id: string, more: Partial<NodeState> = {}) => ({
  plan: { id, title: `Title of ${id}` } as PlanNode,
  evidence: [],
  mergeSha: null,
  finishedAt: null,
  summary: null,
  ...more,
});
const checks = (state: "fail" | "pass"): Evidence => ({
  ...judged,
  kind: "checks",
  checks: [{ name: "CI / test", state, title: "2 failures", summary: "a.test.ts", link: null }],
  approvals: { wanted: 0, given: 0 },
  draft: false,
  paths: ["src/a.ts"],
  lines: 3,
});
const merged = { mergeSha: "d".repeat(40), finishedAt: AT, summary: "Adds a." };

test("siblings are what was merged beside the node, with the files that its gate had seen", () => {
  const own = node("T1", merged);
  const nodes = [
    own,
    node("T2", { ...merged, evidence: [checks("pass")] }),
    node("T3", { summary: "Not merged yet." }),
    node("S1", { mergeSha: "e".repeat(40), finishedAt: AT }),
  ];
  expect(recordedMaterial({ nodes }, own).siblings).toEqual([
    {
      nodeId: "T2",
      title: "Title of T2",
      summary: "Adds a.",
      sha: merged.mergeSha,
      at: AT,
      paths: ["src/a.ts"],
    },
  ]);
});

test("logs are what the node's commands and failed checks had to say", () => {
  const ran = (name: "lint" | "test", exitCode: number | null) => ({
    name,
    command: `npm run ${name}`,
    exitCode,
    seconds: 1,
    output: `${name} ends`,
  });
  const qa: Evidence = {
    ...judged,
    kind: "qa",
    coverage: null,
    commands: [ran("lint", 0), ran("test", 1), ran("test", null)],
  };
  const own = node("T1", { evidence: [qa, checks("fail"), { ...judged, kind: "scan", findings: [] }] });
  const logs = recordedMaterial({ nodes: [own] }, own).logs ?? [];
  expect(logs.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    "qa: lint success",
    "qa: test failure",
    "qa: test cancelled",
    "CI / test failure",
  ]);
  expect(logs[1]?.text).toBe("$ npm run test\ntest ends");
  expect(recordedMaterial({ nodes: [] }, node("T1", { evidence: [checks("pass")] })).logs).toEqual([]);
});
