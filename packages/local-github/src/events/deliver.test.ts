import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createWorld, git, number, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let job: string;

const WORKFLOW = `
name: Release
on:
  workflow_dispatch:
    inputs:
      version: { required: true }
      dry-run: { type: boolean, default: true }
      channel: { type: choice, options: [stable, beta], default: stable }
jobs: {}
`;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({
    "a.txt": "a",
    ".github/workflows/release.yml": WORKFLOW,
    ".github/workflows/plain.yml": "on: [push, workflow_dispatch]\njobs: {}\n",
    ".github/workflows/push.yml": "on: push\njobs: {}\n",
  });
  job = world.job(one.name, WRITE).token;
});

beforeEach(() => {
  world.events.length = 0;
});

afterAll(() => world.close());

const names = () => world.events.map(({ name, payload }) => [name, payload.action]);
const asJob = (method: string, path: string, body?: unknown) =>
  world.api(job, method, `${one.path}${path}`, body);

describe("repository_dispatch", () => {
  test("reaches the engine with its payload, at the head of the default branch", async () => {
    const client = { "slipway-run": "r-1", nested: { list: [1, "ü", null] } };
    expect(
      (await one.api("POST", "/dispatches", { event_type: "orchestrator.start", client_payload: client }))
        .status,
    ).toBe(204);
    expect(world.events).toEqual([
      {
        deliveryId: expect.any(String),
        name: "repository_dispatch",
        repository: one.at,
        ref: "refs/heads/main",
        sha: await one.head("main"),
        actor: "acme",
        payload: expect.objectContaining({
          action: "orchestrator.start",
          branch: "main",
          client_payload: client,
          repository: expect.objectContaining({ full_name: `acme/${one.name}` }),
          sender: expect.objectContaining({ login: "acme" }),
        }),
      },
    ]);
  });

  test("of a job starts runs, too, in the bot's name", async () => {
    expect((await asJob("POST", "/dispatches", { event_type: "orchestrator.node" })).status).toBe(204);
    expect(world.events).toMatchObject([{ name: "repository_dispatch", actor: "github-actions[bot]" }]);
  });

  test("keeps GitHub's limits", async () => {
    const send = async (event_type: string, client_payload?: unknown) =>
      (await one.api("POST", "/dispatches", { event_type, client_payload })).status;
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, at]));
    expect(await send("x".repeat(100), many(10))).toBe(204);
    expect(await send("x", { text: "t".repeat(65_000) })).toBe(204);
    expect(world.events).toHaveLength(2);
    // The description names two of the limits: asking beyond them is the client's error.
    world.expectErrors(({ route, status }) => status === 422 && route === "/repos/{owner}/{repo}/dispatches");
    expect(await send("x".repeat(101))).toBe(422);
    expect(await send("x", many(11))).toBe(422);
    expect(await send("x", { text: "t".repeat(65_536) })).toBe(422);
    expect(world.events).toHaveLength(2);
  });
});

describe("what people do", () => {
  test("reaches the engine: issues, labels, comments", async () => {
    const issue = number(await one.api("POST", "/issues", { title: "t", labels: ["bug"] }), "number");
    await one.api("POST", `/issues/${issue}/comments`, { body: "/slipway start" });
    await one.api("PATCH", `/issues/${issue}`, { state: "closed" });
    expect(names()).toEqual([
      ["issues", "opened"],
      ["issues", "labeled"],
      ["issue_comment", "created"],
      ["issues", "closed"],
    ]);
    expect(world.events[2]?.payload).toMatchObject({
      comment: { body: "/slipway start" },
      issue: { number: issue },
    });
  });

  test("reaches the engine: pushes with their commits, pull requests at their test merge, reviews", async () => {
    const work = world.folder();
    await git(work, "clone", "-q", one.url(world.owner), ".");
    await git(work, "commit", "-q", "--allow-empty", "-m", "by push");
    await git(work, "push", "-q", "origin", "HEAD:refs/heads/pushed");
    const head = await one.head("pushed");
    expect(world.events).toMatchObject([
      {
        name: "push",
        ref: "refs/heads/pushed",
        sha: head,
        payload: { before: "0".repeat(40), after: head, created: true, forced: false },
      },
    ]);
    const pull = await one.pull("pushed");
    await one.api("POST", `/pulls/${pull}/reviews`, { event: "COMMENT", body: "hm" });
    expect(names().slice(1)).toEqual([
      ["pull_request", "opened"],
      ["pull_request_review", "submitted"],
    ]);
    expect(world.events[1]).toMatchObject({
      ref: `refs/pull/${pull}/merge`,
      sha: await one.git("rev-parse", `refs/pull/${pull}/merge`),
    });
    await one.api("PUT", `/pulls/${pull}/merge`, {});
    expect(names().slice(3)).toEqual([
      ["push", undefined],
      ["pull_request", "closed"],
    ]);
    expect(world.events[3]?.payload.commits).toMatchObject([
      { message: "by push" },
      { message: expect.stringContaining("Merge pull request") },
    ]);
  });

  test("a deleted branch is no push event; a ref beside branches and tags is none either", async () => {
    const sha = await one.head("main");
    await one.api("POST", "/git/refs", { ref: "refs/slipway/x", sha });
    await one.api("POST", "/git/refs", { ref: "refs/heads/short", sha });
    await one.api("DELETE", "/git/refs/heads/short");
    expect(world.events.map(({ ref }) => ref)).toEqual(["refs/heads/short"]);
  });
});

test("what a job does starts nothing but dispatches", async () => {
  const issue = number(await asJob("POST", "/issues", { title: "t", labels: ["bug"] }), "number");
  await asJob("POST", `/issues/${issue}/comments`, { body: "b" });
  await asJob("PATCH", `/issues/${issue}`, { state: "closed" });
  const work = world.folder();
  await git(work, "clone", "-q", one.url(job), ".");
  await git(work, "commit", "-q", "--allow-empty", "-m", "by job");
  await git(work, "push", "-q", "origin", "HEAD:refs/heads/by-job");
  const pull = number(
    await asJob("POST", "/pulls", { head: "by-job", base: "main", title: "t", body: `Closes #${issue}` }),
    "number",
  );
  await asJob("POST", `/pulls/${pull}/reviews`, { event: "COMMENT", body: "hm" });
  expect((await asJob("PUT", `/pulls/${pull}/merge`, {})).status).toBe(200);
  await asJob("POST", "/releases", { tag_name: "v9.0.0" });
  expect(names()).toEqual([]);
});

describe("workflow_dispatch", () => {
  const path = "/actions/workflows/release.yml/dispatches";

  test("reaches the engine with resolved inputs, and names its run when asked", async () => {
    const plain = await asJob("POST", path, { ref: "main", inputs: { version: "1.0.0" } });
    expect([plain.status, plain.body]).toEqual([204, undefined]);
    const inputs = { version: "1.2.3", "dry-run": "false", channel: "beta" };
    const reply = await one.api("POST", path, { ref: "refs/heads/main", inputs, return_run_details: true });
    expect(reply.status).toBe(200);
    const runId = number(reply, "workflow_run_id");
    expect(world.events).toMatchObject([
      {
        name: "workflow_dispatch",
        actor: "github-actions[bot]",
        payload: { inputs: { version: "1.0.0", "dry-run": "true", channel: "stable" } },
      },
      {
        name: "workflow_dispatch",
        actor: "acme",
        runId,
        workflowPath: ".github/workflows/release.yml",
        ref: "refs/heads/main",
        sha: await one.head("main"),
        payload: { inputs },
      },
    ]);
    expect((await one.api("GET", `/actions/runs/${runId}`)).body).toMatchObject({
      id: runId,
      status: "queued",
      event: "workflow_dispatch",
      path: ".github/workflows/release.yml",
    });
  });

  test.each([
    [
      "an input that is not declared",
      "release.yml",
      { ref: "main", inputs: { version: "1", nope: "x" } },
      422,
    ],
    ["a required input that is missing", "release.yml", { ref: "main" }, 422],
    ["a choice that is none", "release.yml", { ref: "main", inputs: { version: "1", channel: "x" } }, 422],
    [
      "a boolean that is none",
      "release.yml",
      { ref: "main", inputs: { version: "1", "dry-run": "maybe" } },
      422,
    ],
    ["a ref that is not there", "release.yml", { ref: "nowhere", inputs: { version: "1" } }, 422],
    ["a workflow without the trigger", "push.yml", { ref: "main" }, 422],
    ["a workflow that is not there", "none.yml", { ref: "main" }, 404],
  ])("is refused for %s", async (_, file, body, status) => {
    expect((await one.api("POST", `/actions/workflows/${file}/dispatches`, body)).status).toBe(status);
    expect(world.events).toEqual([]);
  });

  test("a workflow without inputs, by its id", async () => {
    const workflow = await one.api("GET", "/actions/workflows/plain.yml");
    expect(
      (await one.api("POST", `/actions/workflows/${number(workflow, "id")}/dispatches`, { ref: "main" }))
        .status,
    ).toBe(204);
    expect(world.events).toMatchObject([{ payload: { inputs: null } }]);
  });
});

describe("runs", () => {
  test("are cancelled and repeated by the engine", async () => {
    const { runId, jobId } = world.job(one.name, {});
    world.host.updateRun(runId, { status: "in_progress" });
    expect((await one.api("POST", `/actions/runs/${runId}/rerun`)).status).toBe(403);
    expect((await one.api("POST", `/actions/runs/${runId}/cancel`)).status).toBe(202);
    expect(world.cancelled).toEqual([runId]);
    world.host.updateJob(jobId, { status: "completed", conclusion: "cancelled" });
    world.host.updateRun(runId, { status: "completed", conclusion: "cancelled" });
    expect((await one.api("POST", `/actions/runs/${runId}/cancel`)).status).toBe(409);
    expect((await one.api("POST", `/actions/runs/${runId}/rerun-failed-jobs`)).status).toBe(201);
    expect(world.reruns).toEqual([{ runId, which: "failed" }]);
    expect((await one.api("GET", `/actions/runs/${runId}`)).body).toMatchObject({
      run_attempt: 2,
      status: "queued",
      conclusion: null,
    });
    world.host.updateRun(runId, { status: "completed", conclusion: "failure" });
    expect((await one.api("POST", `/actions/runs/${runId}/rerun`)).status).toBe(201);
    expect(world.reruns[1]).toEqual({ runId, which: "all" });
  });

  test("show their jobs, steps and logs", async () => {
    const { runId, jobId } = world.job(one.name, {});
    const at = "2026-01-02T03:04:05Z";
    const steps = [
      {
        name: "Run it",
        number: 1,
        status: "completed",
        conclusion: "success",
        startedAt: at,
        completedAt: at,
      } as const,
    ];
    world.host.updateJob(jobId, { status: "completed", conclusion: "success", steps });
    world.host.appendLog(jobId, "hello\n");
    world.host.appendLog(jobId, "wörld\n");
    const jobs = await one.api("GET", `/actions/runs/${runId}/jobs`);
    expect(jobs.body).toMatchObject({
      total_count: 1,
      jobs: [{ id: jobId, conclusion: "success", steps: [{ name: "Run it", conclusion: "success" }] }],
    });
    const redirect = await one.api("GET", `/actions/jobs/${jobId}/logs`);
    expect(redirect.status).toBe(302);
    const log = await fetch(redirect.headers.get("location") ?? "");
    expect(await log.text()).toBe("hello\nwörld\n");
    expect((await one.api("GET", `/actions/runs/${runId + 1_000_000}`)).status).toBe(404);
    const other = await world.repository({ "a.txt": "a" });
    expect((await other.api("GET", `/actions/runs/${runId}`)).status).toBe(404);
  });

  test("give the engine what it asks for", async () => {
    const sha = await one.head("main");
    expect(await world.host.resolveRef(one.at, "main")).toBe(sha);
    expect(await world.host.resolveRef(one.at, "nowhere")).toBeUndefined();
    expect(await world.host.readFile(one.at, sha, "a.txt")).toBe("a");
    expect(await world.host.readFile(one.at, sha, "none")).toBeUndefined();
    expect(await world.host.listFolder(one.at, sha, ".github/workflows")).toEqual([
      ".github/workflows/plain.yml",
      ".github/workflows/push.yml",
      ".github/workflows/release.yml",
    ]);
    expect(await world.host.listFolder(one.at, sha, "none")).toEqual([]);
    expect(await world.host.readFile({ owner: "acme", name: "none" }, sha, "a.txt")).toBeUndefined();
    world.local.setSecret(one.at, "KEY", "value");
    world.local.setVariable(one.at, "NAME", "value");
    expect([world.host.secrets(one.at), world.host.variables(one.at)]).toEqual([
      { KEY: "value" },
      { NAME: "value" },
    ]);
  });
});
