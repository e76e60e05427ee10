import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { column, createWorld, field, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let clock = Date.parse("2026-11-20T08:00:00Z");
/** By name. */
const ids: Record<string, number> = {};

beforeAll(async () => {
  world = await createWorld({ now: () => new Date(clock) });
  one = await world.repository({ "a.txt": "a" });
  const sha = await one.head("main");
  for (const [key, event, status, conclusion] of [
    ["old", "schedule", "completed", "success"],
    ["failed", "push", "completed", "failure"],
    ["running", "repository_dispatch", "in_progress", undefined],
    ["waiting", "repository_dispatch", "queued", undefined],
  ] as const) {
    const run = world.host.createRun({
      repository: one.at,
      workflowPath: ".github/workflows/orchestrator.yml",
      workflowName: "Slipway",
      displayTitle: key,
      event: {
        deliveryId: key,
        name: event,
        repository: one.at,
        payload: {},
        ref: "refs/heads/main",
        sha,
        actor: "acme",
      },
    });
    world.host.updateRun(run.id, { status, ...(conclusion ? { conclusion } : {}) });
    ids[key] = run.id;
    clock += 3_600_000;
  }
});

afterAll(() => world.close());

const titles = async (query: string) =>
  column(field(await one.api("GET", `/actions/runs?${query}`), "workflow_runs"), "display_title");

describe("the runs of a repository", () => {
  test.each([
    ["", ["waiting", "running", "failed", "old"]],
    ["status=in_progress", ["running"]],
    ["status=queued", ["waiting"]],
    ["status=completed", ["failed", "old"]],
    ["status=failure", ["failed"]],
    ["event=repository_dispatch", ["waiting", "running"]],
    ["event=repository_dispatch&status=queued", ["waiting"]],
    [`created=${encodeURIComponent(">=2026-11-20T10:00:00Z")}`, ["waiting", "running"]],
    [`created=${encodeURIComponent("<2026-11-20T09:00:00Z")}`, ["old"]],
    ["created=2026-11-20T09:00:00Z..2026-11-20T10:00:00Z", ["running", "failed"]],
    ["created=2026-11-20", ["waiting", "running", "failed", "old"]],
    ["created=*..2026-11-19", []],
    [`created=${encodeURIComponent(">2026-11-20")}`, []],
    ["actor=nobody", []],
    ["per_page=1&page=2", ["running"]],
  ])("by '%s'", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  test("one by one, with its jobs, also for a job's token", async () => {
    const { id } = world.host.createJob(ids.running ?? 0, { name: "decide", needs: [] });
    const { token } = world.job(one.name, { actions: "read" });
    const ask = (path: string) => world.api(token, "GET", `${one.path}${path}`);
    expect((await ask(`/actions/runs/${ids.running}`)).body).toMatchObject({
      id: ids.running,
      status: "in_progress",
      conclusion: null,
      run_attempt: 1,
    });
    expect((await ask(`/actions/runs/${ids.running}/jobs`)).body).toMatchObject({
      total_count: 1,
      jobs: [{ id, name: "decide", status: "queued" }],
    });
  });

  test("whether jobs may open pull requests is shown to administrators alone", async () => {
    const ask = (token: string) => world.api(token, "GET", `${one.path}/actions/permissions/workflow`);
    expect(field(await ask(world.owner), "can_approve_pull_request_reviews")).toBe(true);
    expect((await ask(world.local.mintUserToken("someone"))).status).toBe(404);
    expect((await ask(world.job(one.name, WRITE).token)).status).toBe(403);
  });

  test("are cancelled with the permission for it, and only while they last", async () => {
    const cancel = (token: string, id: number | undefined) =>
      world.api(token, "POST", `${one.path}/actions/runs/${id}/cancel`);
    const reader = world.job(one.name, { actions: "read" }).token;
    const writer = world.job(one.name, WRITE).token;
    expect((await cancel(reader, ids.running)).status).toBe(403);
    expect((await cancel(writer, ids.running)).status).toBe(202);
    expect((await cancel(world.owner, ids.waiting)).status).toBe(202);
    expect((await cancel(writer, ids.failed)).status).toBe(409);
    expect((await cancel(writer, 1)).status).toBe(404);
    expect(world.cancelled).toEqual([ids.running, ids.waiting]);
  });
});
