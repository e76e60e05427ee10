import { describe, expect, test } from "@jest/globals";
import { type Command, NO_USAGE, type RunState } from "@slipway/model";
import { type Look, sinceOf } from "./look.ts";
import { meaningOf } from "./meaning.ts";
import { readComment } from "./read-comment.ts";
import type { Place } from "./read-trigger.ts";
import { repairsOf } from "./repair.ts";
import { needsTurn } from "./sweep.ts";
import {
  AT,
  append,
  LATER,
  lease,
  nodeIn,
  planned,
  published,
  RUN_ID,
  seenIssue,
  seenPull,
  sha,
} from "./testing/run.ts";
import { type TurnRequest, turnOf } from "./turn.ts";

const job = { at: LATER, workflowRunId: 50, runAttempt: 1 };
const looked = (facts: Look["facts"] = []): Look => ({
  seen: { pulls: [], issues: [], heads: new Map() },
  facts,
  settled: new Set(),
  warnings: [],
});
const turn = (state: RunState, more: Partial<TurnRequest> = {}) =>
  turnOf(
    state,
    {
      runId: RUN_ID,
      by: "ada",
      before: state,
      started: [],
      command: null,
      commander: null,
      look: looked(),
      ended: new Set(),
      settled: [],
      ...more,
    },
    job,
  );
const typesOf = (taken: ReturnType<typeof turn>) =>
  "refuse" in taken ? [taken.refuse] : taken.events.map(({ type }) => type);
const asks = (command: string, more: object = {}) =>
  ({ version: 1, runId: RUN_ID, dispatchId: "comment-1", command, ...more }) as Command;

describe("a turn", () => {
  test("takes in what was seen, then what was asked, then claims on what that leads to", () => {
    const closed = [{ type: "issue.closed", nodeId: "T2", by: "bob", at: AT }] as const;
    expect(typesOf(turn(planned(), { look: looked(closed) }))).toEqual([
      "run.observed",
      "issue.closed",
      "node.claimed",
      "node.claimed",
    ]);
    const paused = turn(planned(), { look: looked(closed), command: asks("pause") });
    expect(typesOf(paused)).toEqual(["run.observed", "issue.closed", "run.paused"]);
  });

  test("that finds nothing new records nothing", () => {
    const busy = append(planned({ limits: { parallel: 1 } }), {
      type: "node.claimed",
      nodeId: "T1",
      mode: "execute",
      lease: lease(1, 9),
    });
    expect(typesOf(turn(busy))).toEqual([]);
  });

  test("warns once", () => {
    const warned = { ...looked(), warnings: ["Somebody pushed over it."] };
    const state = append(planned(), { type: "run.paused", dispatchId: null });
    const first = turn(state, { look: warned });
    expect(typesOf(first)).toEqual(["run.observed", "run.noted"]);
    expect(
      typesOf(turn(append(state, ...("events" in first ? first.events : [])), { look: warned })),
    ).toEqual([]);
  });

  test("whose command is refused still takes in what was seen", () => {
    const closed = [{ type: "issue.closed", nodeId: "T2", by: "bob", at: AT }] as const;
    const refused = turn(planned(), { look: looked(closed), command: asks("retry", { nodeId: "T1" }) });
    expect(refused).toMatchObject({ refused: expect.stringContaining("T1 is NEW, not BLOCKED") });
    expect(typesOf(refused)).toContain("issue.closed");
  });

  test("takes a command once, however often its event comes", () => {
    const command = asks("pause");
    const once = turn(planned(), { command });
    const after = append(planned(), ...("events" in once ? once.events : []));
    const resumed = append(after, { type: "run.resumed", dispatchId: null });
    expect(typesOf(turn(resumed, { command }))).not.toContain("run.paused");
  });

  test("judges a role by the policy", () => {
    const state = planned({ commands: "maintain" });
    const by = (role: string) => turn(state, { command: asks("pause"), commander: { role, teams: [] } });
    expect(by("write")).toMatchObject({ refused: expect.stringContaining("the role maintain or above") });
    expect(by("admin")).toMatchObject({ refused: null });
  });

  test("of a run that is not there is refused", () => {
    expect(turnOf(null, { ...request(), command: asks("pause") }, job)).toEqual({
      refuse: `There is no run ${RUN_ID} to pause.`,
    });
  });
});

const request = (): TurnRequest => ({
  runId: RUN_ID,
  by: "ada",
  before: null,
  started: [],
  command: null,
  commander: null,
  look: null,
  ended: new Set(),
  settled: [],
});

describe("a comment means", () => {
  const state = published();
  const at = (nodeId: string, pull = false): Place => ({ runId: RUN_ID, nodeId, number: 3, pull });
  const heads = new Map([["task/3-title-of-t1", sha(7)]]);
  const meaning = (text: string, place = at("T1"), there: ReadonlyMap<string, string> = heads) =>
    meaningOf(readComment(text) ?? { verb: "help" }, place, state, there, "comment-1");

  test.each([
    ["/slipway retry", at("T1"), { command: "retry", nodeId: "T1" }],
    ["/slipway retry T2", at("T1"), { command: "retry", nodeId: "T2" }],
    ["/slipway advance", at("F1", true), { command: "advance", nodeId: "F1" }],
    ["/slipway advance", at("E1", true), { command: "advance", nodeId: "E1" }],
    ["/slipway approve", at("T1", true), { command: "approve", nodeId: "T1", headSha: sha(7) }],
    [`/slipway approve ${sha(7).slice(0, 9)}`, at("T1"), { command: "approve", headSha: sha(7) }],
    ["/slipway approve T1", at("E1"), { command: "approve", nodeId: "T1" }],
  ])("%s", (text, place, command) => {
    expect(meaning(text, place)).toMatchObject({ kind: "command", command });
  });

  test("the whole run on the root's issue", () => {
    const found = meaning("/slipway retry", at("E1"));
    expect(found).toEqual({
      kind: "command",
      command: { version: 1, runId: RUN_ID, dispatchId: "comment-1", command: "retry" },
    });
  });

  test("nothing clear", () => {
    expect(meaning("/slipway what")).toEqual({ kind: "unclear", reason: "`what` is not a command." });
  });

  test.each([
    ["/slipway approve", at("T2"), "T2 has no change that was checked yet"],
    ["/slipway approve T9", at("T1"), "has no node T9"],
    ["/slipway approve 1234567", at("T1"), "not at 1234567"],
  ])("nothing that can be done: %s", (text, place, reason) => {
    expect(meaning(text, place)).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
  });

  test("no approval of a commit that was not checked", () => {
    const pushed = new Map([["task/3-title-of-t1", sha(8)]]);
    expect(meaning("/slipway approve", at("T1"), pushed)).toMatchObject({ kind: "refused" });
    expect(meaning("/slipway approve", at("T1"), new Map())).toMatchObject({ kind: "refused" });
  });
});

describe("the sweep asks for a turn", () => {
  const none = new Set<number>();
  const claimed = append(planned({ limits: { parallel: 1 } }), {
    type: "node.claimed",
    nodeId: "T1",
    mode: "execute",
    lease: lease(1, 9),
  });
  test.each<[string, RunState, ReadonlySet<number>, string | undefined]>([
    ["of a run whose continuation was lost", planned(), none, "T1, T2, T3 can go on"],
    ["of a run whose job was killed", claimed, new Set([9]), "a workflow run that held work of it has ended"],
    ["not while a job is at it", claimed, none, undefined],
    ["not of a paused run", append(planned(), { type: "run.paused", dispatchId: null }), none, undefined],
    [
      "not of a cancelled run",
      append(planned(), { type: "run.cancelled", dispatchId: null }),
      none,
      undefined,
    ],
    ["not of a failed run", append(planned(), { type: "run.failed", reason: "No." }), none, undefined],
    [
      "not of a run that waits for a person",
      append(
        planned(),
        ...["T1", "T2", "T3"].map((nodeId) => ({ type: "node.blocked", nodeId, reason: "No." }) as const),
      ),
      none,
      undefined,
    ],
  ])("%s", (_, state, ended, why) => {
    const reason = needsTurn(state, LATER, ended);
    if (why === undefined) expect(reason).toBeUndefined();
    else expect(reason).toContain(why);
  });
});

describe("what is drawn otherwise than the ledger has it is put right", () => {
  const kinds = (before: RunState | null, after: RunState, issues = [seenIssue(3)], pulls = [seenPull()]) =>
    repairsOf(before, after, { issues, pulls, heads: new Map() }).map(
      ({ kind, node }) => `${kind} ${node.plan.id}`,
    );
  const state = published();
  const blocked = append(state, { type: "node.blocked", nodeId: "T1", reason: "No." });
  const labelled = seenIssue(3, { labels: ["slipway", "slipway:blocked"] });
  const closedIssue = seenIssue(3, { state: "closed", closedAt: AT });
  const setAside = append(state, { type: "issue.closed", nodeId: "T1", by: "ada", at: AT });
  const again = append(setAside, { type: "run.retried", dispatchId: null, nodeId: "T1" });
  const done = append(state, { type: "pull.merged", nodeId: "T1", by: "ada", pull: 20, mergeSha: sha(30) });

  test.each<[string, string[], string[]]>([
    ["nothing", kinds(state, state), []],
    ["a label that is missing", kinds(blocked, blocked), ["setBlocked T1"]],
    ["a label that is there", kinds(blocked, blocked, [labelled]), []],
    ["a label of a node that goes on", kinds(state, state, [labelled]), ["clearBlocked T1"]],
    ["a label that a turn makes wrong", kinds(blocked, state, []), ["clearBlocked T1"]],
    ["a label that a turn asks for", kinds(state, blocked, []), ["setBlocked T1"]],
    ["no label for what a person set aside", kinds(state, setAside, [closedIssue]), []],
    ["an issue that is asked for again", kinds(setAside, again, [closedIssue]), ["reopenIssue T1"]],
    ["an issue that was opened again", kinds(setAside, again, [seenIssue(3)]), []],
    ["an issue of what was just merged", kinds(state, done, [], []), ["closeIssue T1"]],
    ["an issue and a pull request left over", kinds(done, done), ["closeIssue T1", "closePull T1"]],
    [
      "no issue that a person opened again",
      kinds(done, done, [seenIssue(3, { stateReason: "reopened" })], []),
      [],
    ],
  ])("%s", (_, found, wanted) => {
    expect(found).toEqual(wanted);
  });

  test("in the first turn there is nothing", () => {
    expect(repairsOf(null, planned(), null)).toEqual([]);
  });
});

test("a claim that was lost blocks its node, and the label follows", () => {
  const once = { type: "node.failed", nodeId: "T1", reason: "No.", usage: NO_USAGE } as const;
  const state = append(
    planned({ limits: { attempts: 2, parallel: 1 } }),
    { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(1, 8) },
    { ...once, claim: 1 },
    { type: "node.claimed", nodeId: "T1", mode: "execute", lease: lease(2, 9) },
  );
  const taken = turn(state, { ended: new Set([9]) });
  const after = append(state, ...("events" in taken ? taken.events : []));
  expect(nodeIn(after, "T1").status).toBe("BLOCKED");
  expect(repairsOf(state, after, null).map(({ kind }) => kind)).toEqual(["setBlocked"]);
});

test.each([
  ["the first look", null, false, "2026-11-20T09:55:00.000Z"],
  ["the next one", "2026-11-22T10:00:00.000Z", false, "2026-11-22T09:55:00.000Z"],
  ["a thorough one", "2026-11-29T10:00:00.000Z", true, "2026-11-27T10:55:00.000Z"],
  ["a thorough one of a young run", "2026-11-29T10:00:00.000Z", true, "2026-11-28T23:55:00.000Z"],
  ["a thorough one after a long rest", "2026-11-21T10:00:00.000Z", true, "2026-11-21T09:55:00.000Z"],
])("%s goes back as far as it has to", (what, observedAt, thorough, since) => {
  const startedAt = what.includes("young") ? "2026-11-29T00:00:00.000Z" : AT;
  expect(sinceOf({ startedAt, observedAt }, thorough, new Date("2026-11-29T11:00:00.000Z"))).toBe(since);
});
