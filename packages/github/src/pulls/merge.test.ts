import { afterEach, describe, expect, test } from "@jest/globals";
import { type Answer, type ScriptedServer, scripted } from "../../testing/http.ts";
import { type MergeWay, mergePull } from "./merge.ts";

const sha = "a".repeat(40);
const other = "b".repeat(40);
const mergeSha = "c".repeat(40);
const uuid = "8f14e45f-ceea-467f-a8d3-0242ac120002";

const pending = (headSha = sha): Answer => ({
  status: headSha === sha ? 202 : 409,
  body: { status: "pending", details: { message: "", uuid, expected_head_sha: headSha } },
});
const merged: Answer = { status: 200, body: { status: "merged", details: { message: "", sha: mergeSha } } };
const enqueued: Answer = { status: 200, body: { status: "enqueued", details: { message: "Added." } } };
const failed = (message: string, status = 200): Answer => ({
  status,
  body: { status: "failed", details: { message } },
});
const pull = (more: Record<string, unknown> = {}): Answer => ({
  status: 200,
  body: {
    number: 7,
    title: "t",
    state: "open",
    merged_at: null,
    head: { ref: "task/1-a", sha },
    base: { ref: "main", sha: other },
    ...more,
  },
});
const done = pull({ state: "closed", merged_at: "2026-11-20T10:00:00Z", merge_commit_sha: mergeSha });
const events = (...names: string[]): Answer => ({ status: 200, body: names.map((event) => ({ event })) });
const missing: Answer = { status: 404, body: { message: "Not Found" } };

let server: ScriptedServer;
afterEach(() => server.close());
const answers = async (...said: Answer[]) => {
  server = await scripted((_, index) => said[index] ?? { status: 500, body: { message: "not scripted" } });
};
const words = () => ({ title: "T", message: "M" });
const SQUASH: readonly MergeWay[] = [{ method: "squash", words }];
const merge = (more: { deadline?: Date; ways?: readonly MergeWay[] } = {}) =>
  mergePull(server.github, { number: 7, sha, ways: SQUASH, ...more });
const asked = () =>
  server.seen.map(({ method, path }) => `${method} ${path.replace("/repos/octo/clock", "")}`);

describe("an asynchronous merge", () => {
  test("is asked for and waited for", async () => {
    await answers(pending(), pending(), merged);
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: false });
    expect(asked()).toEqual([
      "PUT /pulls/7/merge-async",
      `GET /pulls/7/merge-async/${uuid}`,
      `GET /pulls/7/merge-async/${uuid}`,
    ]);
    expect(server.seen[0]?.body).toEqual({
      sha,
      commit_title: "T",
      commit_message: "M",
      merge_method: "squash",
      merge_action: "default",
    });
  });

  test.each<[string, Answer[], unknown]>([
    ["merged before", [merged, done], { kind: "merged", sha: mergeSha, found: true }],
    [
      "merged before at another head",
      [merged, pull({ head: { ref: "x", sha: other } })],
      { kind: "moved", headSha: other },
    ],
    ["a draft", [failed("Draft", 400), pull({ draft: true })], { kind: "notMergeable", reason: "Draft" }],
    [
      "closed",
      [failed("Closed", 400), pull({ state: "closed" })],
      { kind: "notMergeable", reason: "Pull request #7 was closed without merging." },
    ],
    [
      "a rule",
      [pending(), failed("Needs 1 approval"), pull()],
      { kind: "notMergeable", reason: "Needs 1 approval" },
    ],
    [
      "a push meanwhile",
      [pending(), failed("Head changed"), pull({ head: { ref: "x", sha: other } })],
      { kind: "moved", headSha: other },
    ],
    [
      "the base moved",
      [pending(), failed("Base branch was modified. Review and try the merge again."), pull()],
      { kind: "baseModified" },
    ],
    [
      "under way for another head",
      [pending(other), pull()],
      { kind: "notMergeable", reason: `A merge of ${other} is under way.` },
    ],
    [
      "refused by validation",
      [{ status: 422, body: { message: "Validation Failed" } }, pull()],
      { kind: "notMergeable", reason: "Validation Failed" },
    ],
    ["a result that is lost", [pending(), missing, done], { kind: "merged", sha: mergeSha, found: true }],
  ])("ends: %s", async (_, said, result) => {
    await answers(...said);
    expect(await merge()).toEqual(result);
    expect(server.seen).toHaveLength(said.length);
  });

  test("joins a request for the same head that is already under way", async () => {
    await answers({ ...(pending() as object), status: 409 } as Answer, merged);
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: true });
  });

  test("reads the pull request before it asks again after a lost answer", async () => {
    await answers("cut", pull(), pending(), merged);
    expect(await merge()).toMatchObject({ kind: "merged", found: false });
    expect(asked()[1]).toBe("GET /pulls/7");
    await server.close();
    await answers("cut", done);
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: true });
    expect(server.seen).toHaveLength(2);
  });

  test("that GitHub is still at by the deadline is told as such", async () => {
    server = await scripted(() => pending());
    const deadline = new Date(server.clock.now().getTime() + 10_000);
    expect(await merge({ deadline })).toEqual({ kind: "queued", where: "background" });
    expect(server.clock.now() <= deadline).toBe(true);
  });
});

describe("a merge queue", () => {
  test("is waited for until the deadline", async () => {
    server = await scripted(({ path }, index) =>
      index === 0 ? enqueued : path.includes("/events") ? events("added_to_merge_queue") : pull(),
    );
    const deadline = new Date(server.clock.now().getTime() + 60_000);
    expect(await merge({ deadline })).toEqual({ kind: "queued", where: "queue" });
    expect(server.clock.now() <= deadline).toBe(true);
    expect(server.seen.length).toBeLessThan(12);
  });

  test("merges", async () => {
    await answers(pending(), enqueued, pull(), events("added_to_merge_queue"), done);
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: false });
  });

  test("puts a pull request out, and takes a merged one out", async () => {
    const out = events("added_to_merge_queue", "labeled", "removed_from_merge_queue");
    await answers(enqueued, pull(), out, pull());
    expect(await merge()).toEqual({
      kind: "notMergeable",
      reason:
        "The merge queue has put #7 out: a check failed on the merged result, it conflicts, or a person removed it.",
    });
    await server.close();
    await answers(enqueued, pull(), out, done);
    expect(await merge()).toMatchObject({ kind: "merged", sha: mergeSha });
  });

  test("has a method of its own", async () => {
    const refusal = "merge_method is not supported when merging by a merge queue";
    await answers({ status: 422, body: { message: refusal } }, enqueued, done);
    expect(await merge()).toMatchObject({ kind: "merged" });
    expect(server.seen[1]?.body).not.toHaveProperty("merge_method");
  });
});

describe("a server without the asynchronous merge", () => {
  const plain: Answer = { status: 200, body: { sha: mergeSha, merged: true, message: "" } };

  test.each([404, 405])("answers %i, is asked once, and merges plainly", async (status) => {
    await answers({ status, body: { message: "Not Found" } }, plain, plain);
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: false });
    expect(await merge()).toEqual({ kind: "merged", sha: mergeSha, found: false });
    expect(asked()).toEqual(["PUT /pulls/7/merge-async", "PUT /pulls/7/merge", "PUT /pulls/7/merge"]);
  });
});

describe("a method that is not allowed", () => {
  const no = (method: string) => `${method} merges are not allowed on this repository.`;
  const linear = "Repository rule violations found\n\nThis branch must not contain merge commits.\n\n";
  const ways: readonly MergeWay[] = [
    { method: "merge", words },
    { method: "rebase" },
    { method: "squash", words: () => ({ title: "S", message: "all of it" }) },
  ];
  const methods = () =>
    server.seen.flatMap(({ method, body }) =>
      method === "PUT" ? [(body as { merge_method: string }).merge_method] : [],
    );

  test.each<[string, Answer[]]>([
    ["told in the result", [pending(), failed(linear), pending(), failed("This branch can't be rebased")]],
    ["told at once, with 422", [422, 422].map((status) => ({ status, body: { message: no("Squash") } }))],
    ["told at once, with 405", [405, 405].map((status) => ({ status, body: { message: no("Rebase") } }))],
  ])("is followed by the next way, in the same call: %s", async (_, refusals) => {
    await answers(...refusals, pending(), merged);
    expect(await merge({ ways })).toEqual({ kind: "merged", sha: mergeSha, found: false });
    expect(methods()).toEqual(["merge", "rebase", "squash"]);
    const bodies = server.seen.flatMap(({ method, body }) => (method === "PUT" ? [body] : []));
    expect(bodies[1]).not.toHaveProperty("commit_title");
    expect(bodies[2]).toMatchObject({ commit_title: "S", commit_message: "all of it" });
  });

  test("is followed by the next way by the plain merge, too", async () => {
    const absent = { status: 404, body: { message: "Not Found" } };
    const refused = (message: string) => ({ status: 405, body: { message } });
    const plain = { status: 200, body: { sha: mergeSha, merged: true, message: "" } };
    await answers(absent, refused("Merge commits are not allowed on this repository."), plain);
    expect(await merge({ ways })).toEqual({ kind: "merged", sha: mergeSha, found: false });
    expect(asked()).toEqual(["PUT /pulls/7/merge-async", "PUT /pulls/7/merge", "PUT /pulls/7/merge"]);
  });

  test("leaves none: each refusal is told", async () => {
    await answers(
      pending(),
      failed(linear),
      pending(),
      failed(no("Rebase")),
      pending(),
      failed(no("Squash")),
    );
    expect(await merge({ ways })).toEqual({
      kind: "noMethod",
      refusals: [
        { method: "merge", reason: "This branch must not contain merge commits." },
        { method: "rebase", reason: no("Rebase") },
        { method: "squash", reason: no("Squash") },
      ],
    });
  });

  test("is no reason to pass by another refusal", async () => {
    await answers(pending(), failed(linear), pending(), failed("Needs 1 approval"), pull());
    expect(await merge({ ways })).toEqual({ kind: "notMergeable", reason: "Needs 1 approval" });
  });
});
