import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import {
  createWorld,
  field,
  type Reply,
  type TestRepository,
  text,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a\n" });
});

beforeEach(() => {
  world.local.setRules(one.at, "main", {});
  world.events.length = 0;
});

afterAll(() => world.close());

let made = 0;
async function newPull(
  files?: Record<string, string>,
): Promise<{ pull: number; head: string; name: string }> {
  const name = `branch${++made}`;
  const head = await one.branch(name, files ?? { [`${name}.txt`]: "1" });
  return { pull: await one.pull(name), head, name };
}

const submit = (pull: number, body?: unknown) => one.api("PUT", `/pulls/${pull}/merge-async`, body);

/** Asks until the request is no longer pending. */
async function settled(pull: number, reply: Reply): Promise<Reply> {
  for (;;) {
    const now = await one.api("GET", `/pulls/${pull}/merge-async/${text(reply, "details.uuid")}`);
    if (field(now, "status") !== "pending") return now;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const isMerged = async (pull: number) => (await one.api("GET", `/pulls/${pull}/merge`)).status === 204;

describe("merging in the background", () => {
  test("is taken in, then done, then known", async () => {
    const { pull, head } = await newPull();
    const reply = await submit(pull, { merge_method: "squash", sha: head });
    expect([reply.status, reply.body]).toMatchObject([
      202,
      {
        status: "pending",
        details: { merge_method: "squash", merge_action: "default", expected_head_sha: head },
      },
    ]);
    const done = await settled(pull, reply);
    expect(done.body).toEqual({
      status: "merged",
      details: { message: "Pull request was merged.", sha: await one.head("main") },
    });
    const again = await submit(pull);
    expect([again.status, field(again, "status"), field(again, "details.sha")]).toEqual([
      200,
      "merged",
      await one.head("main"),
    ]);
  });

  test("a second request is told of the first", async () => {
    const { pull } = await newPull();
    const [first, second] = await Promise.all([submit(pull), submit(pull, { merge_method: "rebase" })]);
    expect([first.status, second.status].sort()).toEqual([202, 409]);
    expect(field(second, "details.uuid")).toBe(field(first, "details.uuid"));
    await settled(pull, first);
  });

  test("of a draft or a closed pull request is refused at once", async () => {
    const { pull } = await newPull();
    await world.local.setDraft(one.at, pull, true, "acme");
    expect(await submit(pull)).toMatchObject({ status: 400, body: { status: "failed" } });
    await one.api("PATCH", `/pulls/${pull}`, { state: "closed" });
    expect(await submit(pull)).toMatchObject({
      status: 400,
      body: { status: "failed", details: { message: "Pull request is closed." } },
    });
  });

  test.each([
    [
      "a conflict",
      async () => {
        const { pull } = await newPull({ "a.txt": "theirs\n" });
        await one.branch("main", { "a.txt": `ours ${made}\n` }, "main");
        return { pull, body: {} };
      },
      /conflict/,
    ],
    [
      "another head",
      async () => ({ ...(await newPull()), body: { sha: "0".repeat(40) } }),
      /Head branch was modified/,
    ],
    [
      "an unmet rule",
      async () => {
        world.local.setRules(one.at, "main", {
          requiredStatusChecks: { checks: [{ context: "CI" }], strict: false },
        });
        return { ...(await newPull()), body: {} };
      },
      /"CI" is expected/,
    ],
    [
      "a queue that is passed by",
      async () => {
        world.local.setRules(one.at, "main", { mergeQueue: {} });
        return { ...(await newPull()), body: { merge_action: "direct_merge" } };
      },
      /through the merge queue/,
    ],
    [
      "a queue that is not there",
      async () => ({ ...(await newPull()), body: { merge_action: "merge_queue" } }),
      /no merge queue/,
    ],
  ])("fails, with the reason, for %s", async (_, prepare, message) => {
    const { pull, body } = await prepare();
    const done = await settled(pull, await submit(pull, body));
    expect([field(done, "status"), field(done, "details.message")]).toEqual([
      "failed",
      expect.stringMatching(message),
    ]);
  });

  test("needs the permission to write, and knows only its own requests", async () => {
    const { pull } = await newPull();
    const job = world.job(one.name, { ...WRITE, contents: "read" }).token;
    const path = `${one.path}/pulls/${pull}/merge-async`;
    expect((await world.api(job, "PUT", path, {})).status).toBe(403);
    expect((await one.api("GET", `/pulls/${pull}/merge-async/nothing`)).status).toBe(404);
  });

  test("is not there where it is switched off", async () => {
    const server = await createWorld({ mergeAsync: false });
    server.expectErrors(({ unknownRoute }) => unknownRoute);
    const repository = await server.repository({ "a.txt": "a" });
    expect((await repository.api("PUT", "/pulls/1/merge-async")).status).toBe(404);
    await server.close();
  });
});

describe("a merge queue", () => {
  const rules = (contexts: readonly string[] = []) =>
    world.local.setRules(one.at, "main", {
      mergeQueue: {},
      ...(contexts.length
        ? { requiredStatusChecks: { checks: contexts.map((context) => ({ context })), strict: false } }
        : {}),
    });
  const enqueue = async (pull: number) => settled(pull, await submit(pull));
  const groups = () => world.events.filter(({ name }) => name === "merge_group");
  const report = (headSha: string, conclusion: "success" | "failure") =>
    world.local.writeCheckRun(one.at, { name: "CI", headSha, conclusion });
  const events = async (pull: number) =>
    ((await one.api("GET", `/issues/${pull}/events`)).body as { event: string }[]).map(({ event }) => event);

  test("refuses a plain merge, and merges at once when no check is required", async () => {
    rules();
    const { pull } = await newPull();
    const plain = await one.api("PUT", `/pulls/${pull}/merge`, {});
    expect([plain.status, field(plain, "message")]).toEqual([
      405,
      "Repository rule violations found\n\nChanges must be made through the merge queue\n\n",
    ]);
    expect((await enqueue(pull)).body).toEqual({
      status: "enqueued",
      details: { message: "Pull request was added to the merge queue." },
    });
    await until(() => isMerged(pull));
    await until(() => world.local.queued(one.at, "main").length === 0);
    expect(await events(pull)).toEqual(["added_to_merge_queue", "merged", "closed"]);
    expect((await one.git("for-each-ref", "refs/heads/gh-readonly-queue")).trim()).toBe("");
  });

  test("asks for the checks of the very commit that it merges, one pull request after another", async () => {
    rules(["CI"]);
    const [a, b] = [await newPull(), await newPull()];
    for (const { head } of [a, b]) await report(head, "success");
    world.events.length = 0;
    for (const { pull } of [a, b]) expect(field(await enqueue(pull), "status")).toBe("enqueued");
    await until(() => groups().length === 1);
    expect(world.local.queued(one.at, "main")).toEqual([a.pull, b.pull]);
    expect(await submit(a.pull)).toMatchObject({ status: 200, body: { status: "enqueued" } });
    const first = groups()[0];
    const base = await one.head("main");
    expect(first).toMatchObject({
      ref: `refs/heads/gh-readonly-queue/main/pr-${a.pull}-${base}`,
      actor: "github-merge-queue[bot]",
      payload: {
        action: "checks_requested",
        merge_group: { base_ref: "refs/heads/main", base_sha: base, head_sha: first?.sha },
      },
    });
    await report(first?.sha ?? "", "success");
    await until(() => groups().length === 2);
    expect(await one.head("main")).toBe(first?.sha);
    const second = groups()[1];
    expect(second).toMatchObject({ payload: { merge_group: { base_sha: first?.sha } } });
    await report(second?.sha ?? "", "success");
    await until(() => isMerged(b.pull));
    expect(await one.head("main")).toBe(second?.sha);
    const ended = () => world.events.filter(({ payload }) => payload.action === "closed");
    await until(() => ended().length === 2);
    const closed = ended();
    expect(closed.map(({ payload }) => field(payload, "pull_request.number"))).toEqual([a.pull, b.pull]);
  });

  test("takes in nothing whose rules are not met", async () => {
    rules(["CI"]);
    const { pull } = await newPull();
    expect((await enqueue(pull)).body).toMatchObject({
      status: "failed",
      details: { message: expect.stringContaining('"CI" is expected') },
    });
  });

  test.each([
    [
      "a check that fails",
      (pull: number, sha: string) => report(sha, "failure").then(() => pull),
      "CI_FAILURE",
    ],
    [
      "a push to the pull request",
      async (pull: number) => one.branch(`branch${made}`, { "more.txt": `${pull}` }, `branch${made}`),
      "MANUAL",
    ],
    ["closing it", (pull: number) => one.api("PATCH", `/pulls/${pull}`, { state: "closed" }), "MANUAL"],
  ])("puts out: %s", async (_, happen, reason) => {
    rules(["CI"]);
    const { pull, head } = await newPull();
    await report(head, "success");
    world.events.length = 0;
    await enqueue(pull);
    await until(() => groups().length === 1);
    const before = await one.head("main");
    await happen(pull, groups()[0]?.sha ?? "");
    const gone = () => world.events.find(({ payload }) => payload.action === "dequeued");
    await until(async () => (await events(pull)).includes("removed_from_merge_queue"));
    await until(() => gone() !== undefined);
    expect(gone()).toMatchObject({
      name: "pull_request",
      payload: { reason, pull_request: { merged: false } },
    });
    expect([await one.head("main"), world.local.queued(one.at, "main")]).toEqual([before, []]);
  });

  test("puts out what conflicts, and goes on with the next", async () => {
    rules();
    const { pull } = await newPull({ "a.txt": "one side\n" });
    world.local.setRules(one.at, "main", {});
    await one.branch("main", { "a.txt": `the other side ${made}\n` }, "main");
    rules();
    const fine = await newPull();
    await enqueue(pull);
    await enqueue(fine.pull);
    await until(() => isMerged(fine.pull));
    expect(await events(pull)).toEqual(["added_to_merge_queue", "removed_from_merge_queue"]);
  });

  test("gives up on checks that never report", async () => {
    world.local.setRules(one.at, "main", {
      mergeQueue: { timeoutMs: 20 },
      requiredStatusChecks: { checks: [{ context: "CI" }], strict: false },
    });
    const { pull, head } = await newPull();
    await report(head, "success");
    await enqueue(pull);
    await until(() => world.events.some(({ payload }) => payload.reason === "CI_TIMEOUT"));
    expect(await isMerged(pull)).toBe(false);
  });
});
