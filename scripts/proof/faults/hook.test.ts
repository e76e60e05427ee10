import { describe, expect, test } from "@jest/globals";
import type { FaultRequest } from "@slipway/local-github";
import { createFaults } from "./hook.ts";
import type { Cell } from "./plan.ts";

const ISSUES = "/repos/{owner}/{repo}/issues";
const request = (method: string, route = ISSUES): FaultRequest => ({
  index: 0,
  method,
  path: route,
  route,
  kind: "rest",
  runId: 1,
  jobId: 1,
});
const cell = (fault: string, times: Cell["times"], from = 0): Cell => ({
  kind: `POST ${ISSUES}`,
  fault,
  times,
  from,
});
const faultsFor = (cells: readonly Cell[], plainMerge = false) =>
  createFaults({ id: "x", cells, plainMerge }, () => new Date("2026-11-21T10:00:00Z"));
/** Statuses that the next so many creations are answered with; null: nothing is in their way. */
const met = (faults: ReturnType<typeof faultsFor>, count: number) =>
  Array.from({ length: count }, () => {
    const fault = faults.hook(request("POST"));
    return fault?.kind === "respond" ? fault.status : (fault?.kind ?? null);
  });

describe("the faults of a plan", () => {
  test("are met once or twice in a row, after those that are let by", () => {
    const faults = faultsFor([cell("503", "twice", 1), cell("cut after", "once", 2)]);
    expect(met(faults, 7)).toEqual([null, 503, 503, null, null, "cut-after", null]);
    expect(faults.meetings().map(({ hits }) => hits)).toEqual([2, 1]);
  });

  test("last until they are lifted, one after another", () => {
    const faults = faultsFor([cell("500", "always"), cell("429", "always")]);
    expect(met(faults, 3)).toEqual([500, 500, 500]);
    expect(faults.lasting()).toMatchObject({ cell: { fault: "500" }, hits: 3 });
    faults.lift();
    expect(met(faults, 1)).toEqual([429]);
    faults.lift();
    expect(faults.lasting()).toBeUndefined();
    expect(met(faults, 1)).toEqual([null]);
  });

  test("are for their kind of request alone, and for jobs", () => {
    const faults = faultsFor([cell("503", "always")]);
    expect(faults.hook(request("GET"))).toBeUndefined();
    const { jobId: _, ...person } = request("POST");
    expect(faults.hook(person)).toBeUndefined();
  });

  test("a server without the asynchronous merge says so", () => {
    const route = "/repos/{owner}/{repo}/pulls/{pull_number}/merge-async";
    expect(faultsFor([], true).hook(request("PUT", route))).toMatchObject({ kind: "respond", status: 404 });
    expect(faultsFor([]).hook(request("PUT", route))).toBeUndefined();
  });

  test("say when there is room again", () => {
    const fault = faultsFor([cell("used up", "once")]).hook(request("POST"));
    expect(fault).toMatchObject({
      kind: "respond",
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795255202" },
    });
  });
});
