/** What fails becomes a defect: one for one finding, within bounds, and then a person is asked, once. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

const LIMIT_MS = 300_000;
const policy = (more: string) => `
qa:
  test: test ! -e farewell.txt || grep -q Goodbye farewell.txt
  timeoutMinutes: 2
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
  "a finding that comes back after the policy's rounds blocks the node, and asks a person once, by name",
  async () => {
    run = await runGates({
      policy: policy("limits: { defectRounds: 1 }"),
      rules: { requiredStatusChecks: { checks: [{ context: "CI: Tests" }], strict: false } },
      agents: { D1: "echo Farewell. > fix.txt" },
    });
    const fail = async () => {
      const headSha = (await run.node("E1")).subject?.headSha ?? "";
      const check = { name: "CI: Tests", headSha, conclusion: "failure", title: "It broke" } as const;
      await run.bench.github.writeCheckRun(run.bench.repository, check);
      await run.command("orchestrator.sweep");
    };
    await fail();
    expect(await defects()).toEqual([expect.objectContaining({ status: "DONE" })]);
    await fail();
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
  },
  LIMIT_MS,
);
