import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { JobPart } from "@slipway/model";
import { createWorld, plain, type World } from "../testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ maxParallelJobs: 2 });
});
afterEach(() => world.close());

const conclusions = () => Object.fromEntries(world.host.jobs.map((job) => [job.name, job.conclusion]));
const logOf = (name: string) => plain(world.host.jobs.find((job) => job.name === name)?.log ?? "");
const jobOf = (name: string) => world.host.jobs.find((job) => job.name === name);

/** One child of the same environment, one with nothing of it and a session of its own, and one below that. */
const WORKFLOW = (folder: string) => `
on: repository_dispatch
jobs:
  busy:
    runs-on: ubuntu-latest
    outputs: { o: '\${{ steps.s.outputs.o }}' }
    steps:
      - id: s
        run: |
          echo o=said >> "$GITHUB_OUTPUT"
          sleep 411 & echo $! >> ${folder}/pids
          env -i setsid bash -c 'echo $$ >> ${folder}/pids; sleep 412 & echo $! >> ${folder}/pids; wait' &
          echo $$ >> ${folder}/pids
          while test "$(wc -l < ${folder}/pids)" != 4; do sleep 0.02; done
          echo begun
          sleep 413
      - run: echo never
      - if: failure()
        run: echo "after \${{ steps.s.outcome }}"
  next: { needs: busy, runs-on: ubuntu-latest, steps: [{ run: echo never }] }
  tidy: { needs: busy, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "told \${{ needs.busy.result }} \${{ needs.busy.outputs.o }}"' }] }
`;

async function killed(part: JobPart): Promise<void> {
  await world.push({ ".github/workflows/w.yml": WORKFLOW(world.workDir) });
  await world.deliver();
  await world.until(() => logOf("busy").includes("\nbegun\n"));
  world.engine.killJob?.(jobOf("busy")?.id ?? 0, part);
  const pids = readFileSync(join(world.workDir, "pids"), "utf8").split("\n").filter(Boolean);
  expect(pids).toHaveLength(4);
  // The signal is sent by now; on another processor a process may still be on its way out.
  await world.until(() => pids.filter(runs).length === 0);
  await world.engine.idle();
}

/** Whether a process is there and not merely waiting to be reaped. */
function runs(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return !["Z", "X"].includes(stat.slice(stat.lastIndexOf(")") + 2)[0] ?? "");
}

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("a killed process fails its step, and the job goes on as after any failed step", async () => {
  await killed("process");
  expect(conclusions()).toEqual({ busy: "failure", next: "skipped", tidy: "success" });
  expect(jobOf("busy")?.steps.map(({ conclusion }) => conclusion)).toContain("failure");
  expect(logOf("busy")).toContain("Process completed with exit code 137.");
  expect(logOf("busy")).toContain("after failure");
  expect(logOf("busy")).not.toContain("\nnever\n");
  expect(logOf("tidy")).toContain("told failure said");
});

onLinux("of a job whose machine is gone nothing runs any more; it fails, and the others go on", async () => {
  await killed("machine");
  expect(conclusions()).toEqual({ busy: "failure", next: "skipped", tidy: "success" });
  expect(logOf("busy")).not.toContain("after failure");
  expect(logOf("busy")).toContain("lost communication");
  expect(logOf("tidy")).toContain("told failure \n");
  expect(world.host.tokens.every(({ revoked }) => revoked)).toBe(true);
});

test("a job that is not running is left as it is", async () => {
  await world.run(
    "on: repository_dispatch\njobs: { one: { runs-on: ubuntu-latest, steps: [{ run: echo said }] } }",
  );
  world.engine.killJob?.(jobOf("one")?.id ?? 0, "machine");
  expect(conclusions()).toEqual({ one: "success" });
});
