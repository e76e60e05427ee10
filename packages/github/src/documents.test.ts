import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { branchSha } from "./branches.ts";
import { branchWithDocuments, type DocumentBranch } from "./documents.ts";

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
const write = (more: Partial<DocumentBranch> = {}) =>
  branchWithDocuments(world.github, {
    branch: BRANCH,
    start: main,
    folders: ["spec/welcome", "spec/welcome-7f3k2a"],
    documents: [
      { file: "prd.md", content: "# Welcome\n" },
      { file: "plan.md", content: "# Plan: ü\n" },
    ],
    trailers: "\nSlipway-Run: r-20261120-7f3k2a\n",
    ...more,
  });

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
