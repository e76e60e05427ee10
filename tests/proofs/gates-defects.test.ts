/** What fails becomes a defect: one for one finding, within bounds, and then a person is asked, once. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

const LIMIT_MS = 480_000;
const policy = (more: string) => `
qa:
  test: test ! -e farewell.txt || grep -q Goodbye farewell.txt
  timeoutMinutes: 2
execute: { commands: [] }
review: { required: false }
release: { enabled: false }
${more}`;

let run: GateBench;
afterEach(() => run?.stop());

const defects = async () => (await run.state()).nodes.filter((item) => item.plan.kind === "defect");

test(
  "a defect is filed once, although the answer to its making is lost; it is fixed, verified and closed",
  async () => {
    let made = 0;
    const faults = (): FaultHook => (request) => {
      if (request.method !== "POST" || request.route !== "/repos/{owner}/{repo}/issues") return undefined;
      // The epic and its task come first.
      made++;
      return made === 3 ? { kind: "cut-after" } : undefined;
    };
    run = await runGates({
      policy: policy(""),
      agents: { T1: "echo Farewell. > farewell.txt", D1: "echo Goodbye. > farewell.txt" },
      faults,
    });
    expect(await isDone(run)).toBe(true);
    expect(made).toBe(3);
    const [defect, ...more] = await defects();
    expect(more).toEqual([]);
    expect(defect).toMatchObject({ plan: { id: "D1", parent: "T1" }, status: "DONE" });
    expect(defect?.plan.objective).toContain("exited 1");
    const issues = [...run.bench.github.repository(run.bench.repository).issues.values()];
    const filed = issues.filter((issue) => issue.title.startsWith("Fix qa"));
    expect(filed.map((issue) => issue.state)).toEqual(["closed"]);
    expect(git(run.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.");
  },
  LIMIT_MS,
);

test(
  "a finding that comes back opens its defect again; after the policy's rounds a person is asked, once, and goes on",
  async () => {
    run = await runGates({
      policy: policy("limits: { defectRounds: 2 }"),
      rules: { requiredStatusChecks: { checks: [{ context: "CI: Tests" }], strict: false } },
      agents: { D1: "echo Farewell. >> fix.txt" },
    });
    const report = async (conclusion: "failure" | "success") => {
      const headSha = (await run.node("E1")).subject?.headSha ?? "";
      const check = { name: "CI: Tests", headSha, conclusion, title: "It ended" } as const;
      await run.bench.github.writeCheckRun(run.bench.repository, check);
      await run.command("orchestrator.sweep");
    };
    const record = () => run.bench.github.repository(run.bench.repository).issues;
    const filed = () => [...record().values()].filter((issue) => issue.title.startsWith("Fix checks"));
    const fixes = () => git(run.bench.bare, "show", `${epic}:fix.txt`).split("\n").length;
    const epic = (await run.node("E1")).branch ?? "";

    await report("failure");
    expect(await defects()).toEqual([expect.objectContaining({ status: "DONE", claims: 1 })]);
    expect(filed().map(({ state }) => state)).toEqual(["closed"]);
    const first = await run.node("D1");

    // The same once more: the same node, the same issue, another pull request, and closed again at the end.
    await report("failure");
    expect(await defects()).toEqual([
      expect.objectContaining({
        status: "DONE",
        claims: 2,
        issue: first.issue,
        fingerprint: first.fingerprint,
      }),
    ]);
    const second = await run.node("D1");
    expect(second.pull).not.toBe(first.pull);
    expect(second.plan.objective).toContain("D1 was to mend this before, and it is there again.");
    expect(filed().map(({ number, state }) => [number, state])).toEqual([[first.issue?.number, "closed"]]);
    const told = filed()[0]?.events.flatMap(({ event }) => (/closed|reopened/.test(event) ? [event] : []));
    expect(told).toEqual(["closed", "reopened", "closed"]);
    expect(fixes()).toBe(2);

    await report("failure");
    expect(await defects()).toHaveLength(1);
    const blocked = await run.node("E1");
    expect(blocked).toMatchObject({
      status: "BLOCKED",
      trouble: expect.stringMatching(
        /^E1 does not pass: the check `CI: Tests` still fails, and D1 was to mend it and did not\..*`retry E1`\.$/s,
      ),
    });
    const asked = async () =>
      (await run.comments("E1")).filter((text) => text.includes("still fails, and D1"));
    const said = (await asked()).length;
    await run.command("orchestrator.sweep");
    expect((await asked()).length).toBe(said);
    expect((await run.comments("E1")).filter((text) => text.includes("slipway:node"))).toHaveLength(1);

    // Asked for again by a person it has as many rounds as before, and one of them helps.
    await run.command("orchestrator.retry", { runId: run.runId, nodeId: "E1" });
    expect(await run.node("D1")).toMatchObject({ status: "DONE", claims: 3, issue: first.issue });
    expect(fixes()).toBe(3);
    await report("success");
    expect(await isDone(run)).toBe(true);
    expect(filed().map(({ state }) => state)).toEqual(["closed"]);
  },
  LIMIT_MS,
);
