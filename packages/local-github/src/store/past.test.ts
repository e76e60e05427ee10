/** Reads that lag behind what was written, and mergeability that is still being worked out. */
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import {
  createWorld,
  field,
  number,
  type Reply,
  type TestRepository,
  text,
  type World,
  WRITE,
} from "../../testing/world.ts";
import type { Fault } from "../index.ts";

let world: World;
let one: TestRepository;
let now = Date.parse("2026-11-21T10:00:00Z");

beforeAll(async () => {
  world = await createWorld({ now: () => new Date(now) });
  one = await world.repository({ "a.txt": "a" });
});
afterEach(() => world.fault(undefined));
afterAll(() => world.close());

/** A read that meets the fault; GitHub's description has to be met all the same. */
async function reads(path: string, fault: Fault) {
  world.fault(() => fault);
  const reply = await one.api("GET", path);
  world.fault(undefined);
  expect(world.local.journal.at(-1)).toMatchObject({ fault: fault.kind, errors: [], status: reply.status });
  return reply;
}
const stale = (path: string, ageMs = 1_000) => reads(path, { kind: "stale", ageMs });

const issue = async (title: string) => {
  const made = await one.api("POST", "/issues", { title, body: title });
  return { number: number(made, "number"), id: number(made, "id") };
};
const shown = (reply: Reply) => JSON.stringify(reply.body);

/** Makes something, and says where to read it and by which words it is known there. */
type Making = () => Promise<{ path: string; words: string; after?: () => Promise<unknown> }>;
const MAKINGS: Readonly<Record<string, Making>> = {
  "an issue": async () => {
    await issue("a new issue");
    return { path: "/issues?state=all", words: "a new issue" };
  },
  "a comment": async () => {
    const { number } = await issue("talked about");
    now += 5_000;
    await one.api("POST", `/issues/${number}/comments`, { body: "a new comment" });
    return { path: `/issues/${number}/comments`, words: "a new comment" };
  },
  "a label": async () => {
    await one.api("POST", "/labels", { name: "fresh", color: "ffffff" });
    return { path: "/labels?per_page=100", words: "fresh" };
  },
  "a pull request": async () => {
    await one.branch("pulled", { "p.txt": "p" });
    now += 5_000;
    await one.pull("pulled");
    return { path: "/pulls", words: "feat: pulled" };
  },
  "a sub-issue": async () => {
    const [parent, child] = [await issue("a parent"), await issue("a child")];
    now += 5_000;
    await one.api("POST", `/issues/${parent.number}/sub_issues`, { sub_issue_id: child.id });
    return { path: `/issues/${parent.number}/sub_issues`, words: "a child" };
  },
  "a branch": async () => {
    await one.api("POST", "/git/refs", { ref: "refs/heads/sprout", sha: await one.head("main") });
    return { path: "/git/matching-refs/heads/sprout", words: "refs/heads/sprout" };
  },
  "a review": async () => {
    await one.branch("reviewed", { "r.txt": "r" });
    const number = await one.pull("reviewed");
    now += 5_000;
    await one.api("POST", `/pulls/${number}/reviews`, { event: "COMMENT", body: "a new review" });
    return { path: `/pulls/${number}/reviews`, words: "a new review" };
  },
  "a release": async () => {
    await one.api("POST", "/releases", { tag_name: "v9", name: "a new release" });
    return { path: "/releases", words: "a new release" };
  },
  "a check run": async () => {
    const { token } = world.job(one.name, WRITE);
    const sha = await one.head("main");
    const made = { name: "a new check", head_sha: sha, status: "completed", conclusion: "success" };
    await world.api(token, "POST", `${one.path}/check-runs`, made);
    return { path: `/commits/${sha}/check-runs`, words: "a new check" };
  },
};

test.each(Object.entries(MAKINGS))(
  "%s that was just made is not there yet, and later it is",
  async (_, make) => {
    now += 120_000;
    const { path, words } = await make();
    expect(shown(await one.api("GET", path))).toContain(words);
    expect(shown(await stale(path))).not.toContain(words);
    now += 2_000;
    expect(shown(await stale(path))).toContain(words);
  },
);

test("one by its number is not found, and what was changed is as it was", async () => {
  now += 120_000;
  const { number } = await issue("before");
  expect((await stale(`/issues/${number}`)).status).toBe(404);
  now += 5_000;
  await one.api("PATCH", `/issues/${number}`, { title: "after", state: "closed" });
  expect((await stale(`/issues/${number}`)).body).toMatchObject({ title: "before", state: "open" });
  expect(field(await one.api("GET", `/issues/${number}`), "title")).toBe("after");
});

test("a branch that moved is where it was, and what was removed is there", async () => {
  now += 120_000;
  const old = await one.head("main");
  const next = await one.branch("main", { "b.txt": "b" }, "main");
  expect(text(await stale("/git/ref/heads/main"), "object.sha")).toBe(old);
  expect(text(await one.api("GET", "/git/ref/heads/main"), "object.sha")).toBe(next);
  await one.api("POST", "/labels", { name: "gone", color: "ffffff" });
  now += 5_000;
  await one.api("DELETE", "/labels/gone");
  expect((await stale("/labels/gone")).status).toBe(200);
});

test("reading the past changes nothing, and what writes is done as always", async () => {
  now += 120_000;
  await one.branch("kept", { "k.txt": "k" });
  const number = await one.pull("kept");
  await stale(`/pulls/${number}`, 0);
  world.fault(() => ({ kind: "stale", ageMs: 60_000 }));
  expect((await one.api("PATCH", `/pulls/${number}`, { title: "renamed" })).status).toBe(200);
  world.fault(undefined);
  expect(text(await one.api("GET", `/pulls/${number}`), "title")).toBe("renamed");
});

test("a mergeability that was known is being worked out again", async () => {
  await one.branch("clean", { "c.txt": "c" });
  const number = await one.pull("clean");
  const path = `/pulls/${number}`;
  for (let look = 0; field(await one.api("GET", path), "mergeable") !== true; look++)
    expect(look).toBeLessThan(200);
  expect((await reads(path, { kind: "unsettled" })).body).toMatchObject({
    mergeable: null,
    mergeable_state: "unknown",
  });
  expect(field(await one.api("GET", path), "mergeable")).toBe(true);
});
