import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { ChangedFile } from "@slipway/model";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { ensureBranch } from "./branches.ts";
import { commitFiles } from "./commits.ts";
import { mergeInto } from "./merge-into.ts";

const lines = (change: Record<number, string> = {}) =>
  Array.from({ length: 12 }, (_, at) => `${change[at] ?? at}\n`).join("");
let world: LocalWorld;
let main: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = await world.commit({ "a.txt": lines(), "gone.txt": "g\n" });
  world.local.setRules({ owner: world.github.owner, name: world.github.repo }, "**", {
    requiredLinearHistory: true,
  });
  await ensureBranch(world.github, "epic/1-e", main);
  await ensureBranch(world.github, "task/2-t", main);
});
afterAll(() => world.close());

const git = {
  ensureHistory: (shas: readonly string[]) => world.github.git.ensureHistory(shas),
  treeOf: (sha: string) => world.github.git.treeOf(sha),
};
async function commit(
  branch: string,
  head: string,
  files: Readonly<Record<string, string | null>>,
  parents: readonly string[] = [head],
): Promise<string> {
  const changes = Object.entries(files).map(
    ([path, content]): ChangedFile =>
      content === null
        ? { status: "deleted", path }
        : { status: "written", path, mode: "100644", encoding: "utf-8", content },
  );
  await world.github.git.ensureHistory([head]);
  const made = await commitFiles(world.github, {
    parents,
    baseTree: await world.github.git.treeOf(head),
    files: changes,
    message: `feat: ${branch} ${JSON.stringify(files).length}\n\nSlipway-Node: T1`,
    branch,
    expectedHead: head,
  });
  if (made.kind !== "committed") throw new Error(made.kind);
  return made.sha;
}
const bring = (head: string, known?: readonly string[]) =>
  mergeInto(world.github, {
    branch: "task/2-t",
    head,
    message: "chore: bring task/2-t up to date",
    ...(known ? { known } : {}),
  });
const told = async (sha: string) => {
  await world.github.git.ensureHistory([sha]);
  const [entry] = await world.github.git.log(null, sha);
  return entry;
};
const file = async (sha: string, path: string) => (await world.github.git.show(sha, path))?.toString("utf8");

const freely = () => world.local.setRules({ owner: world.github.owner, name: world.github.repo }, "**", {});

test("what was squashed on one side and is on the other as it was written is merged by what is known of it", async () => {
  freely();
  const made = await commit("epic/1-e", main, { "new.txt": "one\n" });
  const own = await commit("task/2-t", main, { "other.txt": "o\n" });
  const brought = await bring(made);
  if (brought.kind !== "merged") throw new Error(brought.kind);
  const further = await commit("task/2-t", brought.sha, { "new.txt": "one\ntwo\n" });
  // The same change by another commit.
  await ensureBranch(world.github, "squashed", main);
  const squashed = await commit("squashed", main, { "new.txt": "one\n", "a.txt": lines({ 2: "more" }) });
  expect(await bring(squashed)).toEqual({ kind: "conflict" });
  const merged = await bring(squashed, [made]);
  if (merged.kind !== "merged") throw new Error(merged.kind);
  expect(await told(merged.sha)).toMatchObject({
    parents: [further, squashed],
    body: "",
  });
  expect(await file(merged.sha, "new.txt")).toBe("one\ntwo\n");
  expect(await file(merged.sha, "a.txt")).toBe(lines({ 2: "more" }));
  expect(own).not.toBe(further);
  expect((await bring(squashed, ["f".repeat(40)])).kind).toBe("up-to-date");
});

test("what is said to be known and is not there helps nothing", async () => {
  freely();
  await commit("task/2-t", main, { "a.txt": lines({ 1: "own" }) });
  const base = await commit("epic/1-e", main, { "a.txt": lines({ 1: "base" }) });
  expect(await bring(base, ["f".repeat(40)])).toEqual({ kind: "conflict" });
});

test("the files of a merge come by a commit with one parent; a second time nothing is written", async () => {
  const base = await commit("epic/1-e", main, {
    "a.txt": lines({ 1: "base" }),
    "b.txt": "b\n",
    "gone.txt": null,
  });
  const head = await commit("task/2-t", main, { "a.txt": lines({ 9: "own" }), "c.txt": "c\n" });
  const merged = await bring(base);
  if (merged.kind !== "merged") throw new Error(merged.kind);
  expect(await told(merged.sha)).toMatchObject({
    parents: [head],
    subject: "chore: bring task/2-t up to date",
    body: `Slipway-Merged: ${base}`,
  });
  expect(await file(merged.sha, "a.txt")).toBe(lines({ 1: "base", 9: "own" }));
  expect([await file(merged.sha, "b.txt"), await file(merged.sha, "gone.txt")]).toEqual(["b\n", undefined]);
  world.forget();
  expect(await bring(base)).toEqual({ kind: "up-to-date" });
  expect(world.writes()).toHaveLength(1);
});

test("what was brought before is where the next merge begins", async () => {
  await commit("task/2-t", main, { "c.txt": "c\n" });
  const first = await commit("epic/1-e", main, { "a.txt": lines({ 1: "first" }) });
  expect((await bring(first)).kind).toBe("merged");
  const second = await commit("epic/1-e", first, { "a.txt": lines({ 1: "second" }) });
  const merged = await bring(second);
  if (merged.kind !== "merged") throw new Error(merged.kind);
  expect(await file(merged.sha, "a.txt")).toBe(lines({ 1: "second" }));
});

test("a conflict is one here too", async () => {
  const base = await commit("epic/1-e", main, { "a.txt": lines({ 1: "base" }) });
  await commit("task/2-t", main, { "a.txt": lines({ 1: "own" }) });
  expect(await bring(base)).toEqual({ kind: "conflict" });
});

test("work made anew on the base stands on the branch's head alone, and begins the next merge at that base", async () => {
  const own = await commit("task/2-t", main, { "a.txt": lines({ 1: "own" }) });
  const base = await commit("epic/1-e", main, { "a.txt": lines({ 1: "base" }) });
  await git.ensureHistory([base]);
  const again = await commitFiles(world.github, {
    parents: [own, base],
    baseTree: await git.treeOf(base),
    files: [{ status: "written", path: "c.txt", mode: "100644", encoding: "utf-8", content: "c\n" }],
    message: "feat: anew\n\nSlipway-Node: T1",
    branch: "task/2-t",
    expectedHead: own,
  });
  if (again.kind !== "committed") throw new Error(again.kind);
  expect(await told(again.sha)).toMatchObject({
    parents: [own],
    body: `Slipway-Node: T1\nSlipway-Merged: ${base}`,
  });
  const next = await commit("epic/1-e", base, { "a.txt": lines({ 1: "next" }) });
  const merged = await bring(next);
  if (merged.kind !== "merged") throw new Error(merged.kind);
  expect(await file(merged.sha, "a.txt")).toBe(lines({ 1: "next" }));
});
