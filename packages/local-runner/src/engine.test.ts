import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, type World } from "./testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("a workflow", () => {
  test("runs its jobs in order, hands outputs on, and ends", async () => {
    const { run, jobs, log } = await world.run(
      `
name: First
run-name: Hello \${{ github.event.client_payload.who }}
on:
  repository_dispatch:
    types: [go]
permissions: {}
env:
  GREETING: hello
jobs:
  one:
    runs-on: ubuntu-latest
    permissions:
      contents: write
    outputs:
      word: \${{ steps.make.outputs.word }}
    steps:
      - id: make
        run: |
          echo "word=$GREETING, \${{ github.event.client_payload.who }}" >> "$GITHUB_OUTPUT"
          echo "# Sum" >> "$GITHUB_STEP_SUMMARY"
  two:
    needs: one
    runs-on: ubuntu-latest
    steps:
      - uses: $/act
        id: act
        with:
          text: \${{ needs.one.outputs.word }}
      - run: echo "got \${{ steps.act.outputs.result }} in $GITHUB_REPOSITORY as $GITHUB_JOB"
`,
      {
        payload: { who: "world" },
        files: {
          "act/action.yml": `
name: Act
description: d
inputs:
  text: { required: true }
runs: { using: node24, main: main.js, post: post.js }
`,
          "act/main.js": `
const fs = require("node:fs");
fs.appendFileSync(process.env.GITHUB_OUTPUT, "result=<" + process.env.INPUT_TEXT + ">\\n");
fs.appendFileSync(process.env.GITHUB_STATE, "kept=yes\\n");
console.log("token", typeof process.env.ACTIONS_RUNTIME_TOKEN);
`,
          "act/post.js": `console.log("post", process.env.STATE_kept);`,
        },
      },
    );
    expect(world.diagnostics).toEqual([]);
    expect(log).toContain("got <hello, world> in octo/app as two");
    expect(log).toContain("post yes");
    expect(run).toMatchObject({ conclusion: "success", title: "Hello world", name: "First" });
    expect(jobs.get("one")).toMatchObject({ conclusion: "success", status: "completed" });
    expect([...(jobs.get("one")?.summaries ?? [])]).toEqual([[2, "# Sum\n"]]);
    expect(jobs.get("two")?.steps.map((step) => `${step.number} ${step.name}: ${step.conclusion}`)).toEqual([
      "1 Set up job: success",
      "2 Run $/act: success",
      `${'3 Run echo "got <hello, world> in octo/app as two"'.replace(
        "<hello, world> in octo/app as two",
        "<hello, world> in $GITHUB_REPOSITORY as $GITHUB_JOB",
      )}: success`,
      "4 Post $/act: success",
      "5 Complete job: success",
    ]);
    expect(world.host.tokens.map(({ request, revoked }) => [request.permissions, revoked])).toEqual([
      [{ contents: "write", metadata: "read" }, true],
      [{ metadata: "read" }, true],
    ]);
  });
});
