import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type ChangedFile, InternalError, RefusalError } from "@slipway/model";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { branchSha, deleteBranch, ensureBranch } from "./branches.ts";
import { type CommitFiles, commitFiles, looseCommit } from "./commits.ts";
import { mergeInto } from "./merge-into.ts";

let world: LocalWorld;
let main: string;
let tree: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = await world.commit({ "a.txt": "1\n", "b.txt": "1\n", "run.sh": "#!/bin/sh\n" });
  await world.github.git.fetch(["refs/heads/main"], { depth: 1 });
  tree = await world.github.git.treeOf(main);
});
afterAll(() => world.close());

const written = (
  path: string,
  content: string,
  more: Partial<Extract<ChangedFile, { status: "written" }>> = {},
): ChangedFile => ({
  status: "written",
  path,
  mode: "100644",
  encoding: "utf-8",
  content,
  ...more,
});
const commit = (more: Partial<CommitFiles> = {}) =>
  commitFiles(world.github, {
    parents: [main],
    baseTree: tree,
    files: [written("a.txt", "2\n")],
    message: "feat: two\n\nSlipway-Node: T1",
    branch: "task/1-two",
    expectedHead: null,
    ...more,
  });

describe("a commit", () => {
  test("takes text, bytes, modes and deletions in three requests and one for the bytes", async () => {
    const bytes = Buffer.from([0, 255, 1, 128]);
    const made = await commit({
      files: [
        written("a.txt", "ü\n"),
        written("bin/x", bytes.toString("base64"), { encoding: "base64" }),
        written("run.sh", "#!/bin/bash\n", { mode: "100755" }),
        { status: "deleted", path: "b.txt" },
      ],
    });
    if (made.kind !== "committed") throw new Error(made.kind);
    expect(world.github.requests).toBe(4);
    const { git } = world.github;
    expect(await git.diff(main, made.sha)).toEqual([
      { path: "a.txt", status: "modified", oldMode: "100644", newMode: "100644" },
      { path: "b.txt", status: "deleted", oldMode: "100644", newMode: "000000" },
      { path: "bin/x", status: "added", oldMode: "000000", newMode: "100644" },
      { path: "run.sh", status: "modified", oldMode: "100644", newMode: "100755" },
    ]);
    expect(await git.show(made.sha, "bin/x")).toEqual(bytes);
    expect((await git.log(main, made.sha))[0]).toMatchObject({
      subject: "feat: two",
      body: "Slipway-Node: T1",
      parents: [main],
    });
    expect(await branchSha(world.github, "task/1-two")).toBe(made.sha);
  });

  test("is found again when the job that made it was killed", async () => {
    const first = await commit();
    if (first.kind !== "committed") throw new Error(first.kind);
    expect(await commit()).toEqual(first);
    const second = {
      parents: [first.sha],
      baseTree: first.tree,
      files: [written("a.txt", "3\n")],
      expectedHead: first.sha,
      message: "fix: three",
    };
    const next = await commit(second);
    expect(next).toMatchObject({ kind: "committed" });
    expect(await commit(second)).toEqual(next);
  });

  test("with nothing new in it is not made", async () => {
    expect(await commit({ files: [written("a.txt", "1\n")] })).toEqual({ kind: "unchanged", tree });
    expect(await commit({ files: [] })).toEqual({ kind: "unchanged", tree });
    expect(await branchSha(world.github, "task/1-two")).toBeUndefined();
  });

  test("of two changes merges nothing away: a branch that moved is left", async () => {
    const first = await commit();
    if (first.kind !== "committed") throw new Error(first.kind);
    expect(await commit({ files: [written("a.txt", "other\n")] })).toEqual({
      kind: "moved",
      head: first.sha,
    });
    const other = { parents: [first.sha], baseTree: first.tree, expectedHead: first.sha };
    const a = await commit({ ...other, files: [written("a.txt", "A\n")], message: "feat: a" });
    expect(a.kind).toBe("committed");
    expect(await commit({ ...other, files: [written("a.txt", "B\n")], message: "feat: b" })).toMatchObject({
      kind: "moved",
    });
    expect(await commit({ parents: [main], expectedHead: main, branch: "task/none" })).toEqual({
      kind: "moved",
      head: null,
    });
  });

  test("can be made on no branch, to be merged into one that moved", async () => {
    const moved = await commit({ files: [written("other.txt", "Other.\n")] });
    if (moved.kind !== "committed") throw new Error(moved.kind);
    const change = { parents: [main], baseTree: tree, message: "feat: loose" };
    expect(await looseCommit(world.github, { ...change, files: [] })).toBeUndefined();
    const loose = await looseCommit(world.github, { ...change, files: [written("a.txt", "loose\n")] });
    expect(await branchSha(world.github, "task/1-two")).toBe(moved.sha);
    const merged = await mergeInto(world.github, {
      branch: "task/1-two",
      head: loose ?? "",
      message: "chore: keep both",
    });
    if (merged.kind !== "merged") throw new Error(merged.kind);
    await world.github.git.ensureHistory([merged.sha]);
    expect((await world.github.git.log(null, merged.sha))[0]?.parents).toEqual([moved.sha, loose]);
    for (const [name, text] of [
      ["a.txt", "loose\n"],
      ["other.txt", "Other.\n"],
    ] as const)
      expect((await world.github.git.show(merged.sha, name))?.toString()).toBe(text);
  });

  test("can have two parents", async () => {
    const side = await commit();
    if (side.kind !== "committed") throw new Error(side.kind);
    const merge = await commit({
      parents: [side.sha, main],
      baseTree: side.tree,
      files: [],
      expectedHead: side.sha,
      message: "merge",
    });
    if (merge.kind !== "committed") throw new Error(merge.kind);
    expect((await world.github.git.log(null, merge.sha))[0]?.parents).toEqual([side.sha, main]);
  });

  test.each([
    "POST /repos/{owner}/{repo}/git/trees",
    "POST /repos/{owner}/{repo}/git/commits",
    "POST /repos/{owner}/{repo}/git/refs",
  ])("survives a lost answer, a lost request and a server error at %s", async (route) => {
    for (const fault of [
      { kind: "cut-after" },
      { kind: "cut-before" },
      { kind: "respond", status: 502, body: {} },
    ] as const) {
      await deleteBranch(world.github, "task/1-two");
      let left = 1;
      world.fault((request) =>
        `${request.method} ${request.route}` === route && left-- > 0 ? fault : undefined,
      );
      expect(await commit()).toMatchObject({ kind: "committed" });
      expect(await branchSha(world.github, "task/1-two")).toBeDefined();
    }
  });

  test("that GitHub does not take is refused by name; a wrong parent is our own mistake", async () => {
    await expect(commit({ files: [written(".git/config", "x")] })).rejects.toThrow(RefusalError);
    await expect(commit({ expectedHead: "f".repeat(40) })).rejects.toThrow(InternalError);
  });
});

describe("a branch", () => {
  test("is made once and stays where it is", async () => {
    const other = await world.commit({ "a.txt": "2\n" });
    expect(await ensureBranch(world.github, "feature/2-x", main)).toEqual({ sha: main, created: true });
    expect(await ensureBranch(world.github, "feature/2-x", other)).toEqual({ sha: main, created: false });
    await deleteBranch(world.github, "feature/2-x");
    await deleteBranch(world.github, "feature/2-x");
    expect(await branchSha(world.github, "feature/2-x")).toBeUndefined();
  });

  test("takes a merge, is up to date, or conflicts", async () => {
    const side = await commit();
    if (side.kind !== "committed") throw new Error(side.kind);
    const merge = { branch: "main", head: "task/1-two", message: "merge" };
    world.fault((request) => (request.route?.endsWith("/merges") ? { kind: "cut-after" } : undefined), 1);
    expect(await mergeInto(world.github, merge)).toEqual({
      kind: "merged",
      sha: await branchSha(world.github, "main"),
    });
    expect(await mergeInto(world.github, merge)).toEqual({ kind: "up-to-date" });
    await commit({ files: [written("a.txt", "3\n")], branch: "task/2-three" });
    expect(await mergeInto(world.github, { ...merge, head: "task/2-three" })).toEqual({ kind: "conflict" });
    await expect(mergeInto(world.github, { ...merge, head: "task/none" })).rejects.toThrow(RefusalError);
  });
});
