import { expect, test } from "@jest/globals";
import type { Work } from "@slipway/model";
import { givenBack } from "./prepare-claimed.ts";
import { append, lease, planned } from "./testing/run.ts";

const FAILED = { as: "failed", reason: "No branch." } as const;

test("of what could not be prepared only claims that are still held are given back", () => {
  const state = append(
    planned(),
    { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1, 9) },
    { type: "node.claimed", nodeId: "T2", mode: "execute", lease: lease(1, 9) },
    { type: "node.released", nodeId: "T2", claim: 1, reason: "Paused." },
  );
  const nodes: Work = {
    kind: "nodes",
    nodes: ["T1", "T2"].map((nodeId) => ({ nodeId, mode: "execute", claim: 1 })),
  };
  const events = givenBack(state, nodes, FAILED);
  expect(events).toMatchObject([{ type: "node.failed", nodeId: "T1", claim: 1, reason: "No branch." }]);
  expect(givenBack(append(state, ...events), nodes, FAILED)).toEqual([]);
  const released = { as: "released", reason: "No room." } as const;
  expect(givenBack(state, nodes, released)).toEqual([
    { type: "node.released", nodeId: "T1", claim: 1, reason: "No room." },
  ]);

  const stage: Work = { kind: "stage", stage: "release", claim: 1 };
  expect(givenBack(state, stage, FAILED)).toEqual([]);
  const claimed = append(state, { type: "stage.claimed", stage: "release", lease: lease(1, 9) });
  expect(givenBack(claimed, stage, FAILED)).toMatchObject([{ type: "stage.failed", stage: "release" }]);
  expect(givenBack(claimed, { kind: "busy", reason: "Another is at it." }, FAILED)).toEqual([]);
});
