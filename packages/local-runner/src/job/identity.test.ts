/** Which jobs may ask for their OIDC token, as GitHub has it: those with `id-token: write`, and no other. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const SAYS = `echo "to \${ACTIONS_ID_TOKEN_REQUEST_URL:-nowhere} with \${#ACTIONS_ID_TOKEN_REQUEST_TOKEN} characters"`;
const job = (keys: string) => `
  j:
    runs-on: ubuntu-latest
    ${keys}
    steps:
      - run: ${SAYS}
`;
const alone = (keys: string) => `on: repository_dispatch\njobs:${job(keys)}`;
const calling = (keys: string) =>
  `on: repository_dispatch\njobs:\n  c:\n    ${keys}\n    uses: ./.github/workflows/c.yml\n`;
const called = (keys: string, more = "") => ({
  ".github/workflows/c.yml": `on: workflow_call\n${more}\njobs:${job(keys)}`,
});
const offered = () => world.host.identities.length;

describe("ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN", () => {
  test("a job with `id-token: write` has both, in run steps and actions; its token is masked", async () => {
    const before = offered();
    const { log, run, jobs } = await world.run(
      `${alone("permissions: { id-token: write }")}      - uses: $/act\n      - run: echo "it is $ACTIONS_ID_TOKEN_REQUEST_TOKEN"\n`,
      {
        files: {
          "act/action.yml": "name: A\ndescription: d\nruns: { using: node24, main: main.js }\n",
          "act/main.js": "console.log('action', typeof process.env.ACTIONS_ID_TOKEN_REQUEST_URL);",
        },
      },
    );
    const jobId = jobs.get("j")?.id ?? 0;
    expect(log).toContain(`to http://127.0.0.1:1/identity/${jobId}?v=1 with 14 characters`);
    expect(log).toContain("action string");
    expect(log).toContain("it is ***");
    expect(offered()).toBe(before + 1);
    expect(world.host.identities.at(-1)).toEqual({
      repository: { owner: "octo", name: "app" },
      runId: run.id,
      jobId,
      jobWorkflowRef: "octo/app/.github/workflows/w.yml@refs/heads/main",
      jobWorkflowSha: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  test.each([
    ["no permissions", ""],
    ["none at all", "permissions: {}"],
    ["others", "permissions: { contents: write, actions: read }"],
    ["read-all", "permissions: read-all"],
    ["id-token: none", "permissions: { id-token: none }"],
    ["an env of that name", "env: { ACTIONS_ID_TOKEN_REQUEST_URL: '' }"],
  ])("a job with %s has neither", async (_, keys) => {
    const before = offered();
    const { log, run } = await world.run(alone(keys));
    expect(run.conclusion).toBe("success");
    expect(log).toContain("to nowhere with 0 characters");
    expect(offered()).toBe(before);
  });

  test("what was granted cannot be replaced by a step's env", async () => {
    const { log } = await world.run(
      alone("permissions: { id-token: write }\n    env: { ACTIONS_ID_TOKEN_REQUEST_URL: elsewhere }"),
    );
    expect(log).toContain("to http://127.0.0.1:1/identity/");
  });

  test("a called workflow has them where the caller grants it, and is named as the job's own", async () => {
    const granted = "permissions: { id-token: write, contents: read }";
    const asking = await world.run(calling(granted), { files: called("permissions: { id-token: write }") });
    expect(asking.log).toContain("to http://127.0.0.1:1/identity/");
    expect(world.host.identities.at(-1)?.jobWorkflowRef).toBe(
      "octo/app/.github/workflows/c.yml@refs/heads/main",
    );
    // Without a word of its own it has what the caller has; with another, only that.
    expect((await world.run(calling(granted), { files: called("") })).log).toContain(":1/identity/");
    const narrow = await world.run(calling(granted), { files: called("permissions: { contents: read }") });
    expect(narrow.log).toContain("to nowhere");
  });

  test.each([
    ["with other permissions", "permissions: { contents: write }"],
    ["with all to read", "permissions: read-all"],
    ["with none of its own", "name: c"],
  ])("a called job that asks for it under a caller %s never starts", async (_, keys) => {
    const before = offered();
    const { run, log, jobs } = await world.run(calling(keys), {
      files: called("permissions: { id-token: write }"),
    });
    expect(run.conclusion).toBe("startup_failure");
    expect(log).toContain(
      "Error calling workflow './.github/workflows/c.yml'. The nested job 'j' is requesting 'id-token: write', but is only allowed 'id-token: none'.",
    );
    expect(jobs.get("c / j")).toBeUndefined();
    expect(offered()).toBe(before);
  });

  test("nor does one that is skipped anyway, two levels down", async () => {
    const { run, log } = await world.run(calling("permissions: { contents: read }"), {
      files: {
        ".github/workflows/c.yml": `on: workflow_call\njobs:\n  d:\n    if: false\n    permissions: { id-token: write }\n    uses: ./.github/workflows/d.yml\n`,
        ".github/workflows/d.yml": `on: workflow_call\njobs:${job("permissions: { id-token: write }")}`,
      },
    });
    expect(run.conclusion).toBe("startup_failure");
    expect(log).toContain("'id-token: none'");
  });
});
