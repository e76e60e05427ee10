import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { EndState } from "../end-state.ts";
import { type Ended, faultsOf } from "./judge.ts";
import { pointsOf, readOptions } from "./options.ts";
import type { Point } from "./point.ts";
import { openResults, type Result } from "./results.ts";
import { isHandedOver, workOf } from "./work.ts";
import { createWriteKeys, isWrite, kindOf } from "./writes.ts";

describe("writes", () => {
  const rest = (method: string, route: string) => ({
    kind: "rest" as const,
    method,
    path: `/api/v3${route}`,
    route,
  });
  const git = (method: string, path: string) => ({ kind: "git" as const, method, path, route: null });
  const artifact = (method: string, path: string) => ({
    kind: "artifact" as const,
    method,
    path,
    route: path,
  });
  const TWIRP = "/twirp/github.actions.results.api.v1.ArtifactService";
  test.each([
    [true, "POST /repos/{owner}/{repo}/issues", rest("POST", "/repos/{owner}/{repo}/issues")],
    [false, "GET /repos/{owner}/{repo}/issues", rest("GET", "/repos/{owner}/{repo}/issues")],
    [true, "git push", git("POST", "/o/r.git/git-receive-pack")],
    [false, "git push", git("GET", "/o/r.git/info/refs?service=git-receive-pack")],
    [true, "artifact CreateArtifact", artifact("POST", `${TWIRP}/CreateArtifact`)],
    [false, "artifact ListArtifacts", artifact("POST", `${TWIRP}/ListArtifacts`)],
    [true, "artifact block", artifact("PUT", "/artifacts/results/a.zip?comp=block&blockid=x")],
    [true, "artifact blob", artifact("PUT", "/artifacts/results/a.zip?sig=x")],
    [false, "artifact a.zip", artifact("GET", "/artifacts/results/a.zip?sig=x")],
  ])("%s: %s", (writes, kind, request) => {
    expect(isWrite(request)).toBe(writes);
    if (writes || request.kind !== "git") expect(kindOf(request)).toBe(kind);
  });

  test("are told apart by job, kind and how many there were, in whatever order they come", () => {
    const keys = createWriteKeys();
    expect([keys.next("a", "git push"), keys.next("b", "git push"), keys.next("a", "git push")]).toEqual([
      "a: git push #1",
      "b: git push #1",
      "a: git push #2",
    ]);
  });
});

describe("which points", () => {
  const writes = Array.from({ length: 10 }, (_, index) => `write ${index + 1}`);
  const points = (...args: string[]) =>
    pointsOf(writes, readOptions(args)).map(({ at, when, loss }) => `${at} ${when} ${loss}`);
  test("all, one, a range, those whose name contains a text", () => {
    expect(points()).toHaveLength(20);
    expect(points("--at", "3", "--when", "after")).toEqual(["3 after process"]);
    expect(points("--at", "3", "--loss", "machine")).toEqual(["3 before machine", "3 after machine"]);
    expect(points("--from", "9", "--to", "10")).toHaveLength(4);
    expect(points("--only", "write 7")).toEqual(["7 before process", "7 after process"]);
  });
  test("a sample is spread over all writes, and loses the machine now and then", () => {
    const some = points("--spread", "6");
    expect(some).toHaveLength(6);
    expect(some.filter((text) => text.endsWith("machine"))).toHaveLength(2);
    expect(Number(some[0]?.split(" ")[0])).toBeLessThan(3);
    expect(Number(some.at(-1)?.split(" ")[0])).toBeGreaterThan(8);
    expect(points("--spread", "100")).toHaveLength(20);
  });
  test("what cannot be meant is refused in a sentence", () => {
    expect(() => readOptions(["--at", "0"])).toThrow("--at 0: give a whole number");
    expect(() => readOptions(["--when", "later"])).toThrow("--when later: it is before or after.");
  });
});

describe("what is wrong with a run", () => {
  const POINT: Point = { key: "write 1", when: "before", loss: "process" };
  const state = (more: object = {}) =>
    ({
      run: "DONE",
      fold: null,
      refs: { "refs/heads/task/1": "a", "refs/heads/main": "c" },
      releases: [{ tag: "v1", body: "- one\n- two" }],
      issues: { T1: { title: "one" } },
      modelCalls: { spec: 1, "execute T1": 2, "review T1": 1 },
      ...more,
    }) as unknown as EndState;
  const REFERENCE = { endState: state(), subjects: { T1: 1 } };
  const run = (more: Partial<Ended> = {}, endState = state()): Ended => ({
    killed: { job: "slipway / Spec / Record", handedOver: false },
    sweeps: 0,
    subjects: { T1: 1 },
    twins: [],
    events: [],
    troubles: [],
    endState,
    ...more,
  });
  const faults = (more: Partial<Ended>, endState?: EndState) =>
    faultsOf(REFERENCE, run(more, endState), POINT);

  test("nothing, also where siblings were merged in another order", () => {
    expect(faults({})).toEqual([]);
    const otherOrder = {
      refs: { "refs/heads/task/1": "b", "refs/heads/main": "c" },
      releases: [{ tag: "v1", body: "- two\n- one" }],
    };
    expect(faults({}, state(otherOrder))).toEqual([]);
  });
  test("nothing, where a comment tells of a loss that was made good, and of what was paid again", () => {
    const comment = (more: string, calls: number) => ({
      T1: {
        title: "one",
        comments: [`done${more}\n\n---\n\n${calls} model calls · 1,000 input tokens · 20 output tokens`],
      },
    });
    const reference = { ...REFERENCE, endState: state({ issues: comment("", 4) }) };
    const repaired = comment(
      "\n\n### Noticed and repaired\n\n- <time> · It was closed.\n- <time> · It was merged.",
      4,
    );
    expect(faultsOf(reference, run({}, state({ issues: repaired })), POINT)).toEqual([]);
    const again = { issues: comment("", 5) };
    expect(faultsOf(reference, run({}, state(again)), POINT)).toHaveLength(1);
    const killed = { job: "slipway / Spec / Draft", handedOver: false };
    const paid = state({ ...again, modelCalls: { spec: 2, "execute T1": 2, "review T1": 1 } });
    expect(faultsOf(reference, run({ killed }, paid), POINT)).toEqual([]);
  });
  test("a point that was not reached, a run that did not end, an end state that is not the same", () => {
    expect(faults({ killed: null })).toEqual(["the point was not reached: there was no write write 1"]);
    expect(faults({ sweeps: -1 })).toHaveLength(1);
    expect(faults({ troubles: ["lost"] })).toEqual(["the engine: lost"]);
    expect(faults({}, state({ refs: { "refs/heads/main": "c" } }))).toHaveLength(1);
    expect(faults({}, state({ issues: { T1: { title: "one" }, "T1 (2)": { title: "one" } } }))).toEqual([
      'issues/T1 (2): too much: {"title":"one"}',
    ]);
    expect(faults({}, state({ releases: [{ tag: "v1", body: "- one" }] }))).toHaveLength(1);
  });
  test("the verdict on an attempt that failed stays; one thing that is there twice does not", () => {
    const more = state({ checks: [{ of: "<run>/T1", conclusion: "failure" }] });
    expect(faults({}, more)).toHaveLength(1);
    expect(faults({ events: ["node.failed T1"] }, more)).toEqual([]);
    expect(faults({ events: ["node.failed T2"] }, more)).toHaveLength(1);
    expect(faults({ twins: ["there twice: check"] })).toEqual(["there twice: check"]);
  });
  test("a model that was paid twice for what was handed over", () => {
    const calls = (given: object) =>
      state({ modelCalls: { spec: 1, "execute T1": 2, "review T1": 1, ...given } });
    const execute = { job: "slipway / T1 / Execute / Execute" };
    expect(faults({ killed: { ...execute, handedOver: false } }, calls({ "execute T1": 3 }))).toEqual([]);
    expect(faults({ killed: { ...execute, handedOver: true } }, calls({ "execute T1": 3 }))).toEqual([
      "the model was asked 3 times for execute T1, which is 2 at most",
    ]);
    expect(faults({}, calls({ "review T1": 2 }))).toHaveLength(1);
    // Its base has moved: that is another change.
    expect(faults({ subjects: { T1: 2 } }, calls({ "review T1": 2 }))).toEqual([]);
    expect(faults({}, calls({ spec: 0 }))).toEqual(["the model was asked 0 times for spec instead of 1"]);
  });
  test.each([
    ["slipway / Spec / Draft", "spec"],
    ["slipway / Plan / Draft", "plan"],
    ["slipway / T1 / Execute / Execute", "execute T1"],
    ["slipway / T1 / Integrate / Review / Review", "review T1"],
    ["slipway / T1 / Integrate / QA / QA", undefined],
    ["slipway / Spec / Record", undefined],
    ["slipway / Decide", undefined],
  ])("%s asks the model for %s", (job, work) => expect(workOf(job)).toBe(work));

  test("what a job had handed over is its own work, complete", () => {
    const finalize = (name: string, more: object = {}) => ({
      path: "/twirp/github.actions.results.api.v1.ArtifactService/FinalizeArtifact",
      jobId: 7,
      requestBody: { name },
      ...more,
    });
    const review = { job: "slipway / T1 / Integrate / Review / Review", jobId: 7 };
    const had = (...journal: Parameters<typeof isHandedOver>[0]) => isHandedOver(journal, review);
    expect(had(finalize("evidence.review.T1.1"))).toBe(true);
    expect(had(finalize("evidence.review.T1.1", { fault: "cut-after" }))).toBe(true);
    expect(had(finalize("evidence.review.T1.1", { fault: "cut-before" }))).toBe(false);
    expect(had(finalize("evidence.scan.T1.1"))).toBe(false);
    expect(had(finalize("evidence.review.T11.1"))).toBe(false);
    expect(had(finalize("evidence.review.T1.1", { jobId: 8 }))).toBe(false);
    expect(had(finalize("evidence.review.T1.1", { path: "/x/CreateArtifact" }))).toBe(false);
    expect(
      isHandedOver([finalize("scan.T1.1")], { job: "slipway / T1 / Integrate / QA / QA", jobId: 7 }),
    ).toBe(false);
  });
});

test("results are found again by the next run; a file of something else is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-crash-"));
  try {
    const file = join(folder, "results.jsonl");
    const first = openResults(file);
    expect([first.reference, first.results]).toEqual([undefined, []]);
    const result: Result = {
      type: "point",
      key: "w",
      when: "after",
      loss: "process",
      at: 1,
      faults: [],
      sweeps: 0,
      seconds: 1,
    };
    first.add(result);
    expect(openResults(file).results).toEqual([result]);
    writeFileSync(file, '{"type":"else"}\n');
    expect(() => openResults(file)).toThrow(`${file}:1 is no line of this program`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
