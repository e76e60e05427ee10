import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  column,
  createWorld,
  field,
  number,
  type Reply,
  type TestRepository,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let sha: string;
let token: string;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "one\ntwo\nthree\n" });
  sha = await one.head("main");
  token = world.job(one.name, WRITE).token;
});

afterAll(() => world.close());

const asJob = (method: string, path: string, body?: unknown): Promise<Reply> =>
  world.api(token, method, `${one.path}${path}`, body);
const runs = async (query = "") =>
  column(field(await one.api("GET", `/commits/${sha}/check-runs${query}`), "check_runs"), "name");

describe("check runs", () => {
  test("go from queued to completed; a conclusion completes them", async () => {
    const made = await asJob("POST", "/check-runs", {
      name: "Slipway",
      head_sha: sha,
      status: "in_progress",
      external_id: "n-1",
    });
    expect(made.body).toMatchObject({
      status: "in_progress",
      conclusion: null,
      completed_at: null,
      external_id: "n-1",
      app: { slug: "github-actions" },
    });
    const path = `/check-runs/${number(made, "id")}`;
    expect((await asJob("PATCH", path, { status: "completed" })).status).toBe(422);
    const output = {
      title: "t",
      summary: "s",
      annotations: [{ path: "a.txt", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" }],
    };
    expect((await asJob("PATCH", path, { conclusion: "failure", output })).body).toMatchObject({
      status: "completed",
      conclusion: "failure",
      output: { title: "t", annotations_count: 1 },
    });
    await asJob("PATCH", path, { output });
    expect(column(await one.api("GET", `${path}/annotations`), "message")).toEqual(["m", "m"]);
    expect((await asJob("PATCH", "/check-runs/1", { status: "queued" })).status).toBe(404);
  });

  test("of one name: the newest counts, all are there", async () => {
    for (const conclusion of ["failure", "success"])
      await asJob("POST", "/check-runs", { name: "Twice", head_sha: sha, conclusion });
    expect((await runs("?check_name=Twice")).length).toBe(1);
    expect((await runs("?check_name=Twice&filter=all")).length).toBe(2);
    expect(await runs("?check_name=None")).toEqual([]);
    const list = await one.api("GET", `/commits/${sha}/check-runs?check_name=Twice`);
    expect(field(list, "check_runs.0.conclusion")).toBe("success");
  });

  test("of a workflow's jobs are there by themselves", async () => {
    const event = {
      deliveryId: "d",
      name: "push",
      repository: one.at,
      payload: {},
      ref: "refs/heads/main",
      sha,
      actor: "acme",
    };
    const { id } = world.host.createRun({
      repository: one.at,
      event,
      workflowPath: ".github/workflows/x.yml",
      workflowName: "X",
      displayTitle: "X",
    });
    const job = world.host.createJob(id, { name: "build (24)", needs: [] });
    expect(await runs()).toContain("build (24)");
    expect((await one.api("GET", `/check-runs/${job.id}`)).body).toMatchObject({
      status: "queued",
      head_sha: sha,
    });
    world.host.updateJob(job.id, { status: "completed", conclusion: "failure" });
    expect((await one.api("GET", `/check-runs/${job.id}`)).body).toMatchObject({
      status: "completed",
      conclusion: "failure",
    });
    expect((await one.api("GET", `/commits/${sha}/check-suites`)).status).toBe(200);
  });

  test("are refused without a commit, and with more than 50 annotations or an endless text", async () => {
    world.expectErrors(({ status }) => status === 422);
    const make = async (more: Record<string, unknown>) =>
      (await asJob("POST", "/check-runs", { name: "x", head_sha: sha, ...more })).status;
    const annotation = {
      path: "a.txt",
      start_line: 1,
      end_line: 1,
      annotation_level: "notice",
      message: "m",
    };
    expect(await make({ head_sha: "1".repeat(40) })).toBe(422);
    expect(
      await make({
        output: { title: "t", summary: "s", annotations: Array.from({ length: 51 }, () => annotation) },
      }),
    ).toBe(422);
    expect(await make({ output: { title: "t", summary: "s".repeat(65_536) } })).toBe(422);
    expect(await make({ conclusion: "fine" })).toBe(422);
  });
});

describe("statuses", () => {
  test("make up a commit's state: the newest of each context", async () => {
    const state = async () => field(await one.api("GET", `/commits/${sha}/status`), "state");
    const set = (context: string, value: string) =>
      one.api("POST", `/statuses/${sha}`, { context, state: value });
    expect(await state()).toBe("pending");
    await set("ci", "success");
    expect(await state()).toBe("success");
    await set("lint", "failure");
    expect(await state()).toBe("failure");
    await set("lint", "success");
    expect(await state()).toBe("success");
    expect(column(await one.api("GET", `/commits/${sha}/statuses`), "state")).toEqual([
      "success",
      "failure",
      "success",
    ]);
    expect((await one.api("POST", `/statuses/${"1".repeat(40)}`, { state: "success" })).status).toBe(422);
  });
});

describe("reviews", () => {
  test("comment on lines of the diff only, one way or the other", async () => {
    await one.branch("reviewed", { "a.txt": "ONE\ntwo\nthree\n" });
    const pull = await one.pull("reviewed");
    const review = (comments: readonly unknown[]) =>
      asJob("POST", `/pulls/${pull}/reviews`, { event: "COMMENT", body: "b", comments });
    expect(
      (
        await review([
          { path: "a.txt", line: 1, body: "x" },
          { path: "a.txt", line: 1, side: "LEFT", body: "y" },
        ])
      ).status,
    ).toBe(200);
    expect(column(await one.api("GET", `/pulls/${pull}/comments`), "side")).toEqual(["RIGHT", "LEFT"]);
    expect((await review([{ path: "a.txt", line: 99, body: "x" }])).status).toBe(422);
    expect((await review([{ path: "none.txt", line: 1, body: "x" }])).status).toBe(422);
    expect(column(await one.api("GET", `/pulls/${pull}/reviews`), "state")).toEqual(["COMMENTED"]);
  });

  test("nobody approves his own pull request; what stands is each reviewer's last word", async () => {
    await one.branch("mine", { "m.txt": "m" });
    const pull = await one.pull("mine");
    world.local.setRules(one.at, "main", { pullRequest: { approvals: 1 } });
    const merge = async () => (await one.api("PUT", `/pulls/${pull}/merge`, {})).status;
    const say = (event: string, who = token) =>
      world.api(who, "POST", `${one.path}/pulls/${pull}/reviews`, { event, body: "b" });
    expect((await say("APPROVE", world.owner)).status).toBe(422);
    expect((await say("REQUEST_CHANGES")).status).toBe(200);
    expect(await merge()).toBe(405);
    world.local.addCollaborator(one.at, "reader", "read");
    expect((await say("APPROVE", world.local.mintUserToken("reader"))).status).toBe(200);
    expect(await merge()).toBe(405);
    expect((await say("APPROVE")).status).toBe(200);
    expect((await say("COMMENT")).status).toBe(200);
    expect(await merge()).toBe(200);
  });

  test("a repository where jobs may not open pull requests says so", async () => {
    const closed = await world.repository({ "a.txt": "a" });
    world.local.repository(closed.at).settings.actionsCanCreatePullRequests = false;
    await closed.branch("topic", { "b.txt": "b" });
    const of = world.job(closed.name, WRITE).token;
    const reply = await world.api(of, "POST", `${closed.path}/pulls`, {
      head: "topic",
      base: "main",
      title: "t",
    });
    expect([reply.status, field(reply, "message")]).toEqual([
      403,
      "GitHub Actions is not permitted to create or approve pull requests.",
    ]);
  });
});
