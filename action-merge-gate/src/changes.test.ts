import { describe, expect, test } from "@jest/globals";
import type { LogEntry } from "@slipway/github";
import { type NodeState, nextVersion, type ReleaseCommit, type RunState, releaseEntry } from "@slipway/model";
import { changesOf, onePerNode } from "./changes.ts";
import { methodsFor, noMethod } from "./merge-ways.ts";
import { readCommit } from "./read-commit.ts";
import { changesIn, squashedMessage } from "./squashed.ts";

const RUN = "r-20261120-7f3k2a";
const sha = (number: number) => number.toString(16).padStart(40, "0");
const node = (id: string, parent: string | null, pull: number, more: object = {}) => ({
  plan: {
    id,
    parent,
    kind: id.startsWith("E") ? "epic" : id.startsWith("F") ? "feature" : "task",
    title: `Title of ${id}`,
    changeType: "feat",
    scope: null,
    breaking: false,
    requirements: id.startsWith("T") ? [`FR-00${id.slice(1)}`] : [],
    ...more,
  },
  status: "DONE",
  pull,
  issue: { number: pull + 100 },
  mergeSha: sha(pull),
  finishedAt: `2026-11-20T10:0${pull}:00.000Z`,
});
const nodes = [
  node("E1", null, 9),
  node("F1", "E1", 8),
  node("T1", "F1", 1, { scope: "iso" }),
  node("T2", "F1", 2, { changeType: "fix", breaking: true }),
  node("T3", "E1", 3, { changeType: "docs" }),
];
const state = { runId: RUN, nodes } as unknown as RunState;
const of = (id: string) => nodes.find(({ plan }) => plan.id === id) as unknown as NodeState;
const told = (id: string) =>
  `Slipway-Run: ${RUN}\nSlipway-Node: ${id}\nSlipway-Requirement: FR-00${id.slice(1)}`;
const entry = (subject: string, body: string, more: Partial<LogEntry> = {}): LogEntry => ({
  sha: sha(77),
  parents: [sha(1)],
  at: "",
  subject,
  body,
  ...more,
});
const T1 = entry("feat(iso): title of T1 (#1)", `Why.\n\n${told("T1")}`);
const T2 = entry("fix!: title of T2 (#2)", told("T2"));
const T3 = entry("docs: title of T3 (#3)", told("T3"));
const PERSON = entry("Update README.md", "By hand.\n\n* not a change");
const notes = (changes: readonly ReleaseCommit[]) =>
  changes.map((change) => {
    const { type, scope, breaking, subject, nodeId, requirements, issue, pull } = releaseEntry(state, change);
    return [type, scope, breaking, subject, nodeId, requirements, issue, pull];
  });
const squash = (id: string, log: readonly LogEntry[]): LogEntry => {
  const { title, message } = squashedMessage(state, of(id), onePerNode(state, changesOf(state, log)));
  return entry(title, message, { sha: sha(99) });
};

describe("a parent that is squashed", () => {
  test("carries what its children's commits say", () => {
    const { subject, body } = squash("F1", [T2, T1]);
    expect(`${subject}\n\n${body}`).toMatchInlineSnapshot(`
"feat!: title of F1 (#8)

* fix!: title of T2 (#2)
  Slipway-Node: T2
  Slipway-Requirement: FR-002

* feat(iso): title of T1 (#1)
  Slipway-Node: T1
  Slipway-Requirement: FR-001

Slipway-Run: r-20261120-7f3k2a
Slipway-Node: F1
Slipway-Issue: 108
Slipway-Node: T2
Slipway-Node: T1
Slipway-Requirement: FR-002
Slipway-Requirement: FR-001
Slipway-Changes: 2"
`);
    const last = body.split("\n\n").at(-1)?.split("\n") ?? [];
    expect(last.every((line) => /^Slipway-\w+: \S+$/.test(line))).toBe(true);
  });

  test("is read as its changes: same version, same notes, also when it is squashed once more", () => {
    const log = [T3, PERSON, T2, T1];
    const merged = changesOf(state, log);
    const once = changesOf(state, [squash("E1", log)]);
    const twice = changesOf(state, [squash("E1", [T3, PERSON, squash("F1", [T2, T1])])]);
    for (const changes of [once, twice]) {
      expect(notes(changes)).toEqual(notes(merged));
      expect(nextVersion("1.2.3", changes, "0.1.0")).toEqual({ version: "2.0.0", bump: "major" });
    }
  });

  test("asks for the version by its subject alone, too", () => {
    const subject = (...log: LogEntry[]) => squash("E1", log).subject;
    expect(subject(T3, T1)).toBe("feat: title of E1 (#9)");
    expect(subject(T3, T2)).toBe("fix!: title of E1 (#9)");
    expect(subject(T3)).toBe("docs: title of E1 (#9)");
    expect(subject(PERSON)).toBe("Merge epic E1: Title of E1 (#9)");
  });

  test("keeps a version that a change asks for", () => {
    const asking = entry("feat: three", `${told("T1")}\nRelease-As: 3.0.0`);
    expect(nextVersion("1.2.3", changesOf(state, [squash("E1", [asking])]), "0.1.0")?.version).toBe("3.0.0");
  });

  test("keeps a change of another run apart", () => {
    const other = entry("feat: other", "Slipway-Run: r-20200101-aaaaaa\nSlipway-Node: T1");
    const [first] = changesOf(state, [squash("E1", [other, T2])]);
    expect(first?.trailers.get("Slipway-Run")).toEqual(["r-20200101-aaaaaa"]);
  });

  test("stays within bounds, and says how many changes it leaves out", () => {
    const log = Array.from({ length: 4_000 }, (_, at) => entry(`fix: change ${at} (#${at + 1_000})`, ""));
    const { body, subject } = squash("E1", log);
    expect(body.length).toBeLessThan(65_000);
    const read = changesIn(sha(99), `${subject}\n\n${body}`);
    expect(body).toContain(`… and ${4_000 - read.length} more, in the history of pull request #9.`);
    expect(read.length).toBeGreaterThan(1_000);
  });

  test("whose list somebody has edited is read by its subject", () => {
    const { subject, body } = squash("E1", [T1, T2]);
    const edited = changesIn(sha(99), `${subject}\n\n${body.replace("* feat(iso)", "- feat(iso)")}`);
    expect(edited).toMatchObject([{ type: "feat", breaking: true, subject: "title of E1", pull: 9 }]);
  });
});

test("a parent that somebody else squashed has the changes that the ledger tells", () => {
  const merged = { ...entry("Merge epic E1: Title of E1 (#9)", "* feat(iso): title\n\n* more"), sha: sha(9) };
  expect(notes(changesOf(state, [merged]))).toEqual(notes(changesOf(state, [T3, T2, T1])));
  // Not every commit that its title could be of.
  expect(changesOf(state, [{ ...merged, sha: sha(55) }])).toHaveLength(1);
  expect(changesOf(state, [{ ...PERSON, sha: sha(9) }])).toHaveLength(1);
});

test("merges, documents of the specification, and what only brings a branch up to date, are no changes", () => {
  const log = [
    entry("docs(spec): write spec/greet/prd.md", "Slipway-Run: r-1\nSlipway-Document: spec/greet/prd.md"),
    entry("Merge feature F1", told("F1"), { parents: [sha(1), sha(2)] }),
    entry("chore: bring task/1 up to date with main", `Slipway-Merged: ${sha(4)}`),
    entry("feat: anew", `Slipway-Node: T1\nSlipway-Merged: ${sha(4)}`),
  ];
  expect(changesOf(state, log).map(({ subject }) => subject)).toEqual(["anew"]);
});

describe("one change for each node", () => {
  const subjects = (...log: LogEntry[]) =>
    onePerNode(state, changesOf(state, log)).map(({ subject }) => subject);

  test("that came in several commits, in the words of its plan", () => {
    const unfinished = entry("feat(iso): unfinished work on Title of T1", told("T1"));
    const agents = entry("feat(iso): whatever the agent says", told("T1"));
    expect(subjects(PERSON, agents, T2, unfinished)).toEqual([
      "Update README.md",
      "title of T1",
      "title of T2",
    ]);
  });

  test("that came by two ways; the commit of one alone keeps its words", () => {
    expect(subjects(T1, T2, T1)).toEqual(["title of T1", "title of T2"]);
    expect(subjects(entry("feat: the agent's words", told("T1")))).toEqual(["the agent's words"]);
  });

  test("people's commits are nobody's", () => {
    expect(subjects(PERSON, PERSON)).toHaveLength(2);
  });
});

test("an ordinary list in a message is no list of changes", () => {
  const message = "fix: two things\n\n* feat: one\n\n* fix: two\n\nSlipway-Node: T1";
  expect(changesIn(sha(1), message)).toEqual([readCommit(sha(1), message)]);
});

describe("methods", () => {
  const all = ["merge", "squash", "rebase"] as const;
  test.each<[string, readonly ("merge" | "squash" | "rebase")[], boolean, string[]]>([
    ["T1", all, false, ["squash", "rebase", "merge"]],
    ["F1", all, false, ["merge", "rebase", "squash"]],
    ["F1", ["squash", "rebase"], false, ["rebase", "squash"]],
    ["T1", ["merge"], false, ["merge"]],
    ["T1", [], false, []],
    ["E1", ["squash"], true, ["merge"]],
  ])("of %s where the rules leave %j, queue %s", (id, mergeMethods, mergeQueue, methods) => {
    expect(methodsFor(of(id), { mergeMethods, mergeQueue })).toEqual(methods);
  });

  test("of which none is left: a person is told why, in one sentence", () => {
    expect(noMethod(of("E1"), "main", [])).toMatchObject({ type: "node.blocked", nodeId: "E1" });
    const refusals = [
      { method: "merge", reason: "This branch must not contain merge commits." },
      { method: "rebase", reason: "This branch can't be rebased" },
    ] as const;
    expect([noMethod(of("E1"), "main", []), noMethod(of("E1"), "main", refusals)]).toMatchInlineSnapshot(`
[
  {
    "nodeId": "E1",
    "reason": "Pull request #9 of E1 can be merged into main by no method (the rules of main leave none). Allow squashing, rebasing or merge commits, both in the repository's settings and in the rules of main, then \`retry E1\`.",
    "type": "node.blocked",
  },
  {
    "nodeId": "E1",
    "reason": "Pull request #9 of E1 can be merged into main by no method (GitHub's words: This branch must not contain merge commits. This branch can't be rebased). Allow squashing, rebasing or merge commits, both in the repository's settings and in the rules of main, then \`retry E1\`.",
    "type": "node.blocked",
  },
]
`);
  });
});
