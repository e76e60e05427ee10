import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { branchSha, ensureBranch } from "./branches.ts";
import { commitFiles } from "./commits.ts";

let world: LocalWorld;
let main: string;
beforeAll(async () => {
  world = await localWorld();
  await world.newRepository();
  main = await world.commit({ "a.txt": "1\n" });
});
afterAll(() => world.close());

test.each([
  ["epic", "epic/1-x", "there is a branch epic, and"],
  ["task/2-y/z", "task/2-y", "there is a branch task/2-y/z, and"],
])("the branch %s keeps %s from being made, and is named", async (there, wanted, words) => {
  await ensureBranch(world.github, there, main);
  const error = await ensureBranch(world.github, wanted, main).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message).toContain(words);
  expect(await branchSha(world.github, wanted)).toBeUndefined();
});

test("so it is where a commit makes the branch", async () => {
  await ensureBranch(world.github, "defect", main);
  const error = await commitFiles(world.github, {
    parents: [main],
    baseTree: await world.github.git.treeOf(main),
    files: [{ status: "written", path: "b.txt", mode: "100644", encoding: "utf-8", content: "b" }],
    message: "feat: b",
    branch: "defect/4-b",
    expectedHead: null,
  }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect((error as Error).message).toContain("there is a branch defect, and");
});

test("what GitHub refuses for another reason is told in its own words", async () => {
  await expect(ensureBranch(world.github, "feature/3-z", "f".repeat(40))).rejects.toThrow(/does not exist/);
});
