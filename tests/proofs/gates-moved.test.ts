/** The tree that was tested is the tree that is merged; a branch with a merge queue is merged by the queue alone. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import type { TestBench } from "../e2e/bench.ts";
import { commitOn, git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

const LIMIT_MS = 480_000;
let run: GateBench;
afterEach(() => run?.stop());

test(
  "the base moves between QA and the merge: the change is brought up to date and tested again",
  async () => {
    let moved = "";
    const faults =
      (bench: () => TestBench): FaultHook =>
      (request) => {
        // The verdict on the first change was computed, and is about to be shown.
        if (moved !== "" || request.method !== "POST" || request.route !== "/repos/{owner}/{repo}/check-runs")
          return undefined;
        const { bare } = bench();
        const base = git(bare, "for-each-ref", "--format=%(refname:short)", "refs/heads/epic/*");
        moved = commitOn(bare, base, { "pushed.txt": "By a person.\n" }, "docs: a note");
        return undefined;
      };
    run = await runGates({ faults });
    expect(moved).not.toBe("");
    expect(await isDone(run)).toBe(true);
    const events = (await run.bench.events(run.runId)).map(({ event }) => event);
    const ofTask = events.filter((event) => "nodeId" in event && event.nodeId === "T1");
    expect(ofTask.map(({ type }) => type)).toEqual([
      "node.claimed",
      "node.published",
      "node.judged",
      "node.released",
      "node.claimed",
      "node.published",
      "node.judged",
      "node.merged",
    ]);
    expect(ofTask[3]).toMatchObject({
      stale: true,
      reason: "The base moved while the change was checked: it is checked again (1 of 4).",
    });
    expect(ofTask[5]).toMatchObject({ subject: { baseSha: moved } });
    const published = ofTask[5]?.type === "node.published" ? ofTask[5].subject.headSha : "";
    const { mergeSha } = await run.node("T1");
    expect(git(run.bench.bare, "rev-parse", `${mergeSha}^{tree}`)).toBe(
      git(run.bench.bare, "rev-parse", `${published}^{tree}`),
    );
  },
  LIMIT_MS,
);

test(
  "a branch with a merge queue is merged by the queue; the commit says where the change came from",
  async () => {
    run = await runGates({ rules: { mergeQueue: {} } });
    expect(await isDone(run)).toBe(true);
    const { bare } = run.bench;
    expect(await run.node("E1")).toMatchObject({ status: "DONE", mergeSha: git(bare, "rev-parse", "main") });
    const { mergeSha, issue } = await run.node("T1");
    const message = git(bare, "log", "-1", "--format=%B", mergeSha ?? "");
    expect(message).toMatch(/^feat: add a farewell \(#\d+\)\n/);
    const trailers = git(bare, "log", "-1", "--format=%(trailers:only,unfold)", mergeSha ?? "");
    expect(trailers.split("\n")).toEqual([
      `Slipway-Run: ${run.runId}`,
      "Slipway-Node: T1",
      "Slipway-Requirement: FR-001",
      `Slipway-Issue: ${issue?.number}`,
    ]);
    const { verifiedCommits } = run.bench.github.repository(run.bench.repository);
    expect(verifiedCommits.has(mergeSha ?? "")).toBe(true);
  },
  LIMIT_MS,
);
