import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, type Ended, plain, REPOSITORY, type World } from "../testing/world.ts";
import { createActEngine } from "./engine.ts";
import { findAct } from "./find.ts";

const act = findAct(process.env);
if (act.kind !== "found") console.warn(`Skipped: ${act.problem}`);
const onAct = act.kind === "found" ? describe : describe.skip;

/** A process that nobody has waited for is still listed, as a zombie. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, "latin1"));
}

const CALLER = `name: Caller
on: repository_dispatch
concurrency: { group: g, queue: max }
permissions: { contents: write }
jobs:
  one:
    name: One
    if: \${{ github.event.client_payload.one }}
    runs-on: ubuntu-latest
    outputs: { v: "\${{ steps.s.outputs.v }}" }
    steps: [{ id: s, run: "echo v=given >> $GITHUB_OUTPUT" }]
  legs:
    name: Leg \${{ matrix.of.name }}
    needs: one
    if: \${{ !cancelled() && needs.one.outputs.v == '' }}
    strategy: { matrix: { of: "\${{ fromJSON('[{\\"name\\":\\"a\\"},{\\"name\\":\\"b\\"}]') }}" } }
    uses: $/.github/workflows/called.yml
    with: { text: "\${{ matrix.of.name }}" }
    secrets: { key: "\${{ secrets.KEY }}" }
`;
const CALLED = `name: Called
on:
  workflow_call:
    inputs: { text: { type: string } }
    secrets: { key: {} }
permissions: { contents: write }
jobs:
  first:
    name: First
    runs-on: ubuntu-latest
    steps:
      - name: Say
        run: |
          echo "text=\${{ inputs.text }} key=\${{ secrets.key }} repository=$GITHUB_REPOSITORY sha=$GITHUB_SHA run=$GITHUB_RUN_ID"
          echo "::add-mask::hush"
          echo "then hush"
          echo "::error file=a.txt::not good"
          echo "# Said by \${{ inputs.text }}" >> "$GITHUB_STEP_SUMMARY"
      - { name: May fail, continue-on-error: true, run: exit 3 }
      - { name: Never, if: failure(), run: exit 1 }
  never: { name: Never, needs: first, if: failure(), runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
`;

onAct("with act, when it is installed", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld({}, (options) =>
      createActEngine({ ...options, program: act.kind === "found" ? act.program : "" }),
    );
  });
  afterAll(() => world.close());

  describe("a workflow that calls another, once for each leg of a matrix", () => {
    let ended: Ended;
    beforeAll(async () => {
      world.host.secretValues.KEY = "topsecret";
      ended = await world.run(CALLER, { files: { ".github/workflows/called.yml": CALLED } });
    }, 180_000);

    test("ends well, and every job is recorded under GitHub's name for it", () => {
      expect([...ended.jobs.values()].map(({ name, conclusion }) => [name, conclusion]).sort()).toEqual([
        ["Leg a / First", "success"],
        ["Leg a / Never", "skipped"],
        ["Leg b / First", "success"],
        ["Leg b / Never", "skipped"],
        ["One", "skipped"],
      ]);
      expect([ended.run.conclusion, ended.run.statuses]).toEqual([
        "success",
        ["queued", "in_progress", "completed"],
      ]);
      expect(world.diagnostics).toEqual([]);
    });

    test("keeps steps, summaries and logs, and hides what is secret in them", async () => {
      const first = ended.jobs.get("Leg b / First");
      expect(first?.steps.map(({ number, name, conclusion }) => [number, name, conclusion])).toEqual([
        [1, "Set up job", "success"],
        [2, "Say", "success"],
        [3, "May fail", "success"],
        [4, "Never", "skipped"],
        [5, "Complete job", "success"],
      ]);
      expect(first?.summaries.get(2)).toBe("# Said by b\n");
      const sha = await world.host.resolveRef(REPOSITORY, "main");
      expect(plain(first?.log ?? "")).toContain(
        `text=b key=*** repository=octo/app sha=${sha} run=${ended.run.id}\nthen ***\n##[error file=a.txt]not good\n`,
      );
    });

    test("has one token for the run, with all that its jobs may have, and none afterwards", () => {
      expect(world.host.tokens).toEqual([
        expect.objectContaining({
          request: expect.objectContaining({ permissions: { contents: "write", metadata: "read" } }),
          revoked: true,
        }),
      ]);
    });
  });

  test("a job that fails fails its run; a rerun repeats it as the next attempt", async () => {
    const workflow = `on: repository_dispatch
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ run: 'echo "attempt $GITHUB_RUN_ATTEMPT"; test $GITHUB_RUN_ATTEMPT = 2' }] }
  b: { needs: a, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
`;
    const { run, jobs, log } = await world.run(workflow);
    expect([run.conclusion, jobs.get("a")?.conclusion, jobs.get("b")?.conclusion]).toEqual([
      "failure",
      "failure",
      "skipped",
    ]);
    // Either may come first.
    expect(log).toContain("attempt 1\n");
    expect(log).toContain("##[error]exit status 1\n");
    world.engine.rerun(run.id, "failed");
    await world.engine.idle();
    expect(run.conclusion).toBe("success");
  }, 180_000);

  test("a run that is cancelled ends its step, and always() steps still run", async () => {
    await world.host.commit(REPOSITORY, {
      ".github/workflows/w.yml": `on: repository_dispatch
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: echo waiting; sleep 600
      - { if: always(), run: echo tidied up }
`,
    });
    const before = world.host.jobs.length;
    await world.deliver();
    await world.until(() => world.host.jobs[before]?.log.includes("waiting\n") === true);
    const job = world.host.jobs[before];
    world.engine.cancelRun(job?.runId ?? 0);
    await world.engine.idle();
    expect([job?.conclusion, world.host.runs.at(-1)?.conclusion]).toEqual(["cancelled", "cancelled"]);
    expect(job?.log).toContain("tidied up\n");
  }, 180_000);

  test("runs come one after another, and one that waits can be cancelled", async () => {
    await world.host.commit(REPOSITORY, {
      ".github/workflows/w.yml":
        "on: repository_dispatch\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: echo begun; sleep 600 }] }\n",
    });
    const [runsBefore, jobsBefore] = [world.host.runs.length, world.host.jobs.length];
    await world.deliver();
    await world.deliver();
    await world.until(
      () =>
        world.host.jobs[jobsBefore]?.log.includes("begun\n") === true &&
        world.host.runs[runsBefore + 1] !== undefined,
    );
    const [first, second] = world.host.runs.slice(runsBefore);
    world.engine.cancelRun(second?.id ?? 0);
    await world.until(() => second?.status === "completed");
    expect([first?.status, second?.conclusion]).toEqual(["in_progress", "cancelled"]);
    world.engine.cancelRun(first?.id ?? 0);
    await world.engine.idle();
    expect(first?.conclusion).toBe("cancelled");
    expect(world.host.jobs.slice(jobsBefore).map(({ runId }) => runId)).toEqual([first?.id]);
  }, 180_000);

  test("as documented: behind a called workflow that fails nothing runs, and its result is its last job's", async () => {
    const { jobs } = await world.run(
      `on: repository_dispatch
jobs:
  fails: { uses: ./.github/workflows/fails.yml }
  after: { needs: fails, if: always(), runs-on: ubuntu-latest, steps: [{ run: "true" }] }
`,
      {
        files: {
          ".github/workflows/fails.yml": `on: workflow_call
jobs:
  bad: { runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
  good: { needs: bad, if: always(), runs-on: ubuntu-latest, steps: [{ run: "true" }] }
`,
        },
      },
    );
    expect([...jobs.values()].map(({ name, conclusion }) => [name, conclusion]).sort()).toEqual([
      ["after", "skipped"],
      ["fails / bad", "failure"],
      ["fails / good", "success"],
    ]);
  }, 180_000);

  test("what act refuses is told by a job of the file's name", async () => {
    const { run, jobs, log } = await world.run(
      "on: repository_dispatch\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ uses: nobody/nothing@v1 }] }\n",
    );
    expect([run.conclusion, [...jobs.keys()]]).toEqual(["startup_failure", [".github/workflows/w.yml"]]);
    expect(log).toContain("nobody/nothing");
  }, 180_000);

  test("nothing is left running when the engine is stopped", async () => {
    await world.host.commit(REPOSITORY, {
      ".github/workflows/w.yml":
        "on: repository_dispatch\njobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: 'echo $$ waiting; exec sleep 600' }] }\n",
    });
    const before = world.host.jobs.length;
    await world.deliver();
    await world.until(() => world.host.jobs[before]?.log.includes("waiting\n") === true);
    await world.engine.stop();
    const pid = Number(/(\d+) waiting/.exec(world.host.jobs[before]?.log ?? "")?.[1]);
    expect(isAlive(pid)).toBe(false);
    expect(world.host.runs.every(({ status }) => status === "completed")).toBe(true);
  }, 180_000);
});
