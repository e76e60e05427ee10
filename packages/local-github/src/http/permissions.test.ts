import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  createWorld,
  field,
  git,
  number,
  type TestRepository,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let repository: TestRepository;
let sha: string;
let issue: number;
let issueId: number;
let comment: number;
let pull: number;
let workflowRun: number;

beforeAll(async () => {
  world = await createWorld();
  repository = await world.repository({
    "a.txt": "a\n",
    ".github/workflows/ci.yml": "name: CI\non: workflow_dispatch\njobs: {}\n",
  });
  sha = await repository.head("main");
  const made = await repository.api("POST", "/issues", { title: "t" });
  [issue, issueId] = [number(made, "number"), number(made, "id")];
  comment = number(await repository.api("POST", `/issues/${issue}/comments`, { body: "b" }), "id");
  await repository.branch("one", { "b.txt": "b" });
  pull = await repository.pull("one");
  workflowRun = world.job(repository.name, {}).runId;
});

afterAll(() => world.close());

/** Method, path below the repository, body: everything that a client can change. */
const writes = (): readonly (readonly [string, string, unknown?])[] => [
  ["POST", "/git/refs", { ref: "refs/heads/x", sha }],
  ["POST", "/git/refs", { ref: "refs/slipway/runs/x", sha }],
  ["PATCH", "/git/refs/heads/one", { sha }],
  ["DELETE", "/git/refs/heads/one"],
  ["POST", "/git/blobs", { content: "x" }],
  ["POST", "/git/trees", { tree: [{ path: "x", mode: "100644", type: "blob", content: "x" }] }],
  ["POST", "/git/commits", { message: "m", tree: sha, parents: [] }],
  ["POST", "/git/tags", { tag: "t", message: "m", object: sha, type: "commit" }],
  ["PUT", "/contents/x.txt", { message: "m", content: "eA==" }],
  ["DELETE", "/contents/a.txt", { message: "m", sha }],
  ["POST", "/merges", { base: "main", head: "one" }],
  ["POST", "/issues", { title: "x" }],
  ["PATCH", `/issues/${issue}`, { title: "x" }],
  ["POST", `/issues/${issue}/comments`, { body: "x" }],
  ["PATCH", `/issues/comments/${comment}`, { body: "x" }],
  ["DELETE", `/issues/comments/${comment}`],
  ["POST", `/issues/${issue}/labels`, { labels: ["bug"] }],
  ["PUT", `/issues/${issue}/labels`, { labels: ["bug"] }],
  ["DELETE", `/issues/${issue}/labels`],
  ["DELETE", `/issues/${issue}/labels/bug`],
  ["POST", `/issues/${issue}/assignees`, { assignees: ["acme"] }],
  ["DELETE", `/issues/${issue}/assignees`, { assignees: ["acme"] }],
  ["PUT", `/issues/${issue}/lock`],
  ["DELETE", `/issues/${issue}/lock`],
  ["POST", `/issues/${issue}/reactions`, { content: "eyes" }],
  ["POST", `/issues/${issue}/sub_issues`, { sub_issue_id: issueId }],
  ["DELETE", `/issues/${issue}/sub_issue`, { sub_issue_id: issueId }],
  ["PATCH", `/issues/${issue}/sub_issues/priority`, { sub_issue_id: issueId, after_id: issueId }],
  ["POST", `/issues/${issue}/dependencies/blocked_by`, { issue_id: issueId }],
  ["DELETE", `/issues/${issue}/dependencies/blocked_by/${issueId}`],
  ["POST", "/labels", { name: "x", color: "ffffff" }],
  ["PATCH", "/labels/bug", { color: "ffffff" }],
  ["DELETE", "/labels/bug"],
  ["POST", "/pulls", { head: "one", base: "main", title: "x" }],
  ["PATCH", `/pulls/${pull}`, { title: "x" }],
  ["PATCH", `/issues/${pull}`, { title: "x" }],
  ["POST", `/issues/${pull}/comments`, { body: "x" }],
  ["PUT", `/pulls/${pull}/merge`, {}],
  ["PUT", `/pulls/${pull}/update-branch`, {}],
  ["POST", `/pulls/${pull}/reviews`, { event: "APPROVE" }],
  ["POST", `/pulls/${pull}/comments`, { body: "x", commit_id: sha, path: "b.txt", line: 1 }],
  ["POST", `/pulls/${pull}/requested_reviewers`, { reviewers: ["acme"] }],
  ["POST", "/check-runs", { name: "x", head_sha: sha }],
  ["POST", `/statuses/${sha}`, { state: "success" }],
  ["POST", "/releases", { tag_name: "v1" }],
  ["POST", "/dispatches", { event_type: "x" }],
  ["POST", "/actions/workflows/ci.yml/dispatches", { ref: "main" }],
  ["POST", `/actions/runs/${workflowRun}/cancel`],
  ["POST", `/actions/runs/${workflowRun}/rerun`],
  ["POST", `/actions/runs/${workflowRun}/rerun-failed-jobs`],
];

describe("a job's token that may only read contents", () => {
  test("is refused every write, and nothing has changed", async () => {
    const { token } = world.job(repository.name, { contents: "read" });
    const refsBefore = await repository.git("for-each-ref");
    const eventsBefore = world.events.length;
    const refused: unknown[] = [];
    for (const [method, path, body] of writes()) {
      const reply = await world.api(token, method, `${repository.path}${path}`, body);
      refused.push([method, path, reply.status, field(reply, "message")]);
    }
    expect(refused).toEqual(
      writes().map(([method, path]) => [method, path, 403, "Resource not accessible by integration"]),
    );
    expect(await repository.git("for-each-ref")).toBe(refsBefore);
    expect(world.events).toHaveLength(eventsBefore);
    expect(field(await repository.api("GET", `/issues/${issue}`), "title")).toBe("t");
  });

  test("cannot push, and can clone", async () => {
    const { token } = world.job(repository.name, { contents: "read" });
    const work = world.folder();
    await git(work, "clone", "-q", repository.url(token), ".");
    await git(work, "commit", "-q", "--allow-empty", "-m", "x");
    await expect(git(work, "push", "-q", "origin", "HEAD:refs/heads/x")).rejects.toThrow("403");
    expect(await repository.git("for-each-ref", "refs/heads/x")).toBe("");
  });

  test("is told what would be needed", async () => {
    const { token } = world.job(repository.name, { contents: "read" });
    const reply = await world.api(token, "POST", `${repository.path}/issues`, { title: "x" });
    expect(reply.headers.get("x-accepted-github-permissions")).toBe("issues=write");
  });
});

test("each permission opens its own routes only", async () => {
  const ask = async (permissions: Parameters<World["job"]>[1], method: string, path: string, body: unknown) =>
    (
      await world.api(
        world.job(repository.name, permissions).token,
        method,
        `${repository.path}${path}`,
        body,
      )
    ).status;
  expect(await ask({ issues: "write" }, "POST", "/issues", { title: "x" })).toBe(201);
  expect(await ask({ "pull-requests": "write" }, "POST", `/issues/${issue}/comments`, { body: "x" })).toBe(
    403,
  );
  expect(await ask({ "pull-requests": "write" }, "POST", `/issues/${pull}/comments`, { body: "x" })).toBe(
    201,
  );
  expect(await ask({ checks: "write" }, "POST", "/check-runs", { name: "x", head_sha: sha })).toBe(201);
  expect(await ask({ contents: "write" }, "POST", "/git/refs", { ref: "refs/slipway/y", sha })).toBe(201);
  expect(await ask({ statuses: "write" }, "POST", `/statuses/${sha}`, { state: "success" })).toBe(201);
  expect(await ask({ actions: "write" }, "POST", "/dispatches", { event_type: "x" })).toBe(403);
});

test("a token is dead once its job has ended", async () => {
  const { token } = world.job(repository.name, WRITE);
  expect((await world.api(token, "GET", repository.path)).status).toBe(200);
  world.host.revokeToken(token);
  expect((await world.api(token, "GET", repository.path)).status).toBe(401);
  const work = world.folder();
  await git(work, "clone", "-q", repository.url(world.owner), ".");
  await expect(git(work, "push", "-q", repository.url(token), "HEAD:refs/heads/dead")).rejects.toThrow(
    "Authentication failed",
  );
});

test("another repository's private data do not exist for a job, a stranger and nobody", async () => {
  const secret = await world.repository({ "a.txt": "a" }, "private");
  const { token } = world.job(repository.name, WRITE);
  const stranger = world.local.mintUserToken("stranger");
  for (const who of [token, stranger, null]) {
    for (const path of ["", "/issues", "/git/ref/heads/main", "/contents/a.txt", "/pulls", "/actions/runs"]) {
      const reply = await world.api(who, "GET", `${secret.path}${path}`);
      expect([path, reply.status, field(reply, "message")]).toEqual([path, 404, "Not Found"]);
    }
    expect((await world.api(who, "POST", `${secret.path}/issues`, { title: "x" })).status).toBe(404);
  }
  await expect(git(world.folder(), "ls-remote", secret.url(token))).rejects.toThrow("not found");
  // Its own job reads it, as far as its permissions go.
  const own = world.job(secret.name, { contents: "read" }).token;
  expect((await world.api(own, "GET", `${secret.path}/contents/a.txt`)).status).toBe(200);
  expect((await world.api(own, "GET", `${secret.path}/issues`)).status).toBe(403);
});

test("a job cannot write into another repository, public as it may be", async () => {
  const other = await world.repository({ "a.txt": "a" });
  const { token } = world.job(repository.name, WRITE);
  expect((await world.api(token, "GET", `${other.path}/issues`)).status).toBe(200);
  expect((await world.api(token, "POST", `${other.path}/issues`, { title: "x" })).status).toBe(403);
});

test("a job can never touch a workflow file, by whichever way", async () => {
  const { token } = world.job(repository.name, WRITE);
  const path = ".github/workflows/new.yml";
  const put = await world.api(token, "PUT", `${repository.path}/contents/${path}`, {
    message: "m",
    content: "eA==",
  });
  expect([put.status, field(put, "message")]).toEqual([
    403,
    expect.stringContaining("without `workflows` permission"),
  ]);
  const work = world.folder();
  await git(work, "clone", "-q", repository.url(token), ".");
  await git(work, "commit", "-q", "--allow-empty", "-m", "harmless");
  await git(work, "push", "-q", "origin", "HEAD:refs/heads/harmless");
  await git(work, "rm", "-q", ".github/workflows/ci.yml");
  await git(work, "commit", "-q", "-m", "removes it");
  await expect(git(work, "push", "-q", "origin", "HEAD:refs/heads/bad")).rejects.toThrow(
    "without `workflows` permission",
  );
  // A person brings the commit; a job may then not merge it.
  await git(work, "push", "-q", repository.url(world.owner), "HEAD:refs/heads/by-person");
  const proposed = await repository.pull("by-person");
  const merge = await world.api(token, "PUT", `${repository.path}/pulls/${proposed}/merge`, {});
  expect(merge.status).toBe(403);
});

test("people may do what their role allows", async () => {
  world.local.addCollaborator(repository.at, "triager", "triage");
  world.local.addCollaborator(repository.at, "writer", "write");
  const ask = async (login: string, method: string, path: string, body?: unknown) =>
    (await world.api(world.local.mintUserToken(login), method, `${repository.path}${path}`, body)).status;
  expect(await ask("stranger", "POST", "/issues", { title: "mine" })).toBe(201);
  expect(await ask("stranger", "POST", `/issues/${issue}/labels`, { labels: ["bug"] })).toBe(403);
  expect(await ask("triager", "POST", `/issues/${issue}/labels`, { labels: ["bug"] })).toBe(200);
  expect(await ask("triager", "POST", "/git/refs", { ref: "refs/heads/t", sha })).toBe(403);
  expect(await ask("writer", "POST", "/git/refs", { ref: "refs/heads/t", sha })).toBe(201);
  expect(await ask("writer", "POST", "/check-runs", { name: "x", head_sha: sha })).toBe(403);
  const permission = await repository.api("GET", "/collaborators/triager/permission");
  expect(permission.body).toMatchObject({
    permission: "read",
    role_name: "triage",
    user: { role_name: "triage" },
  });
});
