/** The repository's own required checks: they are waited for, believed, and never passed over. */
import { afterEach, expect, test } from "@jest/globals";
import { type GateBench, isDone, runGates } from "./gates.ts";

const CI = { checks: [{ context: "CI: Tests" }], strict: false };
const LIMIT_MS = 480_000;

let run: GateBench;
afterEach(() => run?.stop());

/** What the repository's own CI says of a commit. */
const report = (headSha: string, conclusion: "success" | "failure" | undefined, more: object = {}) =>
  run.bench.github.writeCheckRun(run.bench.repository, {
    name: "CI: Tests",
    headSha,
    ...(conclusion ? { conclusion } : {}),
    ...more,
  });
const headOf = async (id: string) => (await run.node(id)).subject?.headSha ?? "";

test(
  "a check that never reports is waited for, by name; once it is pending and then passes, the run goes on without checking anew",
  async () => {
    run = await runGates({ rules: { requiredStatusChecks: CI } });
    const head = await headOf("E1");
    const sentence = `Not mergeable: needs \`CI: Tests\` on ${head.slice(0, 7)}, where nothing has reported yet.`;
    expect(await run.node("E1")).toMatchObject({
      status: "REVIEW",
      lease: null,
      verdict: { outcome: "waiting", sentence },
    });
    expect(run.shown(head)).toMatchObject({
      conclusion: "action_required",
      title: sentence,
      url: expect.stringContaining("/actions/runs/"),
    });
    // A task's pull request goes into a branch without rules.
    expect(await run.node("T1")).toMatchObject({ status: "DONE" });

    // Another turn changes nothing, and asks no job for anything.
    const claims = (await run.node("E1")).claims;
    await run.command("orchestrator.sweep");
    expect((await run.node("E1")).claims).toBe(claims);

    await report(head, undefined);
    await run.command("orchestrator.sweep");
    expect((await run.node("E1")).claims).toBe(claims);

    await report(head, "success");
    const turns = await run.command("orchestrator.sweep");
    expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await isDone(run)).toBe(true);
    expect(run.shown(head)).toMatchObject({ conclusion: "success" });
    const events = (await run.bench.events(run.runId)).map(({ event }) => event);
    const modes = events.flatMap((event) =>
      event.type === "node.claimed" && event.nodeId === "E1" ? [event.mode] : [],
    );
    expect(modes).toEqual(["verify", "gate"]);
    const jobs = turns.flatMap(({ ran }) => ran).filter((name) => /QA|Publish|Review|Scan/.test(name));
    expect(jobs).toEqual([]);
  },
  LIMIT_MS,
);

test(
  "a check that fails becomes one defect with its name, its link and what it says; the fix is asked for on the new head",
  async () => {
    run = await runGates({
      rules: { requiredStatusChecks: CI },
      agents: { D1: "echo Farewell. > farewell.txt" },
    });
    const head = await headOf("E1");
    const said = {
      title: "1 of 4 tests failed",
      summary: "farewell.txt says the wrong thing",
      detailsUrl: "https://ci.test/runs/77",
    };
    await report(head, "failure", said);
    const turns = await run.command("orchestrator.sweep");
    expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
    expect(run.shown(head)).toMatchObject({
      conclusion: "failure",
      title: `Not mergeable: \`CI: Tests\` failed on ${head.slice(0, 7)}.`,
    });
    const defects = (await run.state()).nodes.filter((item) => item.plan.kind === "defect");
    expect(defects).toHaveLength(1);
    expect(defects[0]).toMatchObject({ plan: { id: "D1", parent: "E1" }, status: "DONE" });
    for (const text of ["CI: Tests", ...Object.values(said)])
      expect(defects[0]?.plan.objective).toContain(text);

    // The fix is in the epic's branch, on a head that nothing has reported on.
    const next = await headOf("E1");
    expect(next).not.toBe(head);
    expect((await run.node("E1")).verdict?.sentence).toContain(`needs \`CI: Tests\` on ${next.slice(0, 7)}`);
    await report(next, "success");
    await run.command("orchestrator.sweep");
    expect(await isDone(run)).toBe(true);
  },
  LIMIT_MS,
);
