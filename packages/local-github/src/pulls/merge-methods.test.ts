/** What a repository's settings and a branch's rules make of merge, squash and rebase. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  createWorld,
  field,
  git,
  type Reply,
  type TestRepository,
  text,
  type World,
} from "../../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const FILES = { "a.txt": "one\ntwo\nthree\nfour\nfive\n" };
const merge = (one: TestRepository, pull: number, method: string) =>
  one.api("PUT", `/pulls/${pull}/merge`, { merge_method: method });
const said = (reply: Reply) => [reply.status, field(reply, "message")];
const NO_MERGES = "This branch must not contain merge commits.";
const REFUSED = `Repository rule violations found\n\n${NO_MERGES}\n\n`;

async function topic(one: TestRepository): Promise<number> {
  await one.branch("topic", { "b.txt": "b" });
  return one.pull("topic");
}

test("the settings name what they do not allow", async () => {
  const one = await world.repository(FILES);
  const { settings } = world.local.repository(one.at);
  Object.assign(settings, { allowMergeCommit: false, allowSquashMerge: false, allowRebaseMerge: false });
  const pull = await topic(one);
  const answers = [];
  for (const method of ["merge", "squash", "rebase"]) answers.push(said(await merge(one, pull, method)));
  expect(answers).toEqual([
    [405, "Merge commits are not allowed on this repository."],
    [405, "Squash merges are not allowed on this repository."],
    [405, "Rebase merges are not allowed on this repository."],
  ]);
  settings.allowRebaseMerge = true;
  expect((await merge(one, pull, "rebase")).status).toBe(200);
});

test("a ruleset that allows one is told in the words of the settings, and shown with the rules", async () => {
  const one = await world.repository(FILES);
  world.local.setRules(one.at, "main", { pullRequest: { approvals: 0, mergeMethods: ["squash"] } });
  expect((await one.api("GET", "/rules/branches/main")).body).toMatchObject([
    { type: "pull_request", parameters: { allowed_merge_methods: ["squash"] } },
  ]);
  const pull = await topic(one);
  expect(said(await merge(one, pull, "merge"))).toEqual([
    405,
    "Merge commits are not allowed on this repository.",
  ]);
  expect((await merge(one, pull, "squash")).status).toBe(200);
});

test("a linear history takes no merge commit: by a pull request, a merge of branches, a ref or a push", async () => {
  const one = await world.repository(FILES);
  world.local.setRules(one.at, "**", { requiredLinearHistory: true });
  expect((await one.api("GET", "/rules/branches/main")).body).toMatchObject([
    { type: "required_linear_history" },
  ]);
  const pull = await topic(one);
  expect(said(await merge(one, pull, "merge"))).toEqual([405, REFUSED]);
  const base = await one.branch("main", { "c.txt": "c" }, "main");
  const head = await one.head("topic");
  const brought = await one.api("POST", "/merges", { base: "topic", head: "main" });
  expect(said(brought)).toEqual([409, REFUSED]);
  expect(said(await one.api("PUT", `/pulls/${pull}/update-branch`, {}))).toEqual([422, REFUSED]);

  const tree = await one.git("rev-parse", "main^{tree}");
  const commit = { message: "m", tree, parents: [head, base] };
  const sha = text(await one.api("POST", "/git/commits", commit), "sha");
  const update = await one.api("PATCH", "/git/refs/heads/topic", { sha });
  expect(said(update)).toEqual([422, REFUSED]);
  const made = await one.api("POST", "/git/refs", { ref: "refs/heads/other", sha });
  expect(said(made)).toEqual([422, REFUSED]);
  expect((await one.api("POST", "/git/refs", { ref: "refs/slipway/other", sha })).status).toBe(201);
  const work = world.folder();
  await git(work, "clone", "-q", one.url(world.owner), ".");
  await git(work, "fetch", "-q", "origin", "refs/slipway/other");
  for (const branch of ["topic", "new"])
    await expect(git(work, "push", "-q", "origin", `FETCH_HEAD:refs/heads/${branch}`)).rejects.toThrow(
      NO_MERGES,
    );
  expect(await one.head("topic")).toBe(head);
  expect((await merge(one, pull, "rebase")).status).toBe(200);
});

test("a branch may begin in a history with merges, and moves on from there", async () => {
  const one = await world.repository(FILES);
  await merge(one, await topic(one), "merge");
  world.local.setRules(one.at, "later/*", { requiredLinearHistory: true });
  const sha = await one.head("main");
  expect((await one.api("POST", "/git/refs", { ref: "refs/heads/later/1", sha })).status).toBe(201);
  await one.branch("later/1", { "d.txt": "d" }, "later/1");
});

test("a rebase signs nothing: where signatures are asked for it is refused", async () => {
  const one = await world.repository(FILES);
  const pull = await topic(one);
  world.local.repository(one.at).verifiedCommits.add(await one.head("topic"));
  world.local.setRules(one.at, "main", { requiredSignatures: true });
  expect(said(await merge(one, pull, "rebase"))).toEqual([
    405,
    "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub",
  ]);
  world.local.setRules(one.at, "main", {});
  const { verifiedCommits } = world.local.repository(one.at);
  const sha = text(await merge(one, pull, "rebase"), "sha");
  expect(verifiedCommits.has(sha)).toBe(false);
});

test("commits that cannot be replayed to what a merge gives are not rebased", async () => {
  const refused = [405, "This branch can't be rebased"];
  // Two commits that conflict with the base one by one, brought together with it by a merge.
  const one = await world.repository(FILES);
  await one.branch("topic", { "a.txt": "ONE\ntwo\nthree\nfour\nfive\n" });
  const base = await one.branch("main", { "a.txt": "uno\ntwo\nthree\nfour\nfive\n" }, "main");
  const tree = await one.git("rev-parse", "topic^{tree}");
  const parents = [await one.head("topic"), base];
  const sha = text(await one.api("POST", "/git/commits", { message: "m", tree, parents }), "sha");
  await one.api("PATCH", "/git/refs/heads/topic", { sha });
  const conflicting = await one.pull("topic");
  expect(said(await merge(one, conflicting, "rebase"))).toEqual(refused);
  expect((await merge(one, conflicting, "merge")).status).toBe(200);
  // A commit whose change the base has already.
  await one.branch("twice", { "c.txt": "c" });
  await one.branch("twice", { "d.txt": "d" }, "twice");
  await one.branch("main", { "c.txt": "c" }, "main");
  const twice = await one.pull("twice");
  expect(said(await merge(one, twice, "rebase"))).toEqual(refused);
  expect((await merge(one, twice, "squash")).status).toBe(200);
});
