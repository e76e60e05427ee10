import { expect, test } from "@jest/globals";
import { brokenByLeaves, type LeafReport, leafRows } from "./leaves.ts";

const leaf = (nodeId: string, jobs: number, apiRequests: number): LeafReport["leaves"][number] => ({
  nodeId,
  claims: 1,
  merged: true,
  jobs,
  apiRequests,
  requests: { rest: apiRequests, graphql: 0, git: 3, artifact: 2 },
  decideShare: { jobs: 1, apiRequests: 0 },
});

const DEFECT: LeafReport["defects"][number] = {
  id: "D1",
  parent: "T2",
  title: "Fix qa of the parser",
  issue: 9,
  fingerprint: null,
  status: "DONE",
  filedAt: "2026-11-20T10:00:00.000Z",
};

test("a leaf at the bounds keeps them, one above breaks each", () => {
  const rows = leafRows({ leaves: [leaf("T1", 6, 25), leaf("T3", 7, 25.5)], defects: [] });
  expect(brokenByLeaves(rows)).toEqual([
    "leaf T3 took 7 jobs; 6 are allowed",
    "leaf T3 took 25.5 API requests; 25 are allowed",
  ]);
});

test("a leaf that had a defect names it and is outside the bounds; the defect itself is inside", () => {
  const rows = leafRows({ leaves: [leaf("T2", 12, 60), leaf("D1", 7, 20)], defects: [DEFECT] });
  expect(rows.map(({ id, defect }) => [id, defect])).toEqual([
    ["T2", "D1: Fix qa of the parser"],
    ["D1", null],
  ]);
  expect(brokenByLeaves(rows)).toEqual(["leaf D1 took 7 jobs; 6 are allowed"]);
});
