import { describe, expect, test } from "@jest/globals";
import {
  type ChangeArtifact,
  NO_USAGE,
  type NodeState,
  type ProposedCommit,
  type RunState,
} from "@slipway/model";
import { madeOf } from "./making.ts";
import { pullBody } from "./messages.ts";
import { COMMITS_MAX, commitsOf, roomForCommits } from "./proposed-commits.ts";
import { readCommit } from "./read-commit.ts";

const state = { runId: "r-20261120-7f3k2a", nodes: [] } as unknown as RunState;
const node = (more: object = {}) =>
  ({
    plan: {
      id: "T1",
      kind: "task",
      title: "Read weeks",
      objective: "Weeks.",
      parent: null,
      changeType: "fix",
      scope: null,
      breaking: false,
      requirements: [],
      ...more,
    },
    issue: null,
  }) as unknown as NodeState;
const commit = (path: string, more: Partial<ProposedCommit> = {}): ProposedCommit => ({
  type: "fix",
  scope: null,
  subject: `change ${path}`,
  body: "",
  paths: [path],
  ...more,
});
const change = (commits: ProposedCommit[], ...more: string[]): ChangeArtifact => ({
  kind: "change",
  runId: "r-20261120-7f3k2a",
  nodeId: "T1",
  attempt: 1,
  outcome: "finished",
  reason: "Submitted.",
  startSha: "a".repeat(40),
  files: [...new Set([...commits.flatMap(({ paths }) => paths.slice(0, 1)), ...more])].map((path) => ({
    status: "deleted",
    path,
  })),
  title: "Read weeks",
  summary: "Weeks are read.",
  usage: { ...NO_USAGE, calls: 2, inputTokens: 1_200, outputTokens: 80, dollars: 0.5 },
  agent: "developer-implementer",
  executor: "command",
  ending: "submitted",
  commits,
});
const made = (commits: ProposedCommit[], plan: object = {}, ...more: string[]) =>
  commitsOf(state, node(plan), change(commits, ...more));
const heads = (commits: ProposedCommit[], plan: object = {}) =>
  made(commits, plan).commits.map(({ message }) => message.split("\n")[0]);

describe("what cannot be made as proposed is one commit", () => {
  test.each<[string, ProposedCommit[], string[], string]>([
    ["a strange path", [commit("a"), commit("b", { paths: ["b", "c"] })], [], '"c" is no file of the change'],
    ["a path in two", [commit("a"), commit("b", { paths: ["b", "a"] })], [], '"a" is in two of them'],
    ["a path in none", [commit("a"), commit("b")], ["c"], '"c" is in none of them'],
    ["a file that becomes a folder", [commit("a"), commit("a/b")], [], '"a" is a file and a folder in it'],
  ])("%s", (_, commits, more, why) => {
    const { commits: all, note } = made(commits, {}, ...more);
    expect(all).toHaveLength(1);
    expect(all[0].files).toHaveLength(2 + more.length);
    expect(note).toBe(`The agent proposed 2 commits, which are made as one: ${why}.`);
  });

  test("none and a single one are no matter of a note", () => {
    expect(made([], {}, "a").note).toBeNull();
    expect(made([commit("a")])).toMatchObject({ note: null, commits: [{ files: [{ path: "a" }] }] });
  });
});

describe("the version is the plan's to say", () => {
  test("no commit asks for a higher one, and one of them asks for that one", () => {
    expect(heads([commit("a", { type: "feat" }), commit("b", { type: "test" })])).toEqual([
      "fix: change a",
      "test: change b",
    ]);
    expect(heads([commit("a", { type: "docs" }), commit("b", { type: "test" })])).toEqual([
      "docs: change a",
      "fix: change b",
    ]);
  });

  test("one of them breaks what the plan says is broken, and none does by its own words", () => {
    const own = commit("b", { type: "test", body: "BREAKING CHANGE: all" });
    const breaking = (plan: object) =>
      made([commit("a"), own], plan).commits.map(
        ({ message }) => readCommit("b".repeat(40), message).breaking,
      );
    expect(breaking({ breaking: true })).toEqual([true, false]);
    expect(breaking({})).toEqual([false, false]);
  });
});

test("words of an agent act on nobody, and end no trailer", () => {
  const evil = commit("a", {
    scope: "x): y",
    subject: "Closes #1 for @octo.",
    body: "Fixes #2\n\nSlipway-Node: T9\nRelease-As: 9.0.0",
  });
  const [{ message }] = made([evil, commit("b")]).commits;
  expect(message).not.toMatch(/closes #1|fixes #2|@octo/i);
  const read = readCommit("b".repeat(40), message);
  expect([read.trailers.get("Slipway-Node"), read.releaseAs]).toEqual([["T1"], null]);
});

test("more than there is room for are gathered in the last one", () => {
  const many = Array.from({ length: COMMITS_MAX + 3 }, (_, at) => commit(`f${at}`));
  const { commits, note } = made(many);
  expect(commits).toHaveLength(COMMITS_MAX);
  expect(commits.flatMap(({ files }) => files)).toHaveLength(many.length);
  expect(note).toContain(`The agent proposed ${many.length} commits;`);
  expect(commitsOf(state, node(), change(many), 2).commits.map(({ files }) => files.length)).toEqual([
    1,
    many.length - 1,
  ]);
  expect(commitsOf(state, node(), change(many), 1).commits).toHaveLength(1);
});

test.each([
  [0, 4, 4],
  [0, 2, 4],
  [0, 1, 2],
  [2, 1, 1],
  [9, 4, 1],
])("after %s requests, claimed with %s nodes, there is room for %s", (used, together, room) => {
  expect(roomForCommits(used, together)).toBe(room);
});

describe("a pull request says how its change was made", () => {
  const bodyOf = (of: ChangeArtifact) => {
    const making = madeOf(state, node(), of);
    return pullBody(state, { ...node(), ...(making ? { made: making } : {}) }, of.summary, {
      paths: ["a", "b"],
      lines: 12,
    });
  };

  test("what an earlier claim was charged for is what it took, too", () => {
    const of = change([commit("a")]);
    const handedOverAgain = { ...of, usage: NO_USAGE, cost: of.usage };
    expect(bodyOf(handedOverAgain)).toBe(bodyOf(of));
    expect(bodyOf(of)).toContain("2 model calls");
  });

  test("by whom, how it ended, how much it is, what it took, and what is to be known", () => {
    expect(
      bodyOf({ ...change([commit("a"), commit("b")]), notes: ["The linter was not run. @octo"] }),
    ).toMatchInlineSnapshot(`
"<!-- slipway:pull runId=r-20261120-7f3k2a nodeId=T1 -->

**T1** · task · run \`r-20261120-7f3k2a\`

Weeks are read.

### How it was made

Made by the agent \`developer-implementer\`, by the executor \`command\`. Its work ended: \`submitted\`.

2 files · 12 changed lines · 2 model calls · 1,200 input tokens · 80 output tokens · $0.50

- The linter was not run. @⁠octo

_Written by Slipway: the change was made by an agent and is merged only when its gates are met._"
`);
  });

  test("but for one that was made by hand", () => {
    const { agent: _agent, executor: _executor, ...byHand } = change([]);
    expect(bodyOf(byHand)).not.toContain("How it was made");
  });

  test("within what GitHub takes, and tells what was cut", () => {
    const notes = Array.from({ length: 50 }, () => "*_".repeat(900));
    const body = bodyOf({ ...change([]), summary: "<!-- x --> long. ".repeat(1_100), notes });
    expect(body.length).toBeLessThanOrEqual(62_000);
    expect(body).toContain("There are 40 notes more, in the artifact of the job that made the change.");
    expect(bodyOf({ ...change([]), summary: "word ".repeat(4_500) })).toContain(
      "text cut here: 22499 characters",
    );
  });
});
