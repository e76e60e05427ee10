import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { EngineEvent } from "@slipway/model";
import { createWorld, number, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let head: string;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ ".github/workflows/ci.yml": "name: CI\non: push\njobs: {}\n" });
  world.local.addCollaborator(one.at, "mona", "write");
  head = await one.branch("task/3-x", { "a.txt": "1" });
});
beforeEach(() => {
  world.events.length = 0;
});
afterAll(() => world.close());

const named = (name: string) => world.events.filter((event) => event.name === name);
const report = (name: string, conclusion?: "success" | "failure", app = "acme-ci") =>
  world.local.writeCheckRun(one.at, { app, name, headSha: head, ...(conclusion ? { conclusion } : {}) });

describe("check_suite", () => {
  test("comes once nothing of the App's suite is under way, on the default branch", async () => {
    await report("Tests");
    await report("Lint", "success");
    await report("Own", "failure", "other-ci");
    expect(named("check_suite")).toMatchObject([
      { payload: { check_suite: { app: { slug: "other-ci" }, conclusion: "failure" } } },
    ]);
    await report("Tests", "success");
    expect(named("check_suite")[1]).toMatchObject({
      ref: "refs/heads/main",
      actor: "acme-ci[bot]",
      payload: {
        action: "completed",
        check_suite: {
          head_branch: "task/3-x",
          head_sha: head,
          status: "completed",
          conclusion: "success",
          app: { slug: "acme-ci" },
        },
        repository: { full_name: `acme/${one.name}` },
        sender: { login: "acme-ci[bot]", type: "Bot" },
      },
    });
  });

  test("of an App by the API comes as well; that of GitHub Actions does not", async () => {
    world.local.createApp({
      slug: "by-api",
      permissions: { checks: "write" },
      installedOn: [`acme/${one.name}`],
    });
    const token = world.local.mintAppToken("by-api", one.at);
    const body = { name: "Tests", head_sha: head, status: "in_progress" };
    const made = await world.api(token, "POST", `${one.path}/check-runs`, body);
    expect(named("check_suite")).toEqual([]);
    const path = `${one.path}/check-runs/${number(made, "id")}`;
    await world.api(token, "PATCH", path, { conclusion: "success" });
    expect(named("check_suite")).toHaveLength(1);

    const job = world.job(one.name, WRITE).token;
    await world.api(job, "POST", `${one.path}/check-runs`, { ...body, conclusion: "success" });
    expect(named("check_suite")).toHaveLength(1);
  });
});

test("status names the branches that hold the commit, those that end with it first", async () => {
  await one.api("POST", "/git/refs", { ref: "refs/heads/epic/1-x", sha: head });
  const next = await one.branch("feature/2-x", { "b.txt": "1" }, "task/3-x");
  world.events.length = 0;
  const path = `${one.path}/statuses/${head}`;
  await world.api(world.local.mintUserToken("mona"), "POST", path, { state: "success", context: "deploy" });
  const at = (name: string, sha: string) => ({ name, commit: { sha } });
  expect(world.events).toMatchObject([
    {
      name: "status",
      ref: "refs/heads/main",
      actor: "mona",
      payload: {
        sha: head,
        name: `acme/${one.name}`,
        state: "success",
        context: "deploy",
        commit: { sha: head },
        branches: [at("epic/1-x", head), at("task/3-x", head), at("feature/2-x", next)],
      },
    },
  ]);
  const job = world.job(one.name, WRITE).token;
  await world.api(job, "POST", path, { state: "failure", context: "deploy" });
  expect(world.events).toHaveLength(1);
});

describe("workflow_run", () => {
  const started = (event: Omit<EngineEvent, "deliveryId" | "repository">) =>
    world.host.createRun({
      repository: one.at,
      event: { deliveryId: "x", repository: one.at, ...event },
      workflowPath: ".github/workflows/ci.yml",
      workflowName: "CI",
      displayTitle: "CI",
    }).id;
  const push = (): Omit<EngineEvent, "deliveryId" | "repository"> => ({
    name: "push",
    payload: {},
    ref: "refs/heads/task/3-x",
    sha: head,
    actor: "mona",
  });

  test("comes when a run has ended, on the default branch", async () => {
    const id = started(push());
    await world.host.updateRun(id, { status: "in_progress" });
    expect(world.events).toEqual([]);
    await world.host.updateRun(id, { status: "completed", conclusion: "failure" });
    expect(world.events).toMatchObject([
      {
        name: "workflow_run",
        ref: "refs/heads/main",
        sha: await one.head("main"),
        actor: "mona",
        payload: {
          action: "completed",
          workflow_run: {
            id,
            name: "CI",
            event: "push",
            head_branch: "task/3-x",
            head_sha: head,
            conclusion: "failure",
            head_repository: { full_name: `acme/${one.name}` },
          },
          workflow: { name: "CI", path: ".github/workflows/ci.yml" },
        },
      },
    ]);
  });

  test("goes on for three levels and no further", async () => {
    const end = (id: number) => world.host.updateRun(id, { status: "completed", conclusion: "success" });
    await end(started(push()));
    for (let level = 1; level <= 4; level++) {
      const before = world.events.at(-1);
      if (!before) throw new Error("no event");
      if (level < 4) expect(world.events).toHaveLength(level);
      await end(started(before));
    }
    expect(world.events).toHaveLength(3);
  });
});
