import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { commitFiles, ensureBranch } from "@slipway/github";
import type { NodeState, RunState } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../github/testing/local.ts";
import { bringDependencies } from "./dependencies.ts";

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
  await world.newRepository();
});
afterAll(() => world.close());

const node = (id: string, parent: string, dependsOn: readonly string[], mergeSha: string | null) =>
  ({ plan: { id, parent, dependsOn }, mergeSha, subject: null }) as unknown as NodeState;
const commit = async (branch: string, head: string, path: string) => {
  await world.github.git.ensureHistory([head]);
  const made = await commitFiles(world.github, {
    parents: [head],
    baseTree: await world.github.git.treeOf(head),
    files: [{ status: "written", path, mode: "100644", encoding: "utf-8", content: "1\n" }],
    message: `feat: ${path}\n\nSlipway-Node: T1`,
    branch,
    expectedHead: head,
  });
  if (made.kind !== "committed") throw new Error(made.kind);
  return made.sha;
};

test("what a branch holds already, by itself or with another dependency, costs no API request", async () => {
  const main = await world.commit({ "a.txt": "1\n" });
  for (const branch of ["feature/1-f", "feature/2-g"]) await ensureBranch(world.github, branch, main);
  const first = await commit("feature/1-f", main, "b.txt");
  const second = await commit("feature/1-f", first, "c.txt");
  const needs = node("T3", "F2", ["T2", "T1"], null);
  const nodes = [node("T1", "F1", [], first), node("T2", "F1", [], second), needs];
  const bring = () => bringDependencies(world.github, { nodes } as unknown as RunState, needs, "feature/2-g");
  world.forget();
  expect(await bring()).toBeUndefined();
  expect(world.requests()).toEqual([expect.stringMatching(/^POST .*\/merges$/)]);
  world.forget();
  expect(await bring()).toBeUndefined();
  expect(world.requests()).toEqual([]);
});

test("a dependency whose commit is gone is told as what cannot be merged", async () => {
  const needs = node("T3", "F2", ["T1"], null);
  const nodes = [node("T1", "F1", [], "0123456789012345678901234567890123456789"), needs];
  await expect(
    bringDependencies(world.github, { nodes } as unknown as RunState, needs, "feature/2-g"),
  ).rejects.toThrow(/cannot be merged into feature\/2-g: one of them is not in/);
});
