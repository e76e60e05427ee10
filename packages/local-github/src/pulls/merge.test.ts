import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
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

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

const FILES = { "a.txt": "one\ntwo\nthree\n", "keep.txt": "k\n" };
const merge = (one: TestRepository, pull: number, body: unknown = {}) =>
  one.api("PUT", `/pulls/${pull}/merge`, body);
const said = (reply: Reply) => [reply.status, field(reply, "message")];
const tree = (one: TestRepository, ref: string) => one.git("ls-tree", "-r", "--name-only", ref);
const message = (one: TestRepository, ref: string) => one.git("log", "-1", "--format=%B", ref);
const parents = async (one: TestRepository, ref: string) =>
  (await one.git("log", "-1", "--format=%P", ref)).split(" ").filter(Boolean);

describe("ways to merge", () => {
  test("a merge commit has two parents, both sides' files, and GitHub's message", async () => {
    const one = await world.repository(FILES);
    const head = await one.branch("topic", { "b.txt": "b" });
    const base = await one.branch("main", { "c.txt": "c" }, "main", "feat: c");
    const pull = await one.pull("topic", { title: "feat: b" });
    const reply = await merge(one, pull, { sha: head });
    expect(reply.body).toMatchObject({
      merged: true,
      sha: await one.head("main"),
      message: "Pull Request successfully merged",
    });
    expect(await parents(one, "main")).toEqual([base, head]);
    expect(await tree(one, "main")).toBe("a.txt\nb.txt\nc.txt\nkeep.txt");
    expect(await message(one, "main")).toBe(`Merge pull request #${pull} from acme/topic\n\nfeat: b`);
    const after = await one.api("GET", `/pulls/${pull}`);
    expect(after.body).toMatchObject({
      merged: true,
      state: "closed",
      merge_commit_sha: text(reply, "sha"),
      merged_by: { login: "acme" },
    });
    expect((await one.api("GET", `/pulls/${pull}/merge`)).status).toBe(204);
  });

  test("a squash of one commit takes its message, of several it lists them", async () => {
    const one = await world.repository(FILES);
    await one.branch("single", { "b.txt": "b" }, "main", "feat: b\n\nwhy it is so");
    const single = await one.pull("single", { title: "other title" });
    expect((await merge(one, single, { merge_method: "squash" })).status).toBe(200);
    expect(await message(one, "main")).toBe(`feat: b (#${single})\n\nwhy it is so`);

    const before = await one.head("main");
    await one.branch("several", { "c.txt": "c" }, "main", "feat: c");
    await one.branch("several", { "d.txt": "d" }, "several", "fix: d");
    const several = await one.pull("several", { title: "feat: c and d" });
    expect((await merge(one, several, { merge_method: "squash" })).status).toBe(200);
    expect(await parents(one, "main")).toEqual([before]);
    expect(await message(one, "main")).toBe(`feat: c and d (#${several})\n\n* feat: c\n\n* fix: d`);
    expect(await tree(one, "main")).toBe("a.txt\nb.txt\nc.txt\nd.txt\nkeep.txt");
  });

  test("title and message of the caller's own, and none at all", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    const body = { merge_method: "squash", commit_title: "feat: mine", commit_message: "Refs: #1" };
    expect((await merge(one, pull, body)).status).toBe(200);
    expect(await message(one, "main")).toBe("feat: mine\n\nRefs: #1");
    await one.branch("quiet", { "c.txt": "c" });
    await merge(one, await one.pull("quiet"), { commit_title: "quiet", commit_message: "" });
    expect(await message(one, "main")).toBe("quiet");
  });

  test("a rebase replays each commit with its author onto the base", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "b.txt": "b" }, "main", "feat: b");
    await one.branch("topic", { "c.txt": "c" }, "topic", "feat: c");
    const base = await one.branch("main", { "z.txt": "z" }, "main", "feat: z");
    expect((await merge(one, await one.pull("topic"), { merge_method: "rebase" })).status).toBe(200);
    expect(await one.git("log", "--format=%s", `${base}..main`)).toBe("feat: c\nfeat: b");
    expect(await tree(one, "main")).toBe("a.txt\nb.txt\nc.txt\nkeep.txt\nz.txt");
  });

  test("a change of another hunk of the same file, a rename and a removal all arrive", async () => {
    const one = await world.repository({
      "a.txt": Array.from({ length: 20 }, (_, at) => `${at}\n`).join(""),
      "gone.txt": "g",
      "old.txt": "content\nthat\nstays\n",
    });
    const lines = (change: Record<number, string>) =>
      Array.from({ length: 20 }, (_, at) => `${change[at] ?? at}\n`).join("");
    await one.branch("topic", {
      "a.txt": lines({ 1: "topic" }),
      "gone.txt": null,
      "old.txt": null,
      "new.txt": "content\nthat\nstays\n",
    });
    await one.branch(
      "main",
      { "a.txt": lines({ 18: "main" }), "old.txt": "content\nthat\nstays\nlonger\n" },
      "main",
    );
    expect((await merge(one, await one.pull("topic"))).status).toBe(200);
    expect(await one.git("show", "main:a.txt")).toBe(lines({ 1: "topic", 18: "main" }).trim());
    expect(await one.git("show", "main:new.txt")).toBe("content\nthat\nstays\nlonger");
    expect(await tree(one, "main")).toBe("a.txt\nnew.txt");
  });
});

describe("what a merge is refused for", () => {
  test("another head than the caller has seen: 409", async () => {
    const one = await world.repository(FILES);
    const seen = await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    const next = await one.branch("topic", { "b.txt": "c" }, "topic");
    expect(said(await merge(one, pull, { sha: seen }))).toEqual([
      409,
      "Head branch was modified. Review and try the merge again.",
    ]);
    expect((await merge(one, pull, { sha: next })).status).toBe(200);
  });

  test("conflict, draft, closed and merged already: 405; a way that the repository does not allow: 405", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "a.txt": "TOPIC\ntwo\nthree\n" });
    const pull = await one.pull("topic");
    const base = await one.branch("main", { "a.txt": "MAIN\ntwo\nthree\n" }, "main");
    for (const method of ["merge", "squash", "rebase"])
      expect((await merge(one, pull, { merge_method: method })).status).toBe(405);
    expect(await one.head("main")).toBe(base);
    await one.api("GET", `/pulls/${pull}`);
    expect((await one.api("PATCH", `/pulls/${pull}`, { state: "closed" })).status).toBe(200);
    expect(said(await merge(one, pull))).toEqual([405, "Pull Request is not mergeable"]);

    await one.branch("draft", { "b.txt": "b" });
    expect(said(await merge(one, await one.pull("draft", { draft: true })))).toEqual([
      405,
      "Pull Request is still a draft",
    ]);
    await one.branch("done", { "c.txt": "c" });
    const done = await one.pull("done");
    expect((await merge(one, done)).status).toBe(200);
    expect((await merge(one, done)).status).toBe(405);
    expect((await merge(one, 9999)).status).toBe(404);
    expect((await one.api("PATCH", `/pulls/${done}`, { state: "open" })).status).toBe(422);
  });

  test("unmet rules name what is missing; once met, it merges", async () => {
    const one = await world.repository(FILES);
    world.local.setRules(one.at, "main", {
      pullRequest: { approvals: 1 },
      requiredStatusChecks: { strict: true, checks: [{ context: "Slipway", integrationId: 15368 }] },
    });
    const head = await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    const first = await merge(one, pull);
    expect(first.status).toBe(405);
    expect(text(first, "message")).toContain('Required status check "Slipway" is expected.');
    expect(text(first, "message")).toContain("At least 1 approving review is required");
    // A status of that name is from no App, so it does not count.
    await one.api("POST", `/statuses/${head}`, { state: "success", context: "Slipway" });
    expect(text(await merge(one, pull), "message")).toContain("Slipway");
    const job = world.job(one.name, WRITE).token;
    await world.api(job, "POST", `${one.path}/check-runs`, {
      name: "Slipway",
      head_sha: head,
      conclusion: "success",
    });
    const approved = await world.api(job, "POST", `${one.path}/pulls/${pull}/reviews`, { event: "APPROVE" });
    expect(field(approved, "state")).toBe("APPROVED");
    expect((await merge(one, pull)).status).toBe(200);
  });

  test("a base that is strict and has moved on", async () => {
    const one = await world.repository(FILES);
    const head = await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    await one.branch("main", { "c.txt": "c" }, "main");
    world.local.setRules(one.at, "main", { requiredStatusChecks: { strict: true, checks: [] } });
    expect(text(await merge(one, pull), "message")).toContain("must be up-to-date");
    expect((await one.api("PUT", `/pulls/${pull}/update-branch`, { expected_head_sha: head })).status).toBe(
      202,
    );
    expect((await merge(one, pull)).status).toBe(200);
  });

  test("two merges into one base at once: both arrive or one is told that the base was modified", async () => {
    const one = await world.repository(FILES);
    const pulls = await Promise.all(
      ["x", "y", "z"].map(async (name) => {
        await one.branch(name, { [`${name}.txt`]: name });
        return one.pull(name);
      }),
    );
    const replies = await Promise.all(pulls.map((pull) => merge(one, pull)));
    for (const reply of replies.filter(({ status }) => status !== 200)) {
      expect(said(reply)).toEqual([405, "Base branch was modified. Review and try the merge again."]);
    }
    expect(replies.some(({ status }) => status === 200)).toBe(true);
    for (const [at, reply] of replies.entries())
      if (reply.status !== 200) expect((await merge(one, pulls[at] ?? 0)).status).toBe(200);
    expect(await tree(one, "main")).toBe("a.txt\nkeep.txt\nx.txt\ny.txt\nz.txt");
  });

  test("one pull request is merged once, however many ask", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    const replies = await Promise.all([1, 2, 3].map(() => merge(one, pull)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await one.git("rev-list", "--count", "--merges", "main")).toBe("1");
  });
});

describe("bringing a branch up to date", () => {
  test("202 moves the head; wrong head, nothing new, conflict and closed are 422", async () => {
    const one = await world.repository(FILES);
    const head = await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    const update = (body: unknown = {}) => one.api("PUT", `/pulls/${pull}/update-branch`, body);
    expect((await update()).status).toBe(422);
    const base = await one.branch("main", { "c.txt": "c" }, "main");
    expect((await update({ expected_head_sha: base })).status).toBe(422);
    expect((await update({ expected_head_sha: head })).status).toBe(202);
    expect(await parents(one, "topic")).toEqual([head, base]);
    expect(await message(one, "topic")).toBe("Merge branch 'main' into topic");
    expect(field(await one.api("GET", `/pulls/${pull}`), "head.sha")).toBe(await one.head("topic"));
    await one.branch("main", { "b.txt": "other" }, "main");
    expect((await update()).status).toBe(422);
    await one.api("PATCH", `/pulls/${pull}`, { state: "closed" });
    expect((await update()).status).toBe(422);
  });
});

describe("pull requests by themselves", () => {
  test("mergeability is told after it was asked for", async () => {
    const one = await world.repository(FILES);
    await one.branch("good", { "b.txt": "b" });
    await one.branch("bad", { "a.txt": "BAD\ntwo\nthree\n" });
    const [good, bad] = [await one.pull("good"), await one.pull("bad")];
    await one.branch("main", { "a.txt": "MAIN\ntwo\nthree\n" }, "main");
    const settled = async (pull: number) => {
      for (;;) {
        const reply = await one.api("GET", `/pulls/${pull}`);
        if (field(reply, "mergeable") !== null)
          return [field(reply, "mergeable"), field(reply, "mergeable_state")];
      }
    };
    expect(await settled(good)).toEqual([true, "clean"]);
    expect(await settled(bad)).toEqual([false, "dirty"]);
  });

  test("refused: a second for the same branches, no commits, unknown branches, no common history", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "b.txt": "b" });
    await one.pull("topic");
    const open = (head: string, base = "main") => one.api("POST", "/pulls", { head, base, title: "t" });
    expect(field(await open("topic"), "errors.0.message")).toBe(
      "A pull request already exists for acme:topic.",
    );
    expect(field(await open("main"), "errors.0.message")).toBe("No commits between main and main");
    expect((await open("nowhere")).status).toBe(422);
    expect((await open("topic", "nowhere")).status).toBe(422);
    expect((await open("stranger:topic")).status).toBe(422);
    expect((await one.api("POST", "/pulls", { head: "topic", base: "main" })).status).toBe(422);
  });

  test("a pull request whose commits reach its base by a push is merged; one whose branch goes is closed", async () => {
    const one = await world.repository(FILES);
    const head = await one.branch("topic", { "b.txt": "b" });
    const pull = await one.pull("topic");
    await one.branch("gone", { "c.txt": "c" });
    const gone = await one.pull("gone");
    expect((await one.api("PATCH", "/git/refs/heads/main", { sha: head })).status).toBe(200);
    expect((await one.api("GET", `/pulls/${pull}`)).body).toMatchObject({ merged: true, state: "closed" });
    expect((await one.api("DELETE", "/git/refs/heads/gone")).status).toBe(204);
    expect((await one.api("GET", `/pulls/${gone}`)).body).toMatchObject({ merged: false, state: "closed" });
  });

  test("merging one branch into another by the API: 201, 204 when there is nothing to do, 409, 404", async () => {
    const one = await world.repository(FILES);
    await one.branch("topic", { "a.txt": "TOPIC\ntwo\nthree\n" });
    const into = (base: string, head: string) => one.api("POST", "/merges", { base, head });
    await one.branch("side", { "b.txt": "b" });
    expect((await into("side", "topic")).status).toBe(201);
    expect((await into("side", "topic")).status).toBe(204);
    await one.branch("main", { "a.txt": "MAIN\ntwo\nthree\n" }, "main");
    expect(said(await into("main", "topic"))).toEqual([409, "Merge conflict"]);
    expect((await into("main", "nowhere")).status).toBe(404);
    expect((await into("nowhere", "main")).status).toBe(404);
  });
});
