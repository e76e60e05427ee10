import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createWorld, ended, plain, type World } from "../testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ maxParallelJobs: 3 });
});
afterEach(() => world.close());

const conclusions = () => Object.fromEntries(world.host.jobs.map((job) => [job.name, job.conclusion]));
const logOf = (name: string) => plain(world.host.jobs.filter((job) => job.name === name).at(-1)?.log ?? "");
const seen = (text: string) => () => world.host.jobs.some((job) => plain(job.log).includes(`\n${text}\n`));
const runId = () => world.host.runs.at(-1)?.id ?? 0;

async function start(workflow: string): Promise<void> {
  await world.push({ ".github/workflows/w.yml": workflow });
  await world.deliver();
}

describe("cancelRun", () => {
  test("ends what runs, keeps what waits from starting, and lets always() run", async () => {
    await world.push({
      "post/action.yml": "name: P\ndescription: d\nruns: { using: node24, main: m.js, post: p.js }",
      "post/m.js": "",
      "post/p.js": "",
    });
    await start(`
on: repository_dispatch
jobs:
  busy:
    runs-on: ubuntu-latest
    steps:
      - run: echo begun; sleep 300
      - run: echo never
      - if: cancelled()
        run: echo "cleaned \${{ job.status }}"
      - uses: $/post
        if: always()
  goes-on:
    if: always()
    runs-on: ubuntu-latest
    steps: [{ run: 'while ! test -e ${world.workDir}/go; do sleep 0.05; done; echo through' }]
  waits: { needs: busy, runs-on: ubuntu-latest, steps: [{ run: echo never }] }
  tidy: { needs: busy, if: always(), runs-on: ubuntu-latest, steps: [{ run: echo tidied }] }
  tells: { needs: busy, if: cancelled(), runs-on: ubuntu-latest, steps: [{ run: 'echo "told \${{ needs.busy.result }}"' }] }
`);
    await world.until(seen("begun"));
    world.engine.cancelRun(runId());
    execFileSync("touch", [`${world.workDir}/go`]);
    await world.engine.idle();
    expect(conclusions()).toMatchObject({
      busy: "cancelled",
      "goes-on": "success",
      waits: "cancelled",
      tidy: "success",
      tells: "success",
    });
    expect(logOf("busy")).toContain("cleaned cancelled");
    expect(logOf("busy")).not.toContain("\nnever\n");
    expect(logOf("tells")).toContain("told cancelled");
    expect(world.host.runs[0]?.conclusion).toBe("cancelled");
  });

  test("stop() leaves nothing running", async () => {
    await start(`
on: repository_dispatch
jobs:
  busy:
    runs-on: ubuntu-latest
    steps:
      - run: |
          trap '' INT TERM
          setsid sleep 301 &
          echo begun
          sleep 302
      - if: always()
        run: echo never
  queued: { needs: busy, if: always(), runs-on: ubuntu-latest, steps: [{ run: echo never }] }
`);
    await world.until(seen("begun"));
    await world.engine.stop();
    expect(execFileSync("ps", ["-eo", "stat=,args="], { encoding: "utf8" })).not.toMatch(
      /^[^Z].*sleep 30[12]$/m,
    );
    expect(logOf("busy")).not.toContain("\nnever\n");
    expect(world.host.runs[0]).toMatchObject({ status: "completed", conclusion: "cancelled" });
    expect(world.host.tokens.every((token) => token.revoked)).toBe(true);
  });
});

describe("rerun", () => {
  test("failed: only what failed and what needs it; outputs of the others are kept", async () => {
    await world.push({ "flag.txt": "" });
    await start(`
on: repository_dispatch
jobs:
  good:
    runs-on: ubuntu-latest
    outputs: { x: '\${{ steps.s.outputs.x }}' }
    steps: [{ id: s, run: 'echo "x=attempt \${{ github.run_attempt }}" >> $GITHUB_OUTPUT' }]
  flaky:
    needs: good
    runs-on: ubuntu-latest
    strategy: { fail-fast: false, matrix: { n: [1, 2] } }
    steps: [{ run: 'test \${{ matrix.n }} = 1 || test \${{ github.run_attempt }} -ge 2' }]
  call:
    uses: ./.github/workflows/c.yml
  last:
    needs: [good, flaky, call]
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "x=\${{ needs.good.outputs.x }} c=\${{ needs.call.outputs.c }} now=$GITHUB_RUN_ATTEMPT"' }]
`);
    await world.push({
      ".github/workflows/c.yml": `
on: { workflow_call: { outputs: { c: { value: '\${{ jobs.j.outputs.c }}' } } } }
jobs: { j: { runs-on: ubuntu-latest, outputs: { c: 'from-\${{ github.run_attempt }}' }, steps: [{ run: 'true' }] } }
`,
    });
    await world.engine.idle();
    // The first delivery saw no called file yet: it could not start.
    expect(world.host.runs[0]?.conclusion).toBe("startup_failure");
    world.host.jobs.length = 0;
    await world.deliver();
    await world.engine.idle();
    expect(conclusions()).toEqual({
      good: "success",
      "flaky (1)": "success",
      "flaky (2)": "failure",
      "call / j": "success",
      last: "skipped",
    });
    world.host.jobs.length = 0;
    world.engine.rerun(runId(), "failed");
    await world.engine.idle();
    expect(conclusions()).toEqual({ "flaky (2)": "success", last: "success" });
    expect(logOf("last")).toContain("x=attempt 1 c=from-1 now=2");
    expect(world.host.runs.at(-1)).toMatchObject({ conclusion: "success" });
    world.host.jobs.length = 0;
    world.engine.rerun(runId(), "all");
    await world.engine.idle();
    expect(Object.keys(conclusions())).toHaveLength(5);
    expect(logOf("last")).toContain("x=attempt 3 c=from-3 now=3");
  });
});

describe("concurrency", () => {
  test("of a workflow: the newest waits, the one before it is cancelled", async () => {
    await start(`
on: repository_dispatch
concurrency: { group: 'w-\${{ github.ref }}' }
jobs:
  j: { runs-on: ubuntu-latest, steps: [{ run: 'echo begun; while ! test -e ${world.workDir}/go; do sleep 0.05; done' }] }
`);
    await world.until(seen("begun"));
    await world.deliver();
    await world.until(() => world.host.runs[1]?.status === "pending");
    await world.deliver();
    await world.until(() => world.host.runs[1]?.status === "completed");
    execFileSync("touch", [`${world.workDir}/go`]);
    await world.engine.idle();
    expect(world.host.runs.map((run) => run.conclusion)).toEqual(["success", "cancelled", "success"]);
  });

  test("cancel-in-progress cancels the run before", async () => {
    await start(`
on: repository_dispatch
concurrency: { group: w, cancel-in-progress: '\${{ github.event.client_payload.hard == true }}' }
jobs:
  j: { runs-on: ubuntu-latest, steps: [{ run: 'echo begun; test "\${{ github.event.client_payload.hard }}" || sleep 300' }] }
`);
    await world.until(seen("begun"));
    await world.deliver({ payload: { action: "go", client_payload: { hard: true } } });
    await world.engine.idle();
    expect(world.host.runs.map((run) => run.conclusion)).toEqual(["cancelled", "success"]);
  });

  test("of a calling job: the group is held for the whole called workflow, and queue: max keeps all", async () => {
    await world.push({
      ".github/workflows/c.yml": `
on: { workflow_call: { inputs: { n: { type: string } } } }
jobs:
  one: { runs-on: ubuntu-latest, steps: [{ run: 'echo "one $(date +%s%N)"' }] }
  two: { needs: one, runs-on: ubuntu-latest, steps: [{ run: 'echo "two $(date +%s%N)"' }] }
`,
    });
    const group = "concurrency: { group: g, queue: max }, uses: ./.github/workflows/c.yml";
    await start(`
on: repository_dispatch
jobs:
  a: { ${group} }
  b: { ${group} }
  c: { ${group} }
`);
    await world.engine.idle();
    expect(world.host.runs[0]?.conclusion).toBe("success");
    const time = (job: string, step: string) =>
      BigInt(new RegExp(`^${step} (\\d+)$`, "m").exec(logOf(`${job} / ${step}`))?.[1] ?? "0");
    expect(time("a", "two") < time("b", "one") && time("b", "two") < time("c", "one")).toBe(true);
  });

  test("a called workflow with its caller's group is cancelled, not stuck", async () => {
    await world.push({
      ".github/workflows/c.yml":
        "on: workflow_call\nconcurrency: ${{ github.workflow }}\njobs: { x: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
    });
    await start(
      "name: W\non: repository_dispatch\nconcurrency: ${{ github.workflow }}\njobs: { a: { uses: ./.github/workflows/c.yml } }\n",
    );
    await world.engine.idle();
    expect(world.host.runs[0]?.conclusion).toBe("cancelled");
    expect(logOf("a")).toContain("a deadlock for concurrency group 'W' was detected");
  });
});

describe("places on the machine", () => {
  test("no more jobs at once than allowed", async () => {
    await world.close();
    world = await createWorld({ maxParallelJobs: 1 });
    await start(`
on: repository_dispatch
jobs:
  a: { runs-on: ubuntu-latest, strategy: { matrix: { n: [1, 2, 3] } }, steps: [{ run: 'echo "from $(date +%s%N)"; sleep 0.1; echo "to $(date +%s%N)"' }] }
`);
    await world.engine.idle();
    const run = world.host.runs[0];
    if (run === undefined) throw new Error("no run");
    const times = [...ended(world.host, run).log.matchAll(/^(?:from|to) (\d+)$/gm)].map(
      (match) => match[1] ?? "",
    );
    const pairs = [0, 2, 4].map((at) => [times[at] ?? "", times[at + 1] ?? ""]).sort();
    expect(pairs.flat()).toEqual([...pairs.flat()].sort());
  });
});
