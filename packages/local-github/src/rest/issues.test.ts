import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  column,
  createWorld,
  field,
  number,
  type TestRepository,
  text,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "one\n" });
});

afterAll(() => world.close());

async function issue(
  title = "t",
  more: Record<string, unknown> = {},
): Promise<{ number: number; id: number }> {
  const made = await one.api("POST", "/issues", { title, ...more });
  return { number: number(made, "number"), id: number(made, "id") };
}

describe("an issue", () => {
  test("has what was asked for and can be changed", async () => {
    const { number: at } = await issue("first", {
      body: "b",
      labels: ["bug", "new label"],
      assignees: ["acme", "nobody"],
    });
    const read = await one.api("GET", `/issues/${at}`);
    expect(read.body).toMatchObject({
      title: "first",
      body: "b",
      state: "open",
      assignees: [{ login: "acme" }],
      comments: 0,
    });
    expect(column(field(read, "labels"), "name")).toEqual(["bug", "new label"]);
    const closed = await one.api("PATCH", `/issues/${at}`, {
      state: "closed",
      state_reason: "not_planned",
      labels: [],
    });
    expect(closed.body).toMatchObject({
      state: "closed",
      state_reason: "not_planned",
      labels: [],
      closed_by: { login: "acme" },
    });
    expect((await one.api("PATCH", `/issues/${at}`, { state: "open" })).body).toMatchObject({
      state: "open",
      closed_at: null,
    });
    const events = column(await one.api("GET", `/issues/${at}/events`), "event");
    expect(events).toEqual([
      "labeled",
      "labeled",
      "assigned",
      "unlabeled",
      "unlabeled",
      "closed",
      "reopened",
    ]);
    expect((await one.api("GET", "/issues/99999")).status).toBe(404);
  });

  test("has a body of 65,536 characters at most, and so has a comment", async () => {
    const longest = "x".repeat(65_536);
    const { number: at } = await issue("long", { body: longest });
    expect((await one.api("POST", "/issues", { title: "x", body: `${longest}x` })).status).toBe(422);
    expect((await one.api("PATCH", `/issues/${at}`, { body: `${longest}x` })).status).toBe(422);
    expect((await one.api("POST", `/issues/${at}/comments`, { body: longest })).status).toBe(201);
    expect((await one.api("POST", `/issues/${at}/comments`, { body: `${longest}x` })).status).toBe(422);
    expect((await one.api("POST", `/issues/${at}/comments`, { body: "" })).status).toBe(422);
    expect((await one.api("POST", "/issues", { title: " " })).status).toBe(422);
    expect((await one.api("POST", "/issues", { title: "x".repeat(257) })).status).toBe(422);
  });

  test("keeps its comments in order; one may be changed and removed", async () => {
    const { number: at } = await issue();
    const ids: number[] = [];
    for (const body of ["a", "b", "c"])
      ids.push(number(await one.api("POST", `/issues/${at}/comments`, { body }), "id"));
    expect((await one.api("PATCH", `/issues/comments/${ids[1]}`, { body: "B" })).status).toBe(200);
    expect((await one.api("DELETE", `/issues/comments/${ids[0]}`)).status).toBe(204);
    expect(column(await one.api("GET", `/issues/${at}/comments`), "body")).toEqual(["B", "c"]);
    expect((await one.api("GET", `/issues/comments/${ids[0]}`)).status).toBe(404);
    const stranger = world.local.mintUserToken("stranger");
    expect(
      (await world.api(stranger, "PATCH", `${one.path}/issues/comments/${ids[1]}`, { body: "x" })).status,
    ).toBe(403);
  });

  test("is found by label, state, creator and time; pull requests are among them", async () => {
    await issue("wanted", { labels: ["slipway", "bug"] });
    await issue("other", { labels: ["slipway"] });
    expect(column(await one.api("GET", "/issues?labels=slipway,bug"), "title")).toEqual(["wanted"]);
    expect(column(await one.api("GET", "/issues?labels=slipway&direction=asc"), "title")).toEqual([
      "wanted",
      "other",
    ]);
    expect((await one.api("GET", "/issues?creator=nobody")).body).toEqual([]);
    expect((await one.api("GET", "/issues?since=2999-01-01T00:00:00Z")).body).toEqual([]);
    await one.branch("listed", { "listed.txt": "x" });
    const pull = await one.pull("listed");
    const found = await one.api("GET", "/issues?state=all");
    expect(field(found, "0")).toMatchObject({ number: pull, pull_request: {} });
  });
});

describe("labels", () => {
  test("are made, renamed, removed; a name is taken once, in whatever case", async () => {
    expect((await one.api("POST", "/labels", { name: "Slip:Way", color: "ededed" })).status).toBe(201);
    expect((await one.api("POST", "/labels", { name: "slip:way", color: "ededed" })).status).toBe(422);
    const { number: at } = await issue("l", { labels: ["SLIP:WAY"] });
    expect(column(await one.api("GET", `/issues/${at}/labels`), "name")).toEqual(["Slip:Way"]);
    expect((await one.api("PATCH", "/labels/Slip:Way", { new_name: "way", color: "000000" })).status).toBe(
      200,
    );
    expect(column(await one.api("GET", `/issues/${at}/labels`), "name")).toEqual(["way"]);
    expect((await one.api("DELETE", `/issues/${at}/labels/way`)).status).toBe(200);
    expect((await one.api("DELETE", `/issues/${at}/labels/way`)).status).toBe(404);
    expect((await one.api("DELETE", "/labels/way")).status).toBe(204);
    expect((await one.api("GET", "/labels/way")).status).toBe(404);
  });
});

describe("sub-issues", () => {
  const numbers = async (parent: number) =>
    column(await one.api("GET", `/issues/${parent}/sub_issues`), "number");

  test("stand in order, can be moved, and have one parent", async () => {
    const [parent, other, a, b, c] = await Promise.all(
      ["p", "o", "a", "b", "c"].map((title) => issue(title)),
    );
    if (!parent || !other || !a || !b || !c) throw new Error("unreachable");
    const add = (to: number, id: number, more = {}) =>
      one.api("POST", `/issues/${to}/sub_issues`, { sub_issue_id: id, ...more });
    for (const child of [a, b, c]) expect((await add(parent.number, child.id)).status).toBe(201);
    expect(await numbers(parent.number)).toEqual([a.number, b.number, c.number]);
    const move = (id: number, place: Record<string, number>) =>
      one.api("PATCH", `/issues/${parent.number}/sub_issues/priority`, { sub_issue_id: id, ...place });
    expect((await move(c.id, { before_id: a.id })).status).toBe(200);
    expect((await move(a.id, { after_id: b.id })).status).toBe(200);
    expect(await numbers(parent.number)).toEqual([c.number, b.number, a.number]);
    expect((await move(a.id, {})).status).toBe(422);
    expect((await move(a.id, { after_id: other.id })).status).toBe(422);

    expect((await add(parent.number, a.id)).status).toBe(422);
    expect((await add(other.number, a.id)).status).toBe(422);
    expect((await add(a.number, parent.id)).status).toBe(422);
    expect((await add(parent.number, parent.id)).status).toBe(422);
    expect((await add(parent.number, 1)).status).toBe(404);
    expect(field(await one.api("GET", `/issues/${a.number}/parent`), "number")).toBe(parent.number);
    expect((await add(other.number, a.id, { replace_parent: true })).status).toBe(201);
    expect(field(await one.api("GET", `/issues/${a.number}/parent`), "number")).toBe(other.number);
    expect(await numbers(parent.number)).toEqual([c.number, b.number]);
    await one.api("PATCH", `/issues/${b.number}`, { state: "closed" });
    const read = await one.api("GET", `/issues/${parent.number}`);
    expect(field(read, "sub_issues_summary")).toEqual({ total: 2, completed: 1, percent_completed: 50 });

    expect(
      (await one.api("DELETE", `/issues/${parent.number}/sub_issue`, { sub_issue_id: c.id })).status,
    ).toBe(200);
    expect(
      (await one.api("DELETE", `/issues/${parent.number}/sub_issue`, { sub_issue_id: c.id })).status,
    ).toBe(404);
    expect((await one.api("GET", `/issues/${c.number}/parent`)).status).toBe(404);
  });

  test("nest eight levels deep", async () => {
    const chain = [];
    for (let level = 0; level < 9; level++) chain.push(await issue(`level ${level}`));
    const replies = [];
    for (let level = 1; level < 9; level++) {
      replies.push(
        (
          await one.api("POST", `/issues/${chain[level - 1]?.number}/sub_issues`, {
            sub_issue_id: chain[level]?.id,
          })
        ).status,
      );
    }
    expect(replies).toEqual([201, 201, 201, 201, 201, 201, 201, 422]);
  });
});

test("dependencies: either side sees them, never in a circle", async () => {
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((title) => issue(title)));
  if (!a || !b || !c) throw new Error("unreachable");
  const block = (blocked: number, by: number) =>
    one.api("POST", `/issues/${blocked}/dependencies/blocked_by`, { issue_id: by });
  expect((await block(b.number, a.id)).status).toBe(201);
  expect((await block(c.number, b.id)).status).toBe(201);
  expect((await block(b.number, a.id)).status).toBe(422);
  expect((await block(a.number, c.id)).status).toBe(422);
  expect((await block(a.number, a.id)).status).toBe(422);
  expect(column(await one.api("GET", `/issues/${b.number}/dependencies/blocked_by`), "number")).toEqual([
    a.number,
  ]);
  expect(column(await one.api("GET", `/issues/${b.number}/dependencies/blocking`), "number")).toEqual([
    c.number,
  ]);
  expect(field(await one.api("GET", `/issues/${b.number}`), "issue_dependencies_summary")).toMatchObject({
    blocked_by: 1,
    blocking: 1,
  });
  expect((await one.api("DELETE", `/issues/${b.number}/dependencies/blocked_by/${a.id}`)).status).toBe(200);
  expect((await one.api("DELETE", `/issues/${b.number}/dependencies/blocked_by/${a.id}`)).status).toBe(404);
});

describe("closing keywords", () => {
  const state = async (at: number) => field(await one.api("GET", `/issues/${at}`), "state");

  test("of a pull request and of its commits count when it is merged into the default branch, and only there", async () => {
    const [byBody, byCommit, elsewhere, mentioned, foreign] = await Promise.all(
      [1, 2, 3, 4, 5].map((at) => issue(`k${at}`)),
    );
    if (!byBody || !byCommit || !elsewhere || !mentioned || !foreign) throw new Error("unreachable");
    await one.branch("side", { "side.txt": "s" });
    await one.branch("into-side", { "x.txt": "x" }, "side");
    const side = await one.pull("into-side", { base: "side", body: `Fixes #${elsewhere.number}` });
    expect((await one.api("PUT", `/pulls/${side}/merge`, {})).status).toBe(200);
    expect(await state(elsewhere.number)).toBe("open");

    await one.branch("closing", { "y.txt": "y" }, "main", `feat: y\n\nresolves: #${byCommit.number}`);
    const body = `Closes #${byBody.number}, see #${mentioned.number}; fixes other/repo#${foreign.number}; enclose #${mentioned.number}`;
    const pull = await one.pull("closing", { body });
    const { token } = world.job(one.name, WRITE);
    expect((await world.api(token, "PUT", `${one.path}/pulls/${pull}/merge`, {})).status).toBe(200);
    expect(await state(byBody.number)).toBe("closed");
    expect(await state(byCommit.number)).toBe("closed");
    expect(await state(mentioned.number)).toBe("open");
    expect(await state(foreign.number)).toBe("open");
  });
});

describe("releases", () => {
  test("make their tag, once; a tag that is there stays where it is", async () => {
    const sha = await one.head("main");
    const made = await one.api("POST", "/releases", {
      tag_name: "v1.0.0",
      target_commitish: sha,
      name: "v1.0.0",
      body: "notes",
    });
    expect([made.status, field(made, "draft")]).toEqual([201, false]);
    expect(await one.git("rev-parse", "refs/tags/v1.0.0")).toBe(sha);
    const again = await one.api("POST", "/releases", { tag_name: "v1.0.0" });
    expect([again.status, field(again, "errors.0.code")]).toEqual([422, "already_exists"]);
    expect(field(await one.api("GET", "/releases/tags/v1.0.0"), "id")).toBe(field(made, "id"));
    await one.api("POST", "/git/refs", { ref: "refs/tags/v1.1.0", sha });
    const next = await one.branch("main", { "r.txt": "r" }, "main");
    expect((await one.api("POST", "/releases", { tag_name: "v1.1.0", target_commitish: next })).status).toBe(
      201,
    );
    expect(await one.git("rev-parse", "refs/tags/v1.1.0")).toBe(sha);
    expect((await one.api("POST", "/releases", { tag_name: "v3", target_commitish: "nowhere" })).status).toBe(
      422,
    );
    expect((await one.api("POST", "/releases", { tag_name: "bad..name" })).status).toBe(422);
    expect(field(await one.api("GET", "/releases/latest"), "tag_name")).toBe("v1.1.0");
    expect(column(await one.api("GET", "/tags"), "name")).toEqual(["v1.1.0", "v1.0.0"]);
  });

  test("as a draft have no tag until they are published, and strangers do not see them", async () => {
    const made = await one.api("POST", "/releases", { tag_name: "v2.0.0", draft: true });
    const id = number(made, "id");
    expect(await one.git("for-each-ref", "refs/tags/v2.0.0")).toBe("");
    expect((await one.api("GET", "/releases/tags/v2.0.0")).status).toBe(404);
    const stranger = world.local.mintUserToken("stranger");
    expect((await world.api(stranger, "GET", `${one.path}/releases/${id}`)).status).toBe(404);
    expect((await one.api("PATCH", `/releases/${id}`, { draft: false, body: "now" })).body).toMatchObject({
      draft: false,
      body: "now",
    });
    expect(await one.git("rev-parse", "refs/tags/v2.0.0")).toBe(await one.head("main"));
    expect((await one.api("DELETE", `/releases/${id}`)).status).toBe(204);
    expect((await one.api("GET", `/releases/${id}`)).status).toBe(404);
    expect(await one.git("for-each-ref", "refs/tags/v2.0.0")).not.toBe("");
  });

  test("an annotated tag is an object of its own", async () => {
    const sha = await one.head("main");
    const tag = await one.api("POST", "/git/tags", {
      tag: "v4",
      message: "four",
      object: sha,
      type: "commit",
    });
    const ref = await one.api("POST", "/git/refs", { ref: "refs/tags/v4", sha: text(tag, "sha") });
    expect(field(ref, "object")).toMatchObject({ type: "tag", sha: text(tag, "sha") });
    expect(field(await one.api("GET", `/git/tags/${text(tag, "sha")}`), "object.sha")).toBe(sha);
    expect(await one.git("rev-parse", "refs/tags/v4^{commit}")).toBe(sha);
  });
});
