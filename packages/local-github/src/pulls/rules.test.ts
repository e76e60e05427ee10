import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  column,
  createWorld,
  field,
  git,
  type TestRepository,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
});

afterAll(() => world.close());

const merge = (pull: number) => one.api("PUT", `/pulls/${pull}/merge`, {});

async function branchWithPull(name: string): Promise<{ head: string; pull: number }> {
  const head = await one.branch(name, { [`${name}.txt`]: "1" });
  return { head, pull: await one.pull(name) };
}

describe("the rules of a branch", () => {
  test("are listed as rulesets list them, also by pattern and for a branch that is not there", async () => {
    world.local.setRules(one.at, "release/**", {
      deletion: true,
      nonFastForward: true,
      requiredSignatures: true,
      pullRequest: { approvals: 2, dismissStaleReviews: true },
      requiredStatusChecks: {
        checks: [{ context: "CI: Tests", integrationId: 15368 }, { context: "x" }],
        strict: true,
      },
      mergeQueue: { method: "squash", timeoutMs: 600_000 },
    });
    const reply = await one.api("GET", "/rules/branches/release/2026/1");
    expect(column(reply, "type")).toEqual([
      "deletion",
      "required_signatures",
      "merge_queue",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
    expect(reply.body).toMatchObject([
      {},
      {},
      { parameters: { merge_method: "SQUASH", check_response_timeout_minutes: 10 } },
      {},
      { parameters: { required_approving_review_count: 2, dismiss_stale_reviews_on_push: true } },
      {
        parameters: {
          required_status_checks: [{ context: "CI: Tests", integration_id: 15368 }, { context: "x" }],
          strict_required_status_checks_policy: true,
        },
      },
    ]);
    expect((await one.api("GET", "/rules/branches/main")).body).toEqual([]);
  });

  test("are no classic protection: who may ask is told so", async () => {
    const path = `${one.path}/branches/main/protection`;
    const job = world.job(one.name, WRITE).token;
    world.local.addCollaborator(one.at, "writer", "write");
    const ask = async (token: string, below = "") => {
      const reply = await world.api(token, "GET", `${path}${below}`);
      return [reply.status, field(reply, "message")];
    };
    expect(await ask(world.owner)).toEqual([404, "Branch not protected"]);
    expect(await ask(world.owner, "/required_status_checks")).toEqual([404, "Branch not protected"]);
    expect(await ask(world.local.mintUserToken("writer"))).toEqual([404, "Not Found"]);
    expect(await ask(job)).toEqual([403, "Resource not accessible by integration"]);
  });
});

describe("required checks", () => {
  const required = (...checks: { context: string; integrationId?: number }[]) =>
    world.local.setRules(one.at, "main", { requiredStatusChecks: { checks, strict: false } });
  afterAll(() => world.local.setRules(one.at, "main", {}));

  test("never reported, pending, failing, then passing: the refusal names what is missing", async () => {
    required({ context: "CI: Tests" });
    const { head, pull } = await branchWithPull("checks");
    const refusal = async () => {
      const reply = await merge(pull);
      return [reply.status, field(reply, "message")];
    };
    const says = (state: string) => [
      405,
      `Repository rule violations found\n\nRequired status check "CI: Tests" is ${state}.\n\n`,
    ];
    const report = (more: object) =>
      world.local.writeCheckRun(one.at, { name: "CI: Tests", headSha: head, ...more });
    expect(await refusal()).toEqual(says("expected"));
    await report({});
    expect(await refusal()).toEqual(says("in progress"));
    await report({ conclusion: "failure" });
    expect(await refusal()).toEqual(says("failing"));
    await report({ conclusion: "success" });
    expect((await merge(pull)).status).toBe(200);
  });

  test("pinned to an App take it from that App alone", async () => {
    const { app } = world.local.createApp({ slug: "real-ci" });
    required({ context: "build", integrationId: app.id });
    const { head, pull } = await branchWithPull("pinned");
    await world.local.writeCheckRun(one.at, { name: "build", headSha: head, conclusion: "success" });
    await one.api("POST", `/statuses/${head}`, { state: "success", context: "build" });
    expect(field(await merge(pull), "message")).toContain('"build" is expected');
    await world.local.writeCheckRun(one.at, {
      app: "real-ci",
      name: "build",
      headSha: head,
      conclusion: "success",
    });
    expect((await merge(pull)).status).toBe(200);
  });

  test("a status and a check run of one name are both required; people write statuses only", async () => {
    required({ context: "both" });
    const { head, pull } = await branchWithPull("both");
    const person = world.local.mintUserToken("ci-person");
    world.local.addCollaborator(one.at, "ci-person", "write");
    const status = (state: string) =>
      world.api(person, "POST", `${one.path}/statuses/${head}`, { state, context: "both" });
    expect((await status("failure")).status).toBe(201);
    await world.local.writeCheckRun(one.at, { name: "both", headSha: head, conclusion: "success" });
    expect(field(await merge(pull), "message")).toContain('"both" is failing');
    await status("success");
    const refused = await world.api(person, "POST", `${one.path}/check-runs`, {
      name: "both",
      head_sha: head,
    });
    expect([refused.status, field(refused, "message")]).toEqual([
      403,
      "You must authenticate via a GitHub App.",
    ]);
    expect((await merge(pull)).status).toBe(200);
  });

  test("lists of them have pages, and name the App", async () => {
    const head = await one.branch("listed", { "l.txt": "1" });
    for (const name of ["a", "b", "c"]) {
      await world.local.writeCheckRun(one.at, { name, headSha: head, conclusion: "success" });
      await one.api("POST", `/statuses/${head}`, { state: "success", context: name });
    }
    const runs = await one.api("GET", `/commits/${head}/check-runs?per_page=2&page=2`);
    expect(runs.body).toMatchObject({
      total_count: 3,
      check_runs: [{ name: "c", app: { slug: "acme-ci" } }],
    });
    const status = await one.api("GET", `/commits/${head}/status?per_page=2&page=2`);
    expect(status.body).toMatchObject({ state: "success", total_count: 3, statuses: [{ context: "c" }] });
    const suites = await one.api("GET", `/commits/${head}/check-suites`);
    expect(suites.body).toMatchObject({ total_count: 1, check_suites: [{ app: { slug: "acme-ci" } }] });
  });
});

describe("approvals", () => {
  afterAll(() => world.local.setRules(one.at, "main", {}));

  test("count from those who may write, and are void after a push where that is asked for", async () => {
    world.local.setRules(one.at, "main", { pullRequest: { approvals: 1, dismissStaleReviews: true } });
    const { pull } = await branchWithPull("approved");
    for (const [login, role] of [
      ["mona", "write"],
      ["guest", "triage"],
    ] as const) {
      world.local.addCollaborator(one.at, login, role);
    }
    const approve = (login: string) =>
      world.api(world.local.mintUserToken(login), "POST", `${one.path}/pulls/${pull}/reviews`, {
        event: "APPROVE",
      });
    const missing = /At least 1 approving review is required by reviewers with write access/;
    await approve("guest");
    expect(field(await merge(pull), "message")).toMatch(missing);
    await approve("mona");
    await one.branch("approved", { "more.txt": "1" }, "approved");
    expect(field(await merge(pull), "message")).toMatch(missing);
    await approve("mona");
    expect((await merge(pull)).status).toBe(200);
  });
});

test("signatures: a pushed commit has none, one that an App makes by the API has", async () => {
  world.local.setRules(one.at, "main", { requiredSignatures: true });
  const { pull } = await branchWithPull("unsigned");
  expect(field(await merge(pull), "message")).toContain("Commits must have verified signatures.");
  const job = world.job(one.name, WRITE).token;
  const api = (method: string, path: string, body: unknown) =>
    world.api(job, method, `${one.path}${path}`, body);
  const main = await one.head("main");
  const tree = await api("POST", "/git/trees", {
    base_tree: main,
    tree: [{ path: "signed.txt", mode: "100644", type: "blob", content: "1" }],
  });
  const body = { message: "feat: signed", tree: field(tree, "sha"), parents: [main] };
  const commit = await api("POST", "/git/commits", body);
  await api("POST", "/git/refs", { ref: "refs/heads/signed", sha: field(commit, "sha") });
  expect((await merge(await one.pull("signed"))).status).toBe(200);
  world.local.setRules(one.at, "main", {});
});

test("a queue's branches, and the branch that has one, are the queue's alone", async () => {
  world.local.setRules(one.at, "queued", { mergeQueue: {} });
  await one.git("branch", "queued", "main");
  const work = world.folder();
  await git(work, "clone", "-q", one.url(world.owner), ".");
  await git(work, "commit", "-q", "--allow-empty", "-m", "x");
  await expect(git(work, "push", "-q", "origin", "HEAD:queued")).rejects.toThrow(
    /Changes must be made through the merge queue/,
  );
  await expect(git(work, "push", "-q", "origin", "HEAD:gh-readonly-queue/main/x")).rejects.toThrow(
    /merge queue/,
  );
});
