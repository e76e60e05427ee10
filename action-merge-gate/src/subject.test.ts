import { describe, expect, test } from "@jest/globals";
import type { EventRecord, LedgerEvent } from "@slipway/model";
import { movedSide, staleRounds } from "./subject.ts";

const records = (...events: object[]): EventRecord[] =>
  events.map((event, index) => ({
    seq: index + 1,
    at: "2026-11-20T10:00:00Z",
    by: "slipway",
    event: event as LedgerEvent,
  }));
const on = (type: string, more: object = {}, nodeId = "T1") => ({ type, nodeId, ...more });
const round = [on("node.claimed"), on("node.published"), on("node.released", { stale: true })];

describe("how often in a row a node was given back as moved", () => {
  test("never", () => {
    expect(staleRounds(records(on("node.claimed"), on("node.published")), "T1")).toBe(0);
  });
  test("each round counts, also those that were judged meanwhile", () => {
    const judged = [on("node.claimed"), on("node.judged"), on("node.released", { stale: true })];
    expect(staleRounds(records(...round, ...judged, on("node.claimed"), on("node.published")), "T1")).toBe(2);
  });
  test("other nodes and other events of the run do not end the row", () => {
    const others = [on("node.merged", {}, "T2"), { type: "run.noted", text: "x" }];
    expect(staleRounds(records(...round, ...others, ...round), "T1")).toBe(2);
  });
  test.each([
    on("node.failed"),
    on("node.released"),
    { type: "run.retried", nodeId: null },
    { type: "run.retried", nodeId: "T1" },
  ])("%j ends it", (event) => {
    expect(staleRounds(records(...round, event, ...round), "T1")).toBe(1);
  });
});

test("which side moved", () => {
  const judged = { specHash: "x", baseSha: "b", headSha: "h" };
  expect(movedSide(judged, judged)).toBeUndefined();
  expect(movedSide(judged, { ...judged, baseSha: "c" })).toBe("base");
  expect(movedSide(judged, { ...judged, headSha: "i" })).toBe("head");
  expect(movedSide(null, judged)).toBe("head");
});
