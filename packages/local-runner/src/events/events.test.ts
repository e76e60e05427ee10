import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { EngineEvent } from "@slipway/model";
import { readWorkflow } from "../load/workflow-file.ts";
import { createWorld, ended, REPOSITORY, type World } from "../testing/world.ts";
import { starts } from "./match.ts";
import { matchesAny, selectedBy } from "./patterns.ts";

describe("filter patterns", () => {
  test.each<[string[], string, boolean]>([
    [["main"], "main", true],
    [["main"], "maine", false],
    [["feature/*"], "feature/a", true],
    [["feature/*"], "feature/a/b", false],
    [["feature/**"], "feature/a/b", true],
    [["**"], "any/thing", true],
    [["*"], "any/thing", false],
    [["v[12].[0-9]+.[0-9]+"], "v1.10.3", true],
    [["v[12].[0-9]+.[0-9]+"], "v3.1.1", false],
    [["colou?r"], "color", true],
    [["releases/**", "!releases/**-alpha"], "releases/10-alpha", false],
    [["releases/**", "!releases/**-alpha", "releases/x-alpha"], "releases/x-alpha", true],
    [["!main"], "main", false],
    [["**.js"], "src/a.js", true],
    [["*.js"], "src/a.js", false],
    [["docs/**"], "docs/a/b.md", true],
    [["**/README.md"], "README.md", true],
    [[".github/**"], ".github/x", true],
    [["*.{a,b}"], "x.a", false],
  ])("%j on %s: %s", (patterns, text, expected) => {
    expect(selectedBy(patterns, text)).toBe(expected);
    if (!patterns.some((pattern) => pattern.startsWith("!")))
      expect(matchesAny(patterns, text)).toBe(expected);
  });
});

function event(name: string, payload: Record<string, unknown> = {}, ref = "refs/heads/main"): EngineEvent {
  return { deliveryId: "d", name, repository: REPOSITORY, payload, ref, sha: "0", actor: "a" };
}

describe("triggers", () => {
  const pull = (action: string, base = "main") =>
    event("pull_request", { action, pull_request: { base: { ref: base } } });
  const review = (action: string) => event("pull_request_review", { action, review: { state: "approved" } });
  const group = (base: string) =>
    event("merge_group", {
      action: "checks_requested",
      merge_group: { base_ref: `refs/heads/${base}` },
    });
  test.each<[string, EngineEvent, boolean, ...string[][]]>([
    ["push", event("push"), true],
    ["[push, issues]", event("issues", { action: "opened" }), true],
    ["repository_dispatch", event("repository_dispatch", { action: "any" }), true],
    ["{ repository_dispatch: { types: [a.b] } }", event("repository_dispatch", { action: "a.b" }), true],
    ["{ repository_dispatch: { types: [a.b] } }", event("repository_dispatch", { action: "a.c" }), false],
    ["{ issue_comment: { types: [created] } }", event("issue_comment", { action: "edited" }), false],
    ["{ issue_comment: }", event("issue_comment", { action: "edited" }), true],
    ["pull_request", pull("opened"), true],
    ["pull_request", pull("synchronize"), true],
    ["pull_request", pull("labeled"), false],
    ["{ pull_request: { types: [labeled], branches: [rel/*] } }", pull("labeled", "rel/1"), true],
    ["{ pull_request: { branches: [rel/*] } }", pull("opened"), false],
    ["{ push: { branches: [main] } }", event("push", {}, "refs/heads/other"), false],
    ["{ push: { branches-ignore: [dep/**] } }", event("push", {}, "refs/heads/dep/x/y"), false],
    ["{ push: { branches: [main] } }", event("push", {}, "refs/tags/v1"), false],
    ["{ push: { tags: [v*] } }", event("push", {}, "refs/tags/v1"), true],
    ["{ push: { tags: [v*] } }", event("push", {}, "refs/heads/v1"), false],
    ["{ push: }", event("push", {}, "refs/tags/v1"), true],
    ["{ push: }", event("push", { deleted: true }), false],
    ["{ push: }", event("push", {}, "refs/slipway/runs/r"), false],
    ["{ push: { paths: ['docs/**', '!docs/x'] } }", event("push"), true, ["docs/x", "docs/y"]],
    ["{ push: { paths: ['docs/**', '!docs/x'] } }", event("push"), false, ["docs/x", "src/y"]],
    ["{ push: { paths-ignore: ['docs/**'] } }", event("push"), false, ["docs/x"]],
    ["{ push: { paths-ignore: ['docs/**'] } }", event("push"), true, ["docs/x", "src/y"]],
    ["workflow_call", event("workflow_call"), false],
    ["{ schedule: [{ cron: '5 4 * * *' }] }", event("push"), false],
    ["{ schedule: [{ cron: '5 4 * * *' }] }", event("schedule", { schedule: "5 4 * * *" }), true],
    ["{ schedule: [{ cron: '5 4 * * *' }] }", event("schedule", { schedule: "0 0 * * *" }), false],
    [
      "{ schedule: [{ cron: '1 * * * *' }, { cron: '2 * * * *' }] }",
      event("schedule", { schedule: "2 * * * *" }),
      true,
    ],
    ["{ pull_request: { types: [closed, ready_for_review] } }", pull("ready_for_review"), true],
    ["{ pull_request: { types: [closed, ready_for_review] } }", pull("closed"), true],
    ["{ pull_request: { types: [closed, ready_for_review] } }", pull("opened"), false],
    ["pull_request", pull("reopened"), true],
    ["pull_request", pull("closed"), false],
    ["{ pull_request_review: { types: [submitted] } }", review("submitted"), true],
    ["{ pull_request_review: { types: [submitted] } }", review("dismissed"), false],
    ["pull_request_review", review("edited"), true],
    ["{ issues: { types: [closed, reopened] } }", event("issues", { action: "reopened" }), true],
    ["{ issues: { types: [closed, reopened] } }", event("issues", { action: "labeled" }), false],
    ["issues", event("issues", { action: "unlabeled" }), true],
    ["{ check_run: { types: [completed] } }", event("check_run", { action: "created" }), false],
    ["{ check_run: { types: [completed] } }", event("check_run", { action: "completed" }), true],
    ["status", event("status", { state: "success" }), true],
    ["merge_group", group("main"), true],
    ["{ merge_group: { types: [checks_requested], branches: [main] } }", group("main"), true],
    ["{ merge_group: { branches: [main] } }", group("release"), false],
    [
      "{ workflow_run: { workflows: [CI], types: [completed] } }",
      event("workflow_run", { action: "completed", workflow_run: { name: "CI", head_branch: "x" } }),
      true,
    ],
    [
      "{ workflow_run: { workflows: [CI] } }",
      event("workflow_run", { action: "completed", workflow_run: { name: "Other" } }),
      false,
    ],
  ])("on: %s", async (on, given, expected, ...[changed]) => {
    const file = await readWorkflow(
      "w.yml",
      `on: ${on}\njobs: { j: { runs-on: ubuntu-latest, steps: [{ run: a }] } }\n`,
    );
    expect(await starts(file.triggers, given, async () => changed)).toBe(expected);
  });
});

describe("starting runs", () => {
  let world: World;
  beforeAll(async () => {
    world = await createWorld();
  });
  afterAll(() => world.close());

  const DISPATCH = `
name: Manual
run-name: By \${{ inputs.who }} \${{ github.actor }}
on:
  workflow_dispatch:
    inputs:
      who: { required: true }
      flag: { type: boolean, default: false }
      size: { type: number, default: 3 }
      color: { type: choice, options: [red, blue] }
jobs:
  j:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ inputs.who }} \${{ inputs.flag == false }} \${{ inputs.size == 3 }} \${{ inputs.color }} \${{ toJSON(github.event.inputs) }}"
        shell: bash
`;

  async function dispatch(inputs: Record<string, unknown>, path = ".github/workflows/manual.yml") {
    const before = world.host.runs.length;
    await world.deliver({ name: "workflow_dispatch", payload: { inputs }, workflowPath: path });
    await world.engine.idle();
    const run = world.host.runs[before];
    if (run === undefined) throw new Error("no run");
    return ended(world.host, run);
  }

  test("workflow_dispatch: only the file asked for, inputs typed and checked", async () => {
    await world.push({
      ".github/workflows/manual.yml": DISPATCH,
      ".github/workflows/other.yml": DISPATCH,
      ".github/workflows/no.yml": "on: push\njobs: { j: { runs-on: ubuntu-latest, steps: [{ run: a }] } }\n",
    });
    const count = world.host.runs.length;
    const good = await dispatch({ who: "me" });
    expect(world.host.runs.length).toBe(count + 1);
    expect(good.run).toMatchObject({ conclusion: "success", title: "By me octocat", name: "Manual" });
    expect(good.log).toContain("me true true red");
    const bad = await dispatch({ flag: "maybe", size: "x", color: "green", extra: "1" });
    expect(bad.run.conclusion).toBe("startup_failure");
    for (const text of [
      'Unexpected inputs provided: ["extra"]',
      "Required input 'who' not provided",
      "'maybe' for input 'flag' is not a boolean",
      "'x' for input 'size' is not a number",
      "'green' for input 'color' not in the list",
    ]) {
      expect(bad.log).toContain(text);
    }
    expect((await dispatch({}, ".github/workflows/no.yml")).log).toContain(
      "does not have 'workflow_dispatch' trigger",
    );
  });

  test("workflow_dispatch: the run that GitHub has made is used", async () => {
    const { id } = world.host.createRun({
      repository: REPOSITORY,
      event: event("workflow_dispatch"),
      workflowPath: ".github/workflows/manual.yml",
      workflowName: "Manual",
      displayTitle: "Manual",
    });
    const count = world.host.runs.length;
    await world.deliver({
      name: "workflow_dispatch",
      payload: { inputs: { who: "x" } },
      workflowPath: ".github/workflows/manual.yml",
      runId: id,
    });
    await world.engine.idle();
    expect(world.host.runs.length).toBe(count);
    expect(world.host.runs.at(-1)).toMatchObject({ id, conclusion: "success" });
  });

  test("path filters compare the trees before and after", async () => {
    const before = await world.push({
      ".github/workflows/docs.yml":
        "on: { push: { paths: ['docs/**'] } }\njobs: { j: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
    });
    const between = await world.push({ "src/a.ts": "1" });
    const after = await world.push({ "docs/a.md": "1" });
    const runs = () => world.host.runs.filter((run) => run.path === ".github/workflows/docs.yml").length;
    await world.deliver({ name: "push", payload: { before }, sha: between });
    await world.engine.idle();
    expect(runs()).toBe(0);
    await world.deliver({ name: "push", payload: { before: between }, sha: after });
    await world.engine.idle();
    expect(runs()).toBe(1);
  });

  test("`github.event` is the payload, at any depth", async () => {
    const path = ".github/workflows/comments.yml";
    await world.push({
      [path]: `
on: { issue_comment: { types: [created] } }
jobs:
  j:
    if: github.event.issue.pull_request && github.event.comment.user.type != 'Bot'
    runs-on: ubuntu-latest
    steps:
      - run: echo "$BODY by \${{ github.event.comment.author_association }} \${{ github.event.sender.login }} as \${{ github.actor }}"
        shell: bash
        env: { BODY: "\${{ github.event.comment.body }}" }
`,
    });
    const deliver = async (type: string, pull: boolean) => {
      await world.deliver({
        name: "issue_comment",
        actor: "mona",
        payload: {
          action: "created",
          comment: { body: "/slipway pause", author_association: "MEMBER", user: { type } },
          issue: { number: 7, ...(pull ? { pull_request: { url: "u" } } : {}) },
          sender: { login: "mona" },
        },
      });
      await world.engine.idle();
      const run = world.host.runs.findLast((one) => one.path === path);
      if (run === undefined) throw new Error("no run");
      return ended(world.host, run);
    };
    expect((await deliver("User", true)).log).toContain("/slipway pause by MEMBER mona as mona");
    expect((await deliver("Bot", true)).run.conclusion).toBe("skipped");
    expect((await deliver("User", false)).run.conclusion).toBe("skipped");
  });

  test("a file that is not valid fails at the events it names, and no other", async () => {
    await world.push({
      ".github/workflows/broken.yml":
        "on: [issues]\njobs: { j: { runs-on: ubuntu-latest, steps: [{ rum: a }] } }\n",
    });
    const runs = () => world.host.runs.filter((run) => run.path === ".github/workflows/broken.yml");
    await world.deliver({ name: "push", payload: {} });
    await world.engine.idle();
    expect(runs()).toEqual([]);
    await world.deliver({ name: "issues", payload: { action: "opened" } });
    await world.engine.idle();
    expect(runs()).toHaveLength(1);
    expect(runs()[0]?.conclusion).toBe("startup_failure");
    expect(world.diagnostics).toEqual([]);
  });
});
