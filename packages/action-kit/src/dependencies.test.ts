import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createGitRemote, type GitRemote } from "@slipway/github";
import type { NodeState, RunState } from "@slipway/model";
import { deliveriesOf, holdsAny, mergedHeads } from "./dependencies.ts";

const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
const folder = mkdtempSync(join(tmpdir(), "dependencies-"));
const on = (...args: string[]) => {
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
  return execFileSync("git", [...identity, ...args], { cwd: folder, encoding: "utf8" }).trim();
};
/** A commit on a branch, which begins at another one where it is not there. */
const commit = (branch: string, from: string, message: string) => {
  const tree = EMPTY_TREE;
  const at = on("for-each-ref", "--format=%(objectname)", `refs/heads/${branch}`) || from;
  const sha = on("commit-tree", tree, ...(at ? ["-p", at] : []), "-m", message);
  on("update-ref", `refs/heads/${branch}`, sha);
  return sha;
};
let git: GitRemote;
const made: Record<"main" | "task" | "feature" | "squashed" | "rebased" | "linear", string> = {
  main: "",
  task: "",
  feature: "",
  squashed: "",
  rebased: "",
  linear: "",
};
beforeAll(() => {
  on("init", "-q", "--bare", ".");
  on("config", "uploadpack.allowAnySHA1InWant", "true");
  on("config", "uploadpack.allowFilter", "true");
  made.main = commit("main", "", "start");
  made.task = commit("feature/1", made.main, "feat: T1");
  made.feature = commit("feature/1", "", "docs: T2");
  made.squashed = commit("epic/1", made.main, "feat: F1");
  made.rebased = commit("epic/2", made.squashed, "fix: else");
  made.linear = commit("epic/3", made.main, `chore: bring T1\n\nSlipway-Merged: ${made.task}`);
  git = createGitRemote({
    url: `file://${folder}`,
    environment: { PATH: process.env.PATH },
    clock: { now: () => new Date(), sleep: async () => undefined, random: () => 0.5 },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await git.close();
  rmSync(folder, { recursive: true, force: true });
});

const node = (id: string, parent: string | null, mergeSha: string | null, headSha: string | null = null) =>
  ({
    plan: { id, parent, dependsOn: id === "T3" ? ["T1"] : [] },
    mergeSha,
    subject: headSha === null ? null : { headSha },
  }) as unknown as NodeState;
const state = (feature: string | null) =>
  ({
    nodes: [
      node("E1", null, null),
      node("F1", "E1", feature, made.feature),
      node("T1", "F1", made.task),
      node("F2", "E1", null),
      node("T3", "F2", null),
    ],
  }) as unknown as RunState;
const deliveries = async (feature: string | null) => {
  const run = state(feature);
  const of = (id: string) => run.nodes.find(({ plan }) => plan.id === id) as NodeState;
  return deliveriesOf({ git }, run, of("T3"), of("T1"));
};

test("a dependency comes by its own merge, and by that of its parent where that was squashed", async () => {
  expect(await deliveries(null)).toEqual([made.task]);
  // Merged by a merge commit: the same commit, further up.
  expect(await deliveries(made.feature)).toEqual([made.task]);
  expect(await deliveries(made.squashed)).toEqual([made.task, made.squashed]);
});

test("it is held by any of them, also where a commit without a merge brought it", async () => {
  const both = [made.task, made.squashed];
  expect(await holdsAny({ git }, made.rebased, both)).toBe(true);
  expect(await holdsAny({ git }, made.feature, both)).toBe(true);
  expect(await holdsAny({ git }, made.linear, both)).toBe(true);
  expect(await holdsAny({ git }, made.linear, [made.squashed])).toBe(false);
  expect(await holdsAny({ git }, made.main, both)).toBe(false);
  expect(await holdsAny({ git }, made.main, [])).toBe(false);
});

test("heads of what was merged into the same branch", () => {
  const run = state(made.squashed);
  const of = (id: string) => run.nodes.find(({ plan }) => plan.id === id) as NodeState;
  expect(mergedHeads(run, of("F2"))).toEqual([made.feature]);
  expect(mergedHeads(run, of("F1"))).toEqual([]);
  expect(mergedHeads(state(null), of("F2"))).toEqual([]);
});
