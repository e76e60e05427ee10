import { describe, expect, test } from "@jest/globals";
import type { SeenIssue, SeenPull } from "@slipway/github";
import type { LedgerEvent, RunState } from "@slipway/model";
import fc from "fast-check";
import { changesOf, holdingsOf, oursAmong, type Seen } from "./changes.ts";
import {
  type Answers,
  awaitingOn,
  closersAskedFor,
  factsOf,
  newsOf,
  settledOf,
  waitingNodes,
} from "./facts.ts";
import type { Doing } from "./read-trigger.ts";
import {
  append,
  LATER,
  lease,
  nodeIn,
  planned,
  published,
  seenIssue,
  seenPull,
  sha,
  stamp,
} from "./testing/run.ts";

const HEADS = [
  ["main", sha(1)],
  ["epic/1-title-of-e1", sha(1)],
  ["feature/2-title-of-f1", sha(1)],
  ["task/3-title-of-t1", sha(7)],
] as const;
const seen = (more: Partial<Seen> = {}): Seen => ({ pulls: [], issues: [], heads: new Map(HEADS), ...more });
const withHeads = (changed: Readonly<Record<string, string | null>>) => {
  const heads = new Map<string, string>(HEADS);
  for (const [branch, at] of Object.entries(changed))
    at === null ? heads.delete(branch) : heads.set(branch, at);
  return seen({ heads });
};

const byPerson = (login: string, type: "User" | "Bot" = "User"): Answers => ({
  closers: new Map([3, 20].map((number) => [number, { login, type }])),
  forced: new Set(),
  own: new Set(),
  restored: new Map([
    ["T1", sha(7)],
    ["F1", sha(9)],
  ]),
});

const facts = (
  state: RunState,
  found: Seen,
  { answers = byPerson("ada"), doing = null }: { answers?: Answers; doing?: Doing | null } = {},
): LedgerEvent[] => factsOf(changesOf(state, found, new Set()), found, answers, doing);

const merged = { state: "closed", merged: true, mergeSha: sha(30), closedAt: LATER } as const;
const closed = { state: "closed", closedAt: LATER } as const;

describe("what people did becomes an event", () => {
  const state = published();
  test.each<[string, RunState, Seen, Partial<LedgerEvent>]>([
    [
      "merged",
      state,
      seen({ pulls: [seenPull(merged)] }),
      { type: "pull.merged", by: "ada", mergeSha: sha(30) },
    ],
    ["closed", state, seen({ pulls: [seenPull(closed)] }), { type: "pull.closed", by: "ada", at: LATER }],
    [
      "merged elsewhere",
      state,
      seen({ pulls: [seenPull({ ...merged, baseRef: "main" })] }),
      { type: "pull.closed" },
    ],
    ["pushed", state, withHeads({ "task/3-title-of-t1": sha(8) }), { type: "branch.moved", headSha: sha(8) }],
    [
      "deleted",
      state,
      withHeads({ "task/3-title-of-t1": null }),
      { type: "branch.lost", restoredAt: sha(7) },
    ],
    ["issue closed", state, seen({ issues: [seenIssue(3, closed)] }), { type: "issue.closed", by: "ada" }],
    [
      "retitled",
      state,
      seen({ issues: [seenIssue(3, { title: " New\ntitle " })] }),
      { type: "issue.retitled", title: "New title" },
    ],
    [
      "relabelled",
      state,
      seen({ issues: [seenIssue(3, { labels: ["slipway:task", "urgent", "slipway:blocked"] })] }),
      { type: "issue.relabelled", added: ["urgent"], removed: ["slipway"] },
    ],
    [
      "moved",
      state,
      seen({ issues: [seenIssue(3, { parent: 5 })] }),
      { type: "issue.moved", parentId: "F2" },
    ],
    [
      "taken out",
      state,
      seen({ issues: [seenIssue(3, { parent: null }), seenIssue(4, { parent: 2 })] }),
      { type: "issue.moved", parentId: null },
    ],
    [
      "put elsewhere",
      state,
      seen({ issues: [seenIssue(3, { parent: 99 })] }),
      { type: "issue.moved", parentId: null },
    ],
  ])("%s", (_, given, found, wanted) => {
    expect(facts(given, found)).toEqual([expect.objectContaining({ ...wanted, nodeId: "T1" })]);
  });

  test("what a job pushed before it broke off nobody else is said to have pushed", () => {
    const answers = { ...byPerson("ada"), own: new Set(["T1"]) };
    const found = facts(state, withHeads({ "task/3-title-of-t1": sha(8) }), { answers });
    expect(found).toMatchObject([{ type: "branch.moved", nodeId: "T1", by: "A job of this run" }]);
  });

  test("and what they took back", () => {
    const set = append(
      state,
      { type: "pull.closed", nodeId: "T1", by: "ada", pull: 20, at: LATER },
      { type: "issue.closed", nodeId: "T3", by: "ada", at: LATER },
    );
    const found = seen({ pulls: [seenPull()], issues: [seenIssue(6)] });
    expect(facts(set, found, { doing: { login: "bob", pull: 20 } })).toEqual([
      { type: "pull.reopened", nodeId: "T1", by: "bob", pull: 20 },
      { type: "issue.reopened", nodeId: "T3", by: "Someone" },
    ]);
  });

  test("with the name of whoever is at it now", () => {
    const found = withHeads({ "task/3-title-of-t1": sha(8) });
    const answers = { ...byPerson("ada"), forced: new Set(["T1"]) };
    expect(facts(state, found, { answers, doing: { login: "bob", branch: "task/3-title-of-t1" } })).toEqual([
      { type: "branch.moved", nodeId: "T1", by: "bob", headSha: sha(8), forced: true },
    ]);
  });

  test("a lost branch of a parent holds what was merged into it last", () => {
    const given = append(
      state,
      { type: "node.claimed", nodeId: "T1", mode: "verify", lease: lease(2, 6) },
      { type: "node.merged", nodeId: "T1", claim: 2, pull: 20, mergeSha: sha(9) },
    );
    const found = withHeads({ "feature/2-title-of-f1": null });
    expect(changesOf(given, found, new Set())).toEqual([
      { kind: "branchLost", nodeId: "F1", branch: "feature/2-title-of-f1", at: sha(9) },
    ]);
    // One into which nothing was merged is made by whoever needs it.
    expect(changesOf(planned(), seen({ heads: new Map([["main", sha(1)]]) }), new Set())).toEqual([]);
  });
});

test("what lost its marker is known by its number", () => {
  const bare = { runId: null, nodeId: null };
  const other = { runId: "r-20261120-zzzzzz", nodeId: "T1" };
  const found = oursAmong(published(), {
    pulls: [seenPull({ ...closed, ...bare }), seenPull({ ...other, number: 21 })],
    issues: [seenIssue(3, { ...closed, ...bare }), seenIssue(90, other)],
  });
  expect(found.pulls.map(({ number }) => number)).toEqual([20]);
  expect(found.issues.map(({ number }) => number)).toEqual([3]);
  expect(facts(published(), seen(found))).toMatchObject([{ type: "issue.closed", nodeId: "T1" }]);
});

test("a branch that no longer ends with what was merged last is to be looked into", () => {
  const given = append(
    published(),
    { type: "node.claimed", nodeId: "T1", mode: "verify", lease: lease(2, 6) },
    { type: "node.merged", nodeId: "T1", claim: 2, pull: 20, mergeSha: sha(9) },
  );
  const heads = (at: string) => new Map([...HEADS, ["feature/2-title-of-f1", at] as const]);
  expect(holdingsOf(given, heads(sha(9)))).toEqual([]);
  expect(holdingsOf(given, heads(sha(4)))).toEqual([
    { nodeId: "F1", branch: "feature/2-title-of-f1", head: sha(4), child: "T1", mergeSha: sha(9) },
  ]);
  expect(holdingsOf(published(), heads(sha(4)))).toEqual([]);
});

describe("no event comes of", () => {
  const state = published();
  const held = append(state, { type: "node.claimed", nodeId: "T1", mode: "verify", lease: lease(2, 6) });
  const done = append(held, { type: "node.merged", nodeId: "T1", claim: 2, pull: 20, mergeSha: sha(30) });
  const retried = append(
    state,
    { type: "issue.closed", nodeId: "T1", by: "ada", at: "2026-11-20T09:00:00Z" },
    { type: "run.retried", dispatchId: null, nodeId: "T1" },
  );
  test.each<[string, RunState, Seen]>([
    [
      "nothing new",
      state,
      seen({ pulls: [seenPull()], issues: [seenIssue(3), seenIssue(1, { parent: 77 })] }),
    ],
    ["a pull request that a job holds", held, seen({ pulls: [seenPull(closed)] })],
    ["a merge that a job is about to record", held, seen({ pulls: [seenPull(merged)] })],
    ["a branch that a job holds", held, withHeads({ "task/3-title-of-t1": sha(8) })],
    ["what is done", done, seen({ pulls: [seenPull(merged)], issues: [seenIssue(3, closed)] })],
    ["a branch that is deleted after its merge", done, withHeads({ "task/3-title-of-t1": null })],
    [
      "what was closed before somebody asked for it again",
      retried,
      seen({ issues: [seenIssue(3, { state: "closed", closedAt: "2026-11-20T09:00:00Z" })] }),
    ],
    ["a server without sub-issues", state, seen({ issues: [seenIssue(3, { parent: undefined })] })],
    ["a kind that is an issue type", state, seen({ issues: [seenIssue(3, { labels: ["slipway"] })] })],
  ])("%s", (_, given, found) => {
    expect(facts(given, found)).toEqual([]);
  });

  test("closings by an account that is no person", () => {
    const found = seen({ pulls: [seenPull(closed)], issues: [seenIssue(3, closed)] });
    expect(closersAskedFor(changesOf(state, found, new Set()))).toEqual([20, 3]);
    expect(facts(state, found, { answers: byPerson("stale[bot]", "Bot") })).toEqual([]);
  });

  test("the closing that GitHub makes of a deleted branch", () => {
    const found = { ...withHeads({ "task/3-title-of-t1": null }), pulls: [seenPull(closed)] };
    expect(facts(state, found).map(({ type }) => type)).toEqual(["branch.lost"]);
  });

  test("the closing of an issue that a merge brings", () => {
    const found = seen({ pulls: [seenPull(merged)], issues: [seenIssue(3, closed)] });
    expect(facts(state, found).map(({ type }) => type)).toEqual(["pull.merged"]);
  });
});

test("a merge under the claim of a workflow run that has ended is taken in", () => {
  const held = append(published(), {
    type: "node.claimed",
    nodeId: "T1",
    mode: "verify",
    lease: lease(2, 6),
  });
  const found = seen({ pulls: [seenPull(merged)] });
  expect(changesOf(held, found, new Set([6])).map(({ kind }) => kind)).toEqual(["pullMerged"]);
});

describe("news", () => {
  test("of a node that another turn has touched meanwhile are left for the next look", () => {
    const looked = published();
    const found = withHeads({ "task/3-title-of-t1": sha(8) });
    const told = facts(looked, found);
    expect(newsOf(looked, looked, told, stamp)).toEqual(told);
    const newest = append(looked, { type: "node.claimed", nodeId: "T1", mode: "verify", lease: lease(2, 6) });
    expect(newsOf(looked, newest, told, stamp)).toEqual([]);
    const elsewhere = append(looked, {
      type: "node.claimed",
      nodeId: "T2",
      mode: "execute",
      lease: lease(1, 6),
    });
    expect(newsOf(looked, elsewhere, told, stamp)).toEqual(told);
  });

  test("that the run does not follow are told once", () => {
    const state = published();
    const told = facts(state, seen({ issues: [seenIssue(3, { parent: 5 })] }));
    const after = append(state, ...newsOf(state, state, told, stamp));
    expect(nodeIn(after, "T1").plan.parent).toBe("F1");
    expect(after.notes.at(-1)?.text).toContain("the run does not follow");
    expect(newsOf(after, after, told, stamp)).toEqual([]);
  });
});

const issueArb = fc.record({
  number: fc.integer({ min: 1, max: 6 }),
  state: fc.constantFrom("open", "closed"),
  labels: fc.subarray(["slipway", "slipway:task", "slipway:blocked", "urgent", "Later"]),
  title: fc.constantFrom("Title of T1", "Another", "  ", "x".repeat(200)),
  parent: fc.constantFrom(null, undefined, 1, 2, 5, 77),
  closedAt: fc.constantFrom(LATER, "2026-11-20T09:00:00Z", null),
});
const pullArb = fc.record({
  state: fc.constantFrom("open", "closed"),
  merged: fc.boolean(),
  baseRef: fc.constantFrom("feature/2-title-of-f1", "main"),
  closedAt: fc.constantFrom(LATER, null),
});

test("what was taken in is not news again, whatever was found", () => {
  fc.assert(
    fc.property(
      fc.array(issueArb, { maxLength: 6 }),
      fc.array(pullArb, { maxLength: 2 }),
      fc.constantFrom(sha(7), sha(8), null),
      (issues, pulls, head) => {
        const found: Seen = {
          ...withHeads({ "task/3-title-of-t1": head }),
          issues: issues.map((issue) => seenIssue(issue.number, issue as Partial<SeenIssue>)),
          pulls: pulls.map((pull) =>
            seenPull({
              ...pull,
              state: pull.merged ? "closed" : pull.state,
              mergeSha: sha(30),
            } as Partial<SeenPull>),
          ),
        };
        let state = published();
        state = append(state, ...newsOf(state, state, facts(state, found), stamp));
        // A branch that was made again is there at the next look.
        const next: Seen = head === null ? { ...found, heads: new Map(HEADS) } : found;
        const twice = append(state, ...newsOf(state, state, facts(state, next), stamp));
        expect(newsOf(twice, twice, facts(twice, next), stamp)).toEqual([]);
      },
    ),
    { numRuns: 2_000 },
  );
});

describe("an outside wait is over", () => {
  const waiting = (gate: "checks" | "risk", names: readonly string[] = []) => {
    const state = published();
    const { subject } = nodeIn(state, "T1");
    if (!subject) throw new Error("T1 has no subject.");
    const base = { nodeId: "T1", subject, reason: "It waits.", at: LATER };
    return append(
      state,
      { type: "node.claimed", nodeId: "T1", mode: "verify", lease: lease(2, 6) },
      {
        type: "node.judged",
        nodeId: "T1",
        claim: 2,
        evidence: [
          {
            ...base,
            kind: "checks",
            verdict: "pending",
            checks: names.map((name) => ({ name, state: "missing", title: "", summary: "", link: null })),
            approvals: { wanted: 0, given: 0 },
            draft: gate === "risk",
            paths: [],
            lines: 0,
          },
        ],
        verdict: {
          nodeId: "T1",
          subject,
          outcome: "waiting",
          sentence: "Not mergeable: it waits.",
          gates: [{ name: gate, status: "pending", reason: "it waits", link: null }],
          at: LATER,
        },
      },
      { type: "node.released", nodeId: "T1", claim: 2, reason: "It waits." },
    );
  };
  const report = (name: string, state: "pending" | "pass" | "fail") => ({
    name,
    state,
    appId: 1,
    source: "check" as const,
    conclusion: state,
    title: "",
    summary: "",
    url: null,
  });
  test("a change in a merge queue is looked at again: a queue tells nobody when it gives one up", () => {
    expect(settledOf(waitingNodes(waiting("checks")), { pulls: [] }, new Map()).has("T1")).toBe(true);
  });

  const both = waiting("checks", ["ci", "lint"]);
  test.each([
    ["when nothing has reported", [], false],
    ["when one has passed", [report("ci", "pass")], false],
    ["when one is still at it", [report("ci", "pass"), report("lint", "pending")], false],
    ["when all have passed", [report("ci", "pass"), report("lint", "pass")], true],
    ["when one has failed", [report("ci", "fail")], true],
    ["when another has passed", [report("docs", "pass")], false],
  ])("%s: %#", (_, reports, over) => {
    expect(settledOf(waitingNodes(both), { pulls: [] }, new Map([["T1", reports]])).has("T1")).toBe(over);
  });

  test("when the draft is one no more", () => {
    const state = waiting("risk");
    expect(settledOf(waitingNodes(state), { pulls: [seenPull({ draft: true })] }, new Map()).size).toBe(0);
    expect(settledOf(waitingNodes(state), { pulls: [] }, new Map()).size).toBe(0);
    expect(settledOf(waitingNodes(state), { pulls: [seenPull()] }, new Map())).toEqual(new Set(["T1"]));
  });

  test("on the very commit that it waits on, in a run that goes on", () => {
    const { headSha } = nodeIn(both, "T1").subject ?? { headSha: "" };
    const ids = (state: RunState, head = headSha) => awaitingOn(state, head).map(({ plan }) => plan.id);
    expect(ids(both)).toEqual(["T1"]);
    expect(ids(both, sha(99))).toEqual([]);
    expect(ids(waiting("risk"))).toEqual([]);
    expect(ids(append(both, { type: "run.paused", dispatchId: null }))).toEqual([]);
    expect(ids(append(both, { type: "run.cancelled", dispatchId: null }))).toEqual([]);
    const held = { type: "node.claimed", nodeId: "T1", mode: "gate", lease: lease(3, 6) } as const;
    expect(ids(append(both, held))).toEqual([]);
  });
});
