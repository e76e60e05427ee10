import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runSteps } from "../testing/run-steps.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { ...process.env, SECRET_OF_PARENT: "leak" } });
});
afterAll(() => world.close());

/** Whether a process exists that has not ended (one that nobody has waited for yet has). */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

describe("run steps", () => {
  test("shells", async () => {
    const { log, run } = await runSteps(
      world,
      `
- run: false | true; echo "unspecified went on"
- run: |
    set +e
    echo "flags $-"
  shell: bash
- run: print("from python")
  shell: python
- run: console.log("from node", process.argv.length)
  shell: node
- run: echo "custom $0"
  shell: bash -u {0}
- run: false | true
  shell: bash
  id: pipefail
  continue-on-error: true
- run: echo "pipefail \${{ steps.pipefail.outcome }} \${{ steps.pipefail.conclusion }}"
  shell: sh
`,
    );
    expect(run.conclusion).toBe("success");
    expect(log).toContain("unspecified went on");
    expect(log).toContain("from python");
    expect(log).toContain("from node 2");
    expect(log).toContain("pipefail failure success");
  });

  test("multi-line scripts with expressions keep their text", async () => {
    const { log, run } = await runSteps(
      world,
      `
- run: |
    if True:
        print("\${{ github.event.client_payload.x }}")
        print('''a
      b''')
  shell: python
- run: >-
    echo "one \${{ github.event.client_payload.x }}
    two"
`,
      { payload: { x: "it's" } },
    );
    expect(log).toContain("\nit's\n");
    expect(log).toContain("a\n  b\n");
    expect(log).toContain("\none it's two\n");
    expect(run.conclusion).toBe("success");
  });

  test("defaults, working directory, env and its order", async () => {
    const { log } = await runSteps(
      world,
      `
- run: mkdir -p sub/dir
  working-directory: .
- run: echo "in $(basename "$PWD") A=$A B=$B C=$C"
  env:
    C: step-\${{ env.B }}
- run: echo "A=file" >> "$GITHUB_ENV"; echo "$GITHUB_WORKSPACE/bin" >> "$GITHUB_PATH"; mkdir -p "$GITHUB_WORKSPACE/bin"
  working-directory: sub
- run: echo "then A=$A, first in path \${PATH%%:*}, env \${{ env.A }}"
- run: pwd
  working-directory: missing
`,
      {
        head: "env: { A: workflow, B: workflow }\ndefaults: { run: { working-directory: nowhere } }",
        job: "    env: { B: 'job-${{ github.ref_name }}' }\n    defaults: { run: { working-directory: sub/dir } }",
      },
    );
    expect(log).toContain("in dir A=workflow B=job-main C=step-job-main");
    expect(log).toMatch(/then A=file, first in path \S+\/app\/bin, env file/);
    expect(log).toContain("The working directory 'missing' does not exist");
  });

  test("documented variables, an empty workspace, and nothing of the parent", async () => {
    const { log } = await runSteps(
      world,
      `
- run: |
    for name in CI GITHUB_ACTIONS GITHUB_ACTION GITHUB_ACTOR GITHUB_API_URL GITHUB_EVENT_NAME GITHUB_JOB GITHUB_REF \\
      GITHUB_REF_NAME GITHUB_REF_TYPE GITHUB_REPOSITORY GITHUB_REPOSITORY_ID GITHUB_REPOSITORY_OWNER GITHUB_RUN_ATTEMPT \\
      GITHUB_SERVER_URL GITHUB_TRIGGERING_ACTOR GITHUB_WORKFLOW GITHUB_WORKFLOW_REF RUNNER_OS RUNNER_ENVIRONMENT; do
      echo "$name=\${!name}"
    done
    echo "files=$(ls -A | wc -l) sha=\${#GITHUB_SHA} event=$(node -p 'require(process.env.GITHUB_EVENT_PATH).action')"
    echo "parent=[\${SECRET_OF_PARENT:-}] token=[\${GITHUB_TOKEN:-}] runtime=[\${ACTIONS_RUNTIME_TOKEN:-}]"
    test -d "$RUNNER_TEMP" && test -d "$RUNNER_TOOL_CACHE" && test -d "$HOME" && test "$PWD" = "$GITHUB_WORKSPACE"
    echo "job \${{ job.workflow_ref }} \${{ job.workflow_repository }} \${{ job.workflow_file_path }} \${{ job.status }}"
`,
    );
    for (const line of [
      "CI=true",
      "GITHUB_ACTIONS=true",
      "GITHUB_ACTION=__run",
      "GITHUB_ACTOR=octocat",
      "GITHUB_EVENT_NAME=repository_dispatch",
      "GITHUB_JOB=j",
      "GITHUB_REF=refs/heads/main",
      "GITHUB_REF_NAME=main",
      "GITHUB_REF_TYPE=branch",
      "GITHUB_REPOSITORY=octo/app",
      "GITHUB_REPOSITORY_ID=42",
      "GITHUB_RUN_ATTEMPT=1",
      "GITHUB_WORKFLOW=.github/workflows/w.yml",
      "GITHUB_WORKFLOW_REF=octo/app/.github/workflows/w.yml@refs/heads/main",
      "RUNNER_OS=Linux",
      "files=0 sha=40 event=go",
      "parent=[] token=[] runtime=[]",
      "job octo/app/.github/workflows/w.yml@refs/heads/main octo/app .github/workflows/w.yml success",
    ]) {
      expect(log).toContain(`\n${line}\n`);
    }
  });

  test("conditions, outcomes and what comes after a failure", async () => {
    const { jobs, log } = await runSteps(
      world,
      `
- id: a
  run: exit 3
- run: echo never
- if: failure()
  run: echo "after \${{ steps.a.outcome }}"
- if: \${{ always() && steps.a.conclusion == 'failure' }}
  run: echo "always"
- if: cancelled()
  run: echo never
- if: success() || true
  run: echo "or true"
`,
    );
    expect(jobs.get("j")?.conclusion).toBe("failure");
    expect(jobs.get("j")?.steps.map((step) => step.conclusion)).toEqual([
      "success",
      "failure",
      "skipped",
      "success",
      "success",
      "skipped",
      "success",
      "success",
    ]);
    expect(log).toContain("Process completed with exit code 3.");
    expect(log).toContain("after failure");
    expect(log).not.toContain("\nnever");
  });

  test("a hanging step with a background child is killed whole when its time is up", async () => {
    const { jobs, log } = await runSteps(
      world,
      `
- run: |
    trap '' INT TERM
    (trap '' INT TERM; echo "child $BASHPID"; sleep 300) &
    sleep 300
  timeout-minutes: 0.005
- if: always()
  run: echo "still here"
`,
    );
    const child = Number(/child (\d+)/.exec(log)?.[1]);
    expect(child).toBeGreaterThan(0);
    expect(isRunning(child)).toBe(false);
    expect(jobs.get("j")?.conclusion).toBe("failure");
    expect(log).toContain("has timed out after 0.005 minutes");
    expect(log).toContain("still here");
  });

  test("a server left in the background lives for the job, and no longer", async () => {
    const { log, run } = await runSteps(
      world,
      `
- run: |
    setsid sleep 300 > /dev/null 2>&1 &
    echo "server $!"
- run: ps -eo args= | grep -q "^sleep 300$" && echo "found"
`,
    );
    expect(run.conclusion).toBe("success");
    expect(log).toMatch(/Terminated \d process\(es\)/);
    const server = Number(/server (\d+)/.exec(log)?.[1]);
    expect(isRunning(server)).toBe(false);
  });

  test("the time of a job ends it as cancelled; always() steps still run", async () => {
    const { jobs, log } = await runSteps(world, "- run: sleep 300\n- if: always()\n  run: echo cleaned", {
      job: "    timeout-minutes: 0.005",
    });
    expect(jobs.get("j")?.conclusion).toBe("cancelled");
    expect(log).toContain("exceeded the maximum execution time");
    expect(log).toContain("cleaned");
  });

  test("nothing is left on disk", () => {
    expect(readdirSync(join(world.workDir, "jobs"))).toEqual([]);
  });
});
