/** Required checks of a leaf that end are noticed at once, whoever reports them: no person, no sweep. */
import { afterEach, describe, expect, test } from "@jest/globals";
import { type GateBench, type GateRun, isDone, runGates } from "./gates.ts";

// Many workflow runs, and a machine may be busy.
const LIMIT_MS = 480_000;
const CI = ".github/workflows/ci.yml";
const BUILD = `
name: CI
on: pull_request
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo built
`;

let run: GateBench;
afterEach(() => run?.stop());

/** A run that stands still, because its leaf waits for one check. */
async function waiting(context: string, more: Pick<GateRun, "files" | "agents"> = {}): Promise<string> {
  const rules = { requiredStatusChecks: { checks: [{ context }], strict: false } };
  run = await runGates({
    ...more,
    // Rules of the branch that the leaf's pull request goes into, once that branch is there.
    faults: (bench) => (request) => {
      if (request.method === "POST" && request.path.endsWith("/pulls"))
        bench().github.setRules(bench().repository, "epic/**", rules);
      return undefined;
    },
  });
  const leaf = await run.node("T1");
  const head = leaf.subject?.headSha ?? "";
  expect(leaf).toMatchObject({
    status: "REVIEW",
    lease: null,
    verdict: {
      outcome: "waiting",
      sentence: `Not mergeable: needs \`${context}\` on ${head.slice(0, 7)}, where nothing has reported yet.`,
    },
  });
  return head;
}

/** What is asked of the repository and its record by events that change nothing. */
async function changesNothing(act: () => Promise<unknown>): Promise<readonly string[]> {
  // But for what is reported itself.
  const written = () => JSON.stringify({ ...(run.bench.written() as object), checks: undefined });
  const before = written();
  const seq = (await run.state()).seq;
  await act();
  const turns = await run.bench.turns();
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect((await run.state()).seq).toBe(seq);
  expect(written()).toBe(before);
  return turns.flatMap(({ ran }) => ran);
}

/** The leaf was judged again on the evidence that was there, merged, and the run came to its end. */
async function merged(): Promise<void> {
  const turns = await run.bench.turns();
  expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
  expect(await isDone(run)).toBe(true);
  const events = (await run.bench.events(run.runId)).map(({ event }) => event);
  const modes = events.flatMap((event) =>
    event.type === "node.claimed" && event.nodeId === "T1" ? [event.mode] : [],
  );
  expect(modes).toEqual(["execute", "gate"]);
}

const status = (sha: string, state: string, context: string) =>
  run.bench.post(`statuses/${sha}`, { state, context });

describe("a leaf is merged once its required check has ended", () => {
  test(
    "which another App reports",
    async () => {
      const head = await waiting("CI: Tests");
      const report = (name: string, conclusion?: "success", headSha = head) =>
        run.bench.github.writeCheckRun(run.bench.repository, {
          name,
          headSha,
          ...(conclusion ? { conclusion } : {}),
        });
      expect(await changesNothing(() => report("CI: Tests"))).toEqual([]);
      // Another check of the same suite has ended; the suite has not.
      expect(await changesNothing(() => report("CI: Lint", "success"))).toEqual([]);
      // A suite on somebody else's commit starts no job.
      expect(await changesNothing(() => report("CI: Tests", "success", "main"))).toEqual([]);
      await report("CI: Tests", "success");
      await merged();
    },
    LIMIT_MS,
  );

  test(
    "which is a commit status",
    async () => {
      const head = await waiting("ci/build");
      expect(await changesNothing(() => status(head, "pending", "ci/build"))).toEqual([]);
      const main = (await run.state()).nodes[0]?.subject?.baseSha ?? "main";
      expect(await changesNothing(() => status(main, "success", "ci/build"))).toEqual([]);
      // One that nobody asked for costs a look, and that is all.
      expect(await changesNothing(() => status(head, "success", "deploy/preview"))).toEqual([
        "slipway / Decide",
      ]);
      await status(head, "success", "ci/build");
      await merged();
    },
    LIMIT_MS,
  );

  test(
    "which is a workflow of the repository itself",
    async () => {
      const head = await waiting("build", { files: { [CI]: BUILD } });
      // A pull request that a job's token has opened runs its workflows once a person approves that.
      const held = run.bench.github
        .repository(run.bench.repository)
        .runs.find(({ headSha, workflowPath }) => headSha === head && workflowPath === CI);
      expect(held).toMatchObject({ conclusion: "action_required" });
      const approved = await run.bench.post(`actions/runs/${held?.id}/approve`, {});
      expect(approved.status).toBe(201);
      await merged();
      expect(held).toMatchObject({ conclusion: "success" });
    },
    LIMIT_MS,
  );
});

test(
  "a required check that fails is noticed as soon: it becomes a defect, whose fix is asked for on the new head",
  async () => {
    const head = await waiting("ci/build", { agents: { D1: "echo Farewell. > farewell.txt" } });
    await status(head, "failure", "ci/build");
    const turns = await run.bench.turns();
    expect(turns.flatMap(({ errors }) => errors)).toEqual([]);
    expect(await run.node("D1")).toMatchObject({ plan: { parent: "T1" }, status: "DONE" });
    const { verdict, subject } = await run.node("T1");
    expect(subject?.headSha).not.toBe(head);
    expect(verdict?.sentence).toContain(`needs \`ci/build\` on ${subject?.headSha.slice(0, 7)}`);
    // What comes of the old head has no say any more.
    expect(await changesNothing(() => status(head, "success", "ci/build"))).toEqual([]);
    await status(subject?.headSha ?? "", "success", "ci/build");
    await run.bench.turns();
    expect(await isDone(run)).toBe(true);
  },
  LIMIT_MS,
);
