import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { nodeAction, runSteps } from "../testing/run-steps.ts";
import { createWorld, plain, type World } from "../testing/world.ts";

let world: World;
beforeEach(async () => {
  world = await createWorld({ maxParallelJobs: 1 });
});
afterEach(() => world.close());

const log = (name: string) => plain(world.host.jobs.find((job) => job.name === name)?.log ?? "");

describe("ends of jobs", () => {
  test("a failing pre keeps main steps from running; its post runs only if main did", async () => {
    const ended = await runSteps(world, "- uses: $/a\n- uses: $/b\n- if: always()\n  run: echo last", {
      files: {
        "a/action.yml": nodeAction().replace(
          "main: main.js",
          "main: main.js\n  pre: pre.js\n  post: post.js",
        ),
        "a/pre.js": "process.exit(3)",
        "a/main.js": "console.log('main ran')",
        "a/post.js": "console.log('post ran')",
        "b/action.yml": nodeAction().replace(
          "main: main.js",
          "main: main.js\n  pre: pre.js\n  pre-if: success()",
        ),
        "b/pre.js": "console.log('second pre ran')",
        "b/main.js": "",
      },
    });
    expect(ended.run.conclusion).toBe("failure");
    expect(ended.log).toContain("\nlast\n");
    expect(ended.log).not.toMatch(/^(main|post|second pre) ran$/m);
  });

  test("outputs of a failed job reach those that ask for them", async () => {
    const ended = await world.run(`
on: repository_dispatch
jobs:
  bad: { runs-on: ubuntu-latest, outputs: { o: '\${{ steps.s.outputs.o }}' }, steps: [{ id: s, run: 'echo "o=kept" >> $GITHUB_OUTPUT; exit 1' }] }
  next: { needs: bad, if: failure(), runs-on: ubuntu-latest, steps: [{ run: 'echo "o=\${{ needs.bad.outputs.o }}"' }] }
`);
    expect(ended.log).toContain("o=kept");
  });

  test("cancelling stops a composite's step, runs its cancelled() steps and the posts, and drops what waits for a place", async () => {
    await world.push({
      ".github/workflows/w.yml": `
on: repository_dispatch
jobs:
  a: { runs-on: ubuntu-latest, steps: [{ uses: $/post }, { uses: $/comp }, { run: echo never }] }
  b: { runs-on: ubuntu-latest, steps: [{ run: echo never }] }
`,
      "comp/action.yml": `
name: C
description: d
runs:
  using: composite
  steps:
    - { shell: bash, run: echo begun; sleep 300 }
    - { shell: bash, run: echo never }
    - { shell: bash, if: cancelled(), run: echo tidied }
`,
      "post/action.yml": nodeAction().replace("main: main.js", "main: main.js\n  post: post.js"),
      "post/main.js": "",
      "post/post.js": "console.log('post ran')",
    });
    await world.deliver();
    await world.until(() => log("a").includes("\nbegun\n"));
    world.engine.cancelRun(world.host.runs[0]?.id ?? 0);
    await world.engine.idle();
    expect(world.host.jobs.map((job) => job.conclusion)).toEqual(["cancelled", "cancelled"]);
    expect(log("a")).not.toContain("\nnever\n");
    expect(log("a")).toContain("\ntidied\n");
    expect(log("a")).toContain("\npost ran\n");
    expect(world.host.runs[0]?.conclusion).toBe("cancelled");
  });

  test("a step that removes its own folders fails by a sentence, and the job still ends", async () => {
    const ended = await runSteps(world, '- run: rm -rf "$GITHUB_WORKSPACE"\n- run: echo never');
    expect(ended.run.conclusion).toBe("failure");
    expect(ended.log).toContain("does not exist in the workspace");
  });

  test("a run cancelled before it starts does not start", async () => {
    await world.push({
      ".github/workflows/w.yml":
        "on: repository_dispatch\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: echo never }] } }\n",
    });
    const createRun = world.host.createRun.bind(world.host);
    world.host.createRun = (run) => {
      const record = createRun(run);
      world.engine.cancelRun(record.id);
      return record;
    };
    await world.deliver();
    await world.engine.idle();
    expect(world.host.runs[0]?.conclusion).toBe("cancelled");
    expect(log("a")).not.toContain("\nnever\n");
  });
});
