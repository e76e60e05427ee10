import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createWorld, git, number, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;

const SCHEDULED = "on:\n  schedule:\n    - cron: '5 4 * * *'\n    - cron: '0 * * * *'\njobs: {}\n";

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({
    "a.txt": "a",
    ".github/workflows/sweep.yml": SCHEDULED,
    ".github/workflows/again.yml": "on: { schedule: [{ cron: '5 4 * * *' }] }\njobs: {}\n",
    ".github/workflows/broken.yml": "on: [\n",
  });
  world.local.addCollaborator(one.at, "mona", "maintain");
});

beforeEach(() => {
  world.events.length = 0;
});

afterAll(() => world.close());

const names = () => world.events.map(({ name, payload }) => [name, payload.action]);
const as = (login: string, method: string, path: string, body?: unknown) =>
  world.api(world.local.mintUserToken(login), method, `${one.path}${path}`, body);

describe("issue_comment", () => {
  test("says who wrote what, where, and in which association to the repository", async () => {
    const issue = number(await one.api("POST", "/issues", { title: "t" }), "number");
    world.events.length = 0;
    const comment = number(
      await as("mona", "POST", `/issues/${issue}/comments`, { body: "/slipway pause" }),
      "id",
    );
    await as("outsider", "POST", `/issues/${issue}/comments`, { body: "hello" });
    await as("helper[bot]", "POST", `/issues/${issue}/comments`, { body: "beep" });
    await as("mona", "PATCH", `/issues/comments/${comment}`, { body: "/slipway resume" });
    expect(world.events).toMatchObject([
      {
        name: "issue_comment",
        actor: "mona",
        ref: "refs/heads/main",
        payload: {
          action: "created",
          comment: {
            body: "/slipway pause",
            author_association: "COLLABORATOR",
            user: { login: "mona", type: "User" },
          },
          issue: { number: issue },
          sender: { login: "mona" },
        },
      },
      { payload: { comment: { author_association: "NONE", user: { login: "outsider", type: "User" } } } },
      { payload: { comment: { author_association: "NONE", user: { login: "helper[bot]", type: "Bot" } } } },
      {
        payload: {
          action: "edited",
          comment: { body: "/slipway resume" },
          changes: { body: { from: "/slipway pause" } },
        },
      },
    ]);
    expect(world.events[0]?.payload.issue).not.toHaveProperty("pull_request");
  });

  test("on a pull request names it as one", async () => {
    await one.branch("commented", { "c.txt": "c" });
    const pull = await one.pull("commented");
    world.events.length = 0;
    await one.api("POST", `/issues/${pull}/comments`, { body: "hm" });
    expect(world.events).toMatchObject([
      {
        payload: {
          comment: { author_association: "OWNER" },
          issue: {
            number: pull,
            pull_request: { url: expect.stringContaining(`/pulls/${pull}`), merged_at: null },
          },
        },
      },
    ]);
  });
});

test("issues: opened, edited, labeled, unlabeled, closed, reopened", async () => {
  const issue = number(await one.api("POST", "/issues", { title: "t" }), "number");
  await one.api("PATCH", `/issues/${issue}`, { title: "u" });
  await one.api("POST", `/issues/${issue}/labels`, { labels: ["bug"] });
  await one.api("DELETE", `/issues/${issue}/labels/bug`);
  await one.api("PATCH", `/issues/${issue}`, { state: "closed", state_reason: "not_planned" });
  await one.api("PATCH", `/issues/${issue}`, { state: "open" });
  expect(names()).toEqual(
    ["opened", "edited", "labeled", "unlabeled", "closed", "reopened"].map((action) => ["issues", action]),
  );
  const payloads = world.events.map(({ payload }) => payload);
  expect(payloads[1]).toMatchObject({ changes: { title: { from: "t" } }, issue: { title: "u" } });
  expect(payloads[2]).toMatchObject({ label: { name: "bug", id: expect.any(Number), default: true } });
  expect(payloads[4]).toMatchObject({ issue: { state: "closed", state_reason: "not_planned" } });
});

describe("pull_request", () => {
  test("opened as a draft, made ready, pushed to, closed, reopened", async () => {
    const first = await one.branch("moving", { "m.txt": "1" });
    const pull = await one.pull("moving", { draft: true });
    await world.local.setDraft(one.at, pull, false, "mona");
    const second = await one.branch("moving", { "m.txt": "2" }, "moving");
    await one.api("PATCH", `/pulls/${pull}`, { state: "closed" });
    await one.api("PATCH", `/pulls/${pull}`, { state: "open" });
    const events = world.events.filter(({ name }) => name === "pull_request");
    expect(events).toMatchObject([
      { payload: { action: "opened", pull_request: { draft: true } } },
      { actor: "mona", payload: { action: "ready_for_review", pull_request: { draft: false } } },
      {
        payload: {
          action: "synchronize",
          before: first,
          after: second,
          pull_request: { head: { sha: second } },
        },
      },
      { payload: { action: "closed", pull_request: { merged: false, state: "closed" } } },
      { payload: { action: "reopened", pull_request: { state: "open" } } },
    ]);
    expect(new Set(events.map(({ ref }) => ref))).toEqual(new Set([`refs/pull/${pull}/merge`]));
  });

  test("closed by a merge runs on the branch it was merged into; so does a merge by hand", async () => {
    await one.branch("merged", { "n.txt": "1" });
    const byApi = await one.pull("merged");
    const { body } = await one.api("PUT", `/pulls/${byApi}/merge`, {});
    await one.branch("by-hand", { "o.txt": "1" });
    const byHand = await one.pull("by-hand");
    const work = world.folder();
    await git(work, "clone", "-q", one.url(world.local.mintUserToken("mona")), ".");
    await git(work, "merge", "-q", "--no-ff", "-m", "by hand", "origin/by-hand");
    await git(work, "push", "-q", "origin", "HEAD:main");
    const closed = world.events.filter(({ payload }) => payload.action === "closed");
    const merged = (sha: unknown, number_: number) => ({
      name: "pull_request",
      ref: "refs/heads/main",
      sha,
      payload: { pull_request: { number: number_, merged: true, merge_commit_sha: sha } },
    });
    expect(closed).toMatchObject([
      merged((body as { sha: string }).sha, byApi),
      merged(await one.head("main"), byHand),
    ]);
    expect(closed[1]).toMatchObject({
      actor: "mona",
      payload: { pull_request: { merged_by: { login: "mona" } } },
    });
  });

  test("its run counts for the head, where its jobs are shown as checks", async () => {
    const head = await one.branch("checked", { "k.txt": "1" });
    await one.pull("checked");
    const event = world.events.find(({ payload }) => payload.action === "opened");
    if (!event) throw new Error("no event");
    expect(event.sha).not.toBe(head);
    const workflow = { workflowPath: ".github/workflows/ci.yml", workflowName: "CI", displayTitle: "CI" };
    const run = world.host.createRun({ repository: one.at, event, ...workflow });
    world.host.createJob(run.id, { name: "build", needs: [] });
    expect((await one.api("GET", `/actions/runs/${run.id}`)).body).toMatchObject({
      head_sha: head,
      head_branch: "checked",
      event: "pull_request",
    });
    expect((await one.api("GET", `/commits/${head}/check-runs`)).body).toMatchObject({
      check_runs: [{ name: "build", app: { slug: "github-actions" } }],
    });
  });
});

test("pull_request_review: submitted, in lower case", async () => {
  await one.branch("reviewed", { "r.txt": "1" });
  const pull = await one.pull("reviewed");
  world.events.length = 0;
  await as("mona", "POST", `/pulls/${pull}/reviews`, { event: "APPROVE" });
  await as("mona", "POST", `/pulls/${pull}/reviews`, { event: "REQUEST_CHANGES", body: "no" });
  expect(world.events).toMatchObject([
    {
      name: "pull_request_review",
      ref: `refs/pull/${pull}/merge`,
      payload: {
        action: "submitted",
        review: { state: "approved", user: { login: "mona" }, author_association: "COLLABORATOR" },
        pull_request: { number: pull },
      },
    },
    { payload: { review: { state: "changes_requested", body: "no" } } },
  ]);
});

test("push: a new branch names its head, although it brings no commit", async () => {
  const sha = await one.head("main");
  await one.api("POST", "/git/refs", { ref: "refs/heads/new", sha });
  expect(world.events).toMatchObject([
    { name: "push", payload: { created: true, commits: [], head_commit: { id: sha } } },
  ]);
});

describe("schedule", () => {
  test("each cron line once, on the default branch, in the name of an admin", async () => {
    expect(await world.local.fireSchedule(one.at)).toEqual(["5 4 * * *", "0 * * * *"]);
    expect(world.events).toMatchObject([
      {
        name: "schedule",
        ref: "refs/heads/main",
        sha: await one.head("main"),
        actor: "acme",
        payload: { schedule: "5 4 * * *", repository: { full_name: `acme/${one.name}` } },
      },
      { payload: { schedule: "0 * * * *" } },
    ]);
  });

  test("one line that is asked for", async () => {
    await world.local.fireSchedule(one.at, "0 * * * *");
    expect(world.events).toMatchObject([{ payload: { schedule: "0 * * * *" } }]);
  });
});

describe("check_run and status", () => {
  test("of the repository's own CI, a person's token or another App, start workflows", async () => {
    const sha = await one.head("main");
    await world.local.writeCheckRun(one.at, { name: "CI: Tests", headSha: sha });
    await as("mona", "POST", `/statuses/${sha}`, { state: "failure", context: "deploy" });
    expect(world.events).toMatchObject([
      {
        name: "check_run",
        actor: "acme-ci[bot]",
        payload: { action: "created", check_run: { name: "CI: Tests", status: "in_progress" } },
      },
      { name: "status", actor: "mona", payload: { state: "failure", context: "deploy", sha } },
    ]);
  });

  test("a check run of a branch is its head's; one of nothing, or half done, is refused", async () => {
    const run = await world.local.writeCheckRun(one.at, {
      name: "x",
      headSha: "main",
      conclusion: "success",
    });
    expect([run.headSha, run.status]).toEqual([await one.head("main"), "completed"]);
    const write = (more: object) =>
      world.local.writeCheckRun(one.at, { name: "x", headSha: "main", ...more });
    await expect(write({ headSha: "nowhere" })).rejects.toThrow(/nowhere is no commit of acme/);
    await expect(write({ status: "completed" })).rejects.toThrow(/a conclusion belongs to the status/);
    await expect(write({ status: "queued", conclusion: "success" })).rejects.toThrow(/a conclusion belongs/);
  });

  test("of a job start nothing", async () => {
    const { token } = world.job(one.name, WRITE);
    const head_sha = await one.head("main");
    await world.api(token, "POST", `${one.path}/check-runs`, { name: "gate", head_sha });
    await world.api(token, "POST", `${one.path}/statuses/${head_sha}`, { state: "success", context: "x" });
    expect(world.events).toEqual([]);
  });
});

describe("a pull request that a job's token opened", () => {
  test("gets runs that wait for a person who may write", async () => {
    const two = await world.repository({
      ".github/workflows/ci.yml": "name: CI\non: { pull_request: { branches: [main] } }\njobs: {}\n",
      ".github/workflows/closed.yml": "on: { pull_request: { types: [closed] } }\njobs: {}\n",
      ".github/workflows/other.yml": "on: { pull_request: { branches: ['release/*'] } }\njobs: {}\n",
    });
    const job = world.job(two.name, WRITE).token;
    const head = await two.branch("by-job", { "a.txt": "1" });
    world.events.length = 0;
    await world.api(job, "POST", `${two.path}/pulls`, { head: "by-job", base: "main", title: "feat: x" });
    expect(world.events).toEqual([]);
    const list = await world.api(job, "GET", `${two.path}/actions/runs?event=pull_request&head_sha=${head}`);
    expect(list.body).toMatchObject({
      total_count: 1,
      workflow_runs: [{ name: "CI", status: "completed", conclusion: "action_required" }],
    });
    const id = (list.body as { workflow_runs: { id: number }[] }).workflow_runs[0]?.id;
    const approve = (token: string) => world.api(token, "POST", `${two.path}/actions/runs/${id}/approve`);
    world.local.addCollaborator(two.at, "reader", "read");
    expect((await approve(job)).status).toBe(403);
    expect((await approve(world.local.mintUserToken("reader"))).status).toBe(403);
    expect((await approve(world.owner)).status).toBe(201);
    expect(world.events).toMatchObject([
      {
        name: "pull_request",
        runId: id,
        workflowPath: ".github/workflows/ci.yml",
        payload: { action: "opened", sender: { login: "github-actions[bot]" } },
      },
    ]);
    expect((await two.api("GET", `/actions/runs/${id}`)).body).toMatchObject({
      status: "queued",
      conclusion: null,
      triggering_actor: { login: "acme" },
    });
    expect((await approve(world.owner)).status).toBe(403);
  });
});
