import { describe, expect, test } from "@jest/globals";
import { FAULTS, faultOn } from "./catalog.ts";
import {
  faultsOf,
  lasting,
  PLAIN_MERGE,
  passing,
  type RunPlan,
  refused,
  type Seen,
  spreadOf,
} from "./plan.ts";

const PULL = "/repos/{owner}/{repo}/pulls/{pull_number}";
const SEEN: readonly Seen[] = [
  { kind: "git fetch: refs", count: 138 },
  { kind: "git push: pack", count: 20 },
  ...["spec", "plan", "execute", "review"].map((stage) => ({ kind: `model: ${stage}`, count: 1 })),
  { kind: "artifact: CreateArtifact", count: 13 },
  { kind: "artifact: upload", count: 13 },
  { kind: "artifact: ListArtifacts", count: 26 },
  { kind: "GET /repos/{owner}/{repo}/labels", count: 1 },
  { kind: "POST /repos/{owner}/{repo}/issues", count: 3 },
  { kind: `GET ${PULL}`, count: 3 },
  { kind: `PUT ${PULL}/merge-async`, count: 3 },
  { kind: `GET ${PULL}/merge-async/{uuid}`, count: 3 },
];
const KINDS = [...SEEN.map(({ kind }) => kind), PLAIN_MERGE];
const cellsOf = (plans: readonly RunPlan[]) =>
  plans.flatMap(({ cells }) => cells.map(({ kind, fault }) => `${fault} on ${kind}`));

describe("the runs", () => {
  test("meet every fault on every kind of request, once or twice", () => {
    const wanted = KINDS.flatMap((kind) => faultsOf(kind).map(({ name }) => `${name} on ${kind}`));
    expect(new Set(cellsOf([...passing(SEEN), ...refused(SEEN)]))).toEqual(new Set(wanted));
    for (const { name } of FAULTS) expect(wanted.some((cell) => cell.startsWith(`${name} on `))).toBe(true);
  });

  test("merge in one way each, and meet only what can be met", () => {
    for (const { cells, plainMerge } of [...passing(SEEN), ...refused(SEEN), ...lasting(SEEN, 5)]) {
      for (const { kind, fault } of cells) {
        expect(faultOn(fault, kind)).toBeDefined();
        if (kind === PLAIN_MERGE) expect(plainMerge).toBe(true);
        if (kind.includes("merge-async")) expect(plainMerge).toBe(false);
      }
    }
  });

  test("meet no refusal where the others have to pass", () => {
    const names = passing(SEEN).flatMap(({ cells }) =>
      cells.map(({ kind, fault }) => faultOn(fault, kind)?.family),
    );
    expect(names).not.toContain("refusal");
  });

  test("meet each kind for good, a few at a time, and a model in every way", () => {
    const plans = lasting(SEEN, 5);
    const cells = plans.flatMap((plan) => plan.cells);
    expect(new Set(cells.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(Math.max(...plans.map((plan) => plan.cells.length))).toBeLessThanOrEqual(5);
    const faults = new Set(cells.flatMap(({ kind, fault }) => (kind.startsWith("model: ") ? [fault] : [])));
    expect(faults.size).toBe(6);
  });

  test("a spread takes some of them from everywhere", () => {
    expect(spreadOf([1, 2, 3, 4, 5, 6, 7, 8], 3)).toEqual([1, 3, 6]);
    expect(spreadOf([1, 2], 3)).toEqual([1, 2]);
  });
});
