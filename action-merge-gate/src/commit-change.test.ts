import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ensureBranch } from "@slipway/github";
import type { ChangeArtifact, ChangedFile, NodeState, ProposedCommit, RunState } from "@slipway/model";
import { DEFAULT_POLICY, NO_USAGE } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../packages/github/testing/local.ts";
import { commitChange } from "./commit-change.ts";
import type { NodeRun } from "./node-run.ts";

const BRANCH = "task/3-weeks";
const node = {
  plan: {
    id: "T1",
    kind: "task",
    title: "Read weeks",
    changeType: "feat",
    scope: "iso",
    breaking: false,
    requirements: ["FR-001"],
  },
  issue: { number: 3 },
  lease: { workflowRunId: 9 },
} as unknown as NodeState;
// Claimed by one turn with others: there is room for all commits.
const state = {
  runId: "r-20261120-7f3k2a",
  nodes: [node, node, node, node],
  policy: DEFAULT_POLICY,
} as unknown as RunState;

const written = (path: string, content: string): ChangedFile => ({
  status: "written",
  path,
  mode: "100644",
  encoding: "utf-8",
  content,
});
const proposal = (type: ProposedCommit["type"], subject: string, ...paths: string[]): ProposedCommit => ({
  type,
  scope: null,
  subject,
  body: "",
  paths,
});

let world: LocalWorld;
let main: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  main = world.commit({ "src.ts": "1\n", "old.ts": "1\n" });
});
afterAll(() => world.close());

const changeOf = (commits: readonly ProposedCommit[]): ChangeArtifact => ({
  kind: "change",
  runId: state.runId,
  nodeId: "T1",
  attempt: 1,
  outcome: "finished",
  reason: "Submitted.",
  startSha: main,
  files: [written("src.ts", "2\n"), written("src.test.ts", "test\n"), { status: "deleted", path: "old.ts" }],
  title: "Read weeks",
  summary: "Weeks are read.",
  usage: NO_USAGE,
  commits: [...commits],
});
const THREE = [
  proposal("refactor", "drop the old reader", "old.ts"),
  proposal("feat", "read weeks", "src.ts"),
  proposal("test", "test weeks", "src.test.ts"),
];

/** As a job does it that begins now. */
async function publish(change: ChangeArtifact): Promise<string> {
  const github = world.client(world.mintToken({ contents: "write" }));
  const run = { github, state, node } as unknown as NodeRun;
  const head = (await github.git.lsRemote([`refs/heads/${BRANCH}`])).get(`refs/heads/${BRANCH}`) ?? null;
  return commitChange(run, change, BRANCH, head, main);
}

/** Messages and parents, oldest first. */
async function madeOn(head: string) {
  await world.github.git.ensureHistory([main, head]);
  return (await world.github.git.log(main, head)).toReversed();
}
const subjectsOf = async (head: string) => (await madeOn(head)).map(({ subject }) => subject);
const filesOf = (from: string, to: string) => world.github.git.diff(from, to);

describe("proposed commits", () => {
  test("are made one after another, each with the words that tie it to its node", async () => {
    world.forget();
    const head = await publish(changeOf(THREE));
    // A tree and a commit for each, and the branch.
    expect(world.writes()).toHaveLength(2 * 3 + 1);
    const made = await madeOn(head);
    expect(made.map(({ subject }) => subject)).toEqual([
      "refactor(iso): drop the old reader",
      "feat(iso): read weeks",
      "test(iso): test weeks",
    ]);
    expect(made.map(({ body }) => body)).toEqual(
      made.map(() =>
        [
          "Slipway-Run: r-20261120-7f3k2a",
          "Slipway-Node: T1",
          "Slipway-Requirement: FR-001",
          "Slipway-Issue: 3",
        ].join("\n"),
      ),
    );
    expect(made.map(({ parents }) => parents)).toEqual([[main], [made[0]?.sha], [made[1]?.sha]]);
    expect((await filesOf(main, head)).map(({ path, status }) => `${status} ${path}`)).toEqual([
      "deleted old.ts",
      "added src.test.ts",
      "modified src.ts",
    ]);
  });

  test("are there once, wherever the job that makes them is killed", async () => {
    const change = changeOf(THREE);
    const refused = { kind: "respond", status: 403, body: { message: "Gone." } } as const;
    for (let killedAfter = 0; killedAfter <= 7; killedAfter++) {
      await world.newRepository();
      main = world.commit({ "src.ts": "1\n", "old.ts": "1\n" });
      const again = { ...change, startSha: main };
      let left = killedAfter;
      world.fault((request) =>
        request.kind !== "rest" || request.method === "GET" || left-- > 0 ? undefined : refused,
      );
      if (killedAfter < 7) await expect(publish(again)).rejects.toThrow();
      else await publish(again);
      world.fault(undefined);
      const head = await publish(again);
      expect(await subjectsOf(head)).toHaveLength(3);
      world.forget();
      expect(await publish(again)).toBe(head);
      // The tree is looked at; nothing else is asked.
      expect(world.writes()).toHaveLength(1);
    }
  }, 240_000);

  test("stand beside what somebody pushed meanwhile, once", async () => {
    const change = changeOf(THREE);
    const person = world.commit({ "src.ts": "1\n", "old.ts": "1\n", "notes.md": "By hand.\n" });
    await ensureBranch(world.github, BRANCH, person);
    const head = await publish(change);
    expect(await publish(change)).toBe(head);
    const subjects = (await subjectsOf(head)).filter((subject) => subject.includes("(iso): "));
    expect(subjects.sort()).toEqual([
      "feat(iso): read weeks",
      "refactor(iso): drop the old reader",
      "test(iso): test weeks",
    ]);
    expect((await filesOf(main, head)).map(({ path }) => path)).toContain("notes.md");
  });

  test("that do not hold become one commit, and so does a single one", async () => {
    const [, two, three] = THREE;
    const head = await publish(changeOf(two && three ? [two, three] : []));
    expect(await subjectsOf(head)).toEqual(["feat(iso): read weeks"]);
    expect(await filesOf(main, head)).toHaveLength(3);
  });
});

describe("a change that was handed over", () => {
  test("makes nothing executable that is no script, whatever the job before has let through", async () => {
    const files: ChangedFile[] = [{ ...written("src.ts", "2\n"), mode: "100755" } as ChangedFile];
    world.forget();
    await expect(publish({ ...changeOf([]), files })).rejects.toThrow(/"src\.ts" is made executable/);
    const script = [{ ...written("run", "#!/bin/sh\n"), mode: "100755" } as ChangedFile];
    expect(world.writes()).toEqual([]);
    await publish({ ...changeOf([]), files: script });
  });

  test("removes no folder that it does not name file by file", async () => {
    main = world.commit({ "docs/a.md": "1\n", "docs/b.md": "1\n" });
    const files: ChangedFile[] = [{ status: "deleted", path: "docs" }];
    await expect(publish({ ...changeOf([]), files })).rejects.toThrow(/does not name all/);
    const whole = [...files, { status: "deleted", path: "docs/a.md" }] as ChangedFile[];
    await expect(publish({ ...changeOf([]), files: whole })).rejects.toThrow(/"docs\/b\.md"/);
  });

  test("leaves submodules alone", async () => {
    main = world.commit({ "src.ts": "1\n" });
    const entry = `160000,${"1".repeat(40)},vendor/lib`;
    await world.github.git.ensureHistory([main]);
    // A commit with a submodule, as a person would push it.
    const index = { env: { GIT_INDEX_FILE: "submodule-index" } };
    await world.github.git.run(["read-tree", main], index);
    await world.github.git.run(["update-index", "--add", "--cacheinfo", entry], index);
    const tree = (await world.github.git.run(["write-tree", "--missing-ok"], index)).stdout.toString().trim();
    const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
    const made = await world.github.git.run([...identity, "commit-tree", tree, "-p", main, "-m", "x"]);
    const sha = made.stdout.toString().trim();
    await world.github.git.push(sha, "refs/heads/main", main);
    main = sha;
    const files = [written("vendor/lib/evil.c", "x\n")];
    await expect(publish({ ...changeOf([]), files })).rejects.toThrow(/submodule/);
  });
});
