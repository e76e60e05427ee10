import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { branchSha, ensureBranch } from "./branches.ts";
import { commitChainTo } from "./commits.ts";
import { addDocuments, branchWithDocuments, type Documents } from "./documents.ts";

let world: LocalWorld;
let main: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = await world.commit({ "a.txt": "1\n", "spec/greet/prd.md": "Somebody else's.\n" });
});
afterAll(() => world.close());

const BRANCH = "epic/1-greet";
const DOCUMENTS: Documents = {
  branch: BRANCH,
  folders: ["spec/welcome", "spec/welcome-7f3k2a"],
  documents: [
    { file: "prd.md", content: "# Welcome\n" },
    { file: "plan.md", content: "# Plan: ü\n" },
  ],
  trailers: "\nSlipway-Run: r-20261120-7f3k2a\n",
};
const treeAt = async (sha: string) => {
  await world.github.git.fetch([sha], { depth: 1 });
  return await world.github.git.treeOf(sha);
};
const write = (more: Partial<Documents> = {}) =>
  branchWithDocuments(world.github, { ...DOCUMENTS, ...more }, main);

test("each document is a commit of its own on the new branch, marked as a document", async () => {
  expect(await write()).toBe(2);
  expect(world.github.requests).toBe(5);
  const tip = (await branchSha(world.github, BRANCH)) ?? "";
  const { git } = world.github;
  await git.fetch([tip], { depth: 3 });
  expect((await git.log(main, tip)).map(({ subject, body }) => ({ subject, body }))).toEqual([
    {
      subject: "docs(spec): write spec/welcome/plan.md",
      body: "Slipway-Run: r-20261120-7f3k2a\nSlipway-Document: spec/welcome/plan.md",
    },
    {
      subject: "docs(spec): write spec/welcome/prd.md",
      body: "Slipway-Run: r-20261120-7f3k2a\nSlipway-Document: spec/welcome/prd.md",
    },
  ]);
  expect((await git.show(tip, "spec/welcome/plan.md"))?.toString("utf8")).toBe("# Plan: ü\n");
});

test("a branch that is there stays as it is", async () => {
  await write();
  const tip = await branchSha(world.github, BRANCH);
  expect(await write({ documents: [{ file: "prd.md", content: "other\n" }] })).toBe(0);
  expect(await branchSha(world.github, BRANCH)).toBe(tip);
});

test("what somebody else has in the folder is left alone", async () => {
  await write({ folders: ["spec/greet", "spec/greet-7f3k2a"] });
  const tip = (await branchSha(world.github, BRANCH)) ?? "";
  const { git } = world.github;
  await git.fetch([tip], { depth: 3 });
  expect((await git.show(tip, "spec/greet/prd.md"))?.toString("utf8")).toBe("Somebody else's.\n");
  expect((await git.show(tip, "spec/greet-7f3k2a/prd.md"))?.toString("utf8")).toBe("# Welcome\n");
});

test("without documents nothing is made", async () => {
  expect(await write({ documents: [] })).toBe(0);
  expect(await branchSha(world.github, BRANCH)).toBeUndefined();
});

test("a branch that was made without them gets them at its head, once", async () => {
  await ensureBranch(world.github, BRANCH, main);
  const work = await commitChainTo(
    world.github,
    { branch: BRANCH, expectedHead: main, parent: main, baseTree: await treeAt(main) },
    [{ files: [{ status: "deleted", path: "a.txt" }], message: "feat: leave a out\n" }],
  );
  const head = work.kind === "committed" ? work.sha : "";
  world.forget();
  const tip = await addDocuments(world.github, DOCUMENTS, { base: main, head });
  expect(world.writes()).toHaveLength(5);
  expect(await branchSha(world.github, BRANCH)).toBe(tip);
  const { git } = world.github;
  await git.ensureHistory([tip, main]);
  expect((await git.log(main, tip)).map(({ subject }) => subject)).toEqual([
    "docs(spec): write spec/welcome/plan.md",
    "docs(spec): write spec/welcome/prd.md",
    "feat: leave a out",
  ]);
  await git.fetch([tip], { depth: 1 });
  expect((await git.show(tip, "spec/welcome/plan.md"))?.toString("utf8")).toBe("# Plan: ü\n");
  expect(await git.show(tip, "a.txt")).toBeUndefined();
  world.forget();
  expect(await addDocuments(world.github, DOCUMENTS, { base: main, head: tip })).toBe(tip);
  expect(world.writes()).toEqual([]);
});

test("a person who took a document away is not overruled", async () => {
  await write();
  const tip = (await branchSha(world.github, BRANCH)) ?? "";
  const gone = await commitChainTo(
    world.github,
    { branch: BRANCH, expectedHead: tip, parent: tip, baseTree: await treeAt(tip) },
    [{ files: [{ status: "deleted", path: "spec/welcome/plan.md" }], message: "docs: no plan\n" }],
  );
  const head = gone.kind === "committed" ? gone.sha : "";
  expect(await addDocuments(world.github, DOCUMENTS, { base: main, head })).toBe(head);
});

test("a branch that moved meanwhile is left as it is", async () => {
  await ensureBranch(world.github, BRANCH, main);
  await write({ branch: "epic/2-other" });
  const other = (await branchSha(world.github, "epic/2-other")) ?? "";
  await world.asPerson("PATCH", `/git/refs/heads/${BRANCH}`, {
    sha: other,
  });
  await expect(addDocuments(world.github, DOCUMENTS, { base: main, head: main })).rejects.toThrow(
    /epic\/1-greet was moved meanwhile/,
  );
  expect(await branchSha(world.github, BRANCH)).toBe(other);
});
