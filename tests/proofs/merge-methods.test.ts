/** Repositories that do not let everything be merged by every method: the run finds the way that is left. */
import { afterEach, describe, expect, test } from "@jest/globals";
import type { BranchRules, LocalGitHub } from "@slipway/local-github";
import type { PlanNode } from "@slipway/model";
import { git } from "../e2e/support.ts";
import { openScene, planned, type Scene } from "./people.ts";

const LIMIT_MS = 600_000;
const POLICY = `
qa: { test: 'grep -q Hello greeting.txt', timeoutMinutes: 2 }
review: { required: false }
release: { enabled: true }
`;
/** Two features: T2 builds on what T1 delivers under the other one, and T3 comes after it. */
const PLAN: readonly PlanNode[] = [
  planned("E1", "epic", null),
  planned("F1", "feature", "E1"),
  planned("F2", "feature", "E1"),
  { ...planned("T1", "task", "F1"), changeType: "fix" },
  { ...planned("T2", "task", "F2"), dependsOn: ["T1"] },
  { ...planned("T3", "task", "F2", 1), changeType: "docs" },
];
const AGENTS = {
  T1: "echo Goodbye. > farewell.txt",
  T2: "cat farewell.txt > copy.txt && echo See you. >> copy.txt",
  T3: "echo Words. > words.md",
};
/** T2 changes the very lines that T1 wrote. */
const FURTHER = { ...AGENTS, T2: "echo See you. >> farewell.txt" };

interface Case {
  readonly settings?: Partial<ReturnType<LocalGitHub["repository"]>["settings"]>;
  readonly rules?: Readonly<Record<string, BranchRules>>;
  readonly agents?: Readonly<Record<string, string>>;
}

let scene: Scene;
let runId: string;
afterEach(() => scene?.stop());

async function begin({ settings = {}, rules = {}, agents = AGENTS }: Case, plan = PLAN): Promise<void> {
  scene = await openScene({ policy: POLICY, plan, agents });
  const { github, repository, bare } = scene.bench;
  git(bare, "tag", "v1.2.3", "main");
  Object.assign(github.repository(repository).settings, settings);
  for (const [branch, of] of Object.entries(rules)) github.setRules(repository, branch, of);
  runId = await scene.start();
  await scene.quiet();
}

const methods = () => {
  const asked = scene.bench.github.journal.flatMap(({ method, path, requestBody }) => {
    const { merge_method: by } = (requestBody ?? {}) as { merge_method?: string };
    return method === "PUT" && /\/merge(-async)?$/.test(path) && by !== undefined ? [by] : [];
  });
  return asked;
};

/** DONE, with the version that the changes ask for, and each of them told once. */
async function isReleased(): Promise<void> {
  const state = await scene.state(runId);
  expect(state.nodes.map(({ plan, status, trouble }) => [plan.id, status, trouble])).toEqual(
    PLAN.map(({ id }) => [id, "DONE", null]),
  );
  expect(await scene.name(runId)).toBe("DONE");
  const { github, repository } = scene.bench;
  const { releases } = github.repository(repository);
  expect(releases.map(({ tagName }) => tagName)).toEqual(["v1.3.0"]);
  const notes = releases[0]?.body ?? "";
  const told = notes.split("\n").filter((line) => line.startsWith("- "));
  const issue = (id: string) => state.nodes.find(({ plan }) => plan.id === id)?.issue?.number;
  expect(told.map((line) => /issue #(\d+)/.exec(line)?.[1])).toEqual(
    ["T2", "T1", "T3"].map((id) => String(issue(id))),
  );
  expect(told.every((line) => line.includes("FR-001") && /pull request #\d+/.test(line))).toBe(true);
  expect(notes).toMatch(/### Features[^#]+issue[^#]+#\d+[^#]+#\d+[^#]+### Fixes/);
}

const files = () => git(scene.bench.bare, "ls-tree", "--name-only", "main").split("\n");
const merges = () => git(scene.bench.bare, "rev-list", "--merges", "--count", "v1.2.3..main");

describe("a run comes to DONE, and its release names each change once", () => {
  test(
    "where the settings forbid merge commits, also where one change is built on another across the tree",
    async () => {
      await begin({ settings: { allowMergeCommit: false }, agents: FURTHER });
      await isReleased();
      expect(merges()).toBe("0");
      expect(git(scene.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.\nSee you.");
    },
    LIMIT_MS,
  );

  test(
    "where a ruleset of main allows squashing alone: the one commit carries them all",
    async () => {
      const pullRequest = { approvals: 0, mergeMethods: ["squash"] } as const;
      await begin({ rules: { main: { pullRequest } } });
      await isReleased();
      const [message = ""] = git(scene.bench.bare, "log", "--format=%B%x00", "v1.2.3..main").split("\0");
      expect(message).toMatch(/^feat: part E1 \(#\d+\)\n\n\* docs: /);
      expect(git(scene.bench.bare, "rev-list", "--count", "v1.2.3..main")).toBe("1");
      // The rules told it beforehand.
      expect(methods().at(-1)).toBe("squash");
      expect(methods()).not.toContain("rebase");
    },
    LIMIT_MS,
  );

  test(
    "where every branch asks for a linear history",
    async () => {
      await begin({ rules: { "**": { requiredLinearHistory: true } } });
      await isReleased();
      expect(git(scene.bench.bare, "rev-list", "--merges", "--count", "--branches")).toBe("0");
      expect(merges()).toBe("0");
      expect(methods()).not.toContain("merge");
    },
    LIMIT_MS,
  );

  test(
    "where merge commits alone are allowed",
    async () => {
      await begin({ settings: { allowSquashMerge: false, allowRebaseMerge: false }, agents: FURTHER });
      await isReleased();
      expect(git(scene.bench.bare, "show", "main:farewell.txt")).toBe("Goodbye.\nSee you.");
      expect(files()).toEqual(expect.arrayContaining(["farewell.txt", "words.md"]));
    },
    LIMIT_MS,
  );
});

test(
  "where no method is left a person is told so; `retry` goes on when one is allowed",
  async () => {
    const pullRequest = { approvals: 0, mergeMethods: ["merge"] } as const;
    const plan = PLAN.filter(({ id }) => ["E1", "T1"].includes(id)).map((node) => ({
      ...node,
      parent: node.parent === null ? null : "E1",
    }));
    await begin({ settings: { allowMergeCommit: false }, rules: { main: { pullRequest } } }, plan);
    const blocked = await scene.node(runId, "E1");
    expect(blocked).toMatchObject({
      status: "BLOCKED",
      trouble: `Pull request #${blocked.pull} of E1 can be merged into main by no method (GitHub's words: Merge commits are not allowed on this repository). Allow squashing, rebasing or merge commits, both in the repository's settings and in the rules of main, then \`retry E1\`.`,
    });
    const { github, repository } = scene.bench;
    github.setRules(repository, "main", {});
    await scene.bench.dispatch("orchestrator.retry", { runId, nodeId: "E1" });
    await scene.quiet();
    expect(await scene.name(runId)).toBe("DONE");
    expect(github.repository(repository).releases.map(({ tagName }) => tagName)).toEqual(["v1.2.4"]);
  },
  LIMIT_MS,
);
