import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { explainIssues, parseCommand, printable, react, startEvent } from "./commands.ts";
import { judge } from "./gates.ts";
import { COMMANDS, type Command } from "./schema/command.ts";
import { IDEA_MAX, policySchema } from "./schema/policy.ts";
import type { RunState } from "./schema/state.ts";
import { runs } from "./testing/plans.ts";
import {
  append,
  evidenceOf,
  judgingOf,
  nodeOf,
  plannedState,
  policyOf,
  RUN_ID,
  sha,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";

const ID = "019aa0f2-3c00-7000-8000-0123456789ab";
const reasonOf = (type: string, payload: unknown) => {
  const parsed = parseCommand(type, payload);
  return parsed.ok ? "accepted" : parsed.reason;
};

describe("what is understood", () => {
  test.each<[string, unknown, Partial<Command>]>([
    ["orchestrator.start", { idea: "  Do it.  " }, { command: "start", idea: "Do it.", version: 1 }],
    ["start", { idea: "Do it.", dispatchId: ID, backendUrl: "https://b.example/x" }, { dispatchId: ID }],
    ["orchestrator.start", { command: "start", idea: "Do it.", version: 1 }, { command: "start" }],
    ["orchestrator.start", { idea: "x".repeat(IDEA_MAX) }, { idea: "x".repeat(IDEA_MAX) }],
    ["orchestrator.pause", { runId: RUN_ID }, { command: "pause", runId: RUN_ID }],
    ["orchestrator.retry", { runId: RUN_ID, nodeId: "T1" }, { nodeId: "T1" }],
    ["orchestrator.approve", { runId: RUN_ID, nodeId: "E1", headSha: sha(5) }, { headSha: sha(5) }],
  ])("%s %#", (type, payload, expected) => {
    const parsed = parseCommand(type, payload);
    expect(parsed).toMatchObject({ ok: true, value: expected });
  });
});

describe("what is refused, and how it is said", () => {
  const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`k${n}`, n]));
  test.each<[string, string, unknown, string | RegExp]>([
    [
      "an unknown command",
      "orchestrator.explode",
      {},
      `\`orchestrator.explode\` is not a command. Use one of ${COMMANDS.map((name) => `orchestrator.${name}`).join(", ")}.`,
    ],
    ["no command", "", {}, /^`` is not a command/],
    ["a name of an object's own", "orchestrator.__proto__", {}, /is not a command/],
    ["another prefix twice", "orchestrator.orchestrator.start", { idea: "x" }, /is not a command/],
    [
      "no object: text",
      "orchestrator.pause",
      "x",
      "The client_payload of orchestrator.pause must be a JSON object.",
    ],
    ["no object: null", "orchestrator.pause", null, /must be a JSON object/],
    ["no object: list", "orchestrator.pause", [], /must be a JSON object/],
    ["no object: nothing", "orchestrator.pause", undefined, /must be a JSON object/],
    [
      "more than ten properties",
      "orchestrator.pause",
      eleven,
      "The client_payload has 11 properties; GitHub allows 10.",
    ],
    [
      "more than 65,535 characters",
      "orchestrator.start",
      { idea: "x".repeat(1_000_000) },
      "The client_payload has 1000011 characters; GitHub allows 65535. Shorten the idea, or commit the long text and refer to it.",
    ],
    [
      "a huge idea",
      "orchestrator.start",
      { idea: "x".repeat(IDEA_MAX + 1) },
      /idea: the idea is longer than 60000 characters/,
    ],
    ["an empty idea", "orchestrator.start", { idea: "" }, /idea: the idea is empty/],
    ["an idea of blanks", "orchestrator.start", { idea: " \n\t " }, /idea: the idea is empty/],
    [
      "an idea that nobody can see",
      "orchestrator.start",
      { idea: "\u200b\u3164\u2800\u{e0041}" },
      /idea: the idea is empty/,
    ],
    ["no idea", "orchestrator.start", {}, /idea: Invalid input: expected string/],
    [
      "a bad dispatch id",
      "orchestrator.start",
      { idea: "x", dispatchId: "7" },
      /dispatchId: dispatchId must be a UUID of version 7/,
    ],
    [
      "a UUID of another version",
      "orchestrator.pause",
      { runId: RUN_ID, dispatchId: "9f1c1d6e-95ce-4b57-a5d6-3f0a5c1d6e95" },
      /dispatchId must be a UUID of version 7/,
    ],
    ["a bad run id", "orchestrator.pause", { runId: "../x" }, /runId: a run id looks like r-20261120-7f3k2a/],
    [
      "a bad node id",
      "orchestrator.retry",
      { runId: RUN_ID, nodeId: "T0" },
      /nodeId: a node id looks like T12/,
    ],
    ["an unknown key", "orchestrator.pause", { runId: RUN_ID, force: true }, /Unrecognized key: "force"/],
    [
      "a key of an object's own",
      "orchestrator.pause",
      JSON.parse(`{"runId":"${RUN_ID}","__proto__":{"a":1}}`),
      /Unrecognized key/,
    ],
    ["an unknown version", "orchestrator.pause", { runId: RUN_ID, version: 2 }, /version: Invalid input/],
    [
      "a backend that is no web address",
      "orchestrator.start",
      { idea: "x", backendUrl: "file:///etc/passwd" },
      /backendUrl/,
    ],
    [
      "two different commands",
      "orchestrator.pause",
      { runId: RUN_ID, command: "cancel" },
      "The event type says pause, the client_payload's `command` says cancel: leave one out.",
    ],
  ])("%s", (_, type, payload, reason) => {
    const told = reasonOf(type, payload);
    if (typeof reason === "string") expect(told).toBe(reason);
    else expect(told).toMatch(reason);
  });

  test("hostile text is told without control characters, at a bearable length", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.dictionary(fc.string({ unit: "binary" }), fc.string()),
        (type, payload) => {
          const parsed = parseCommand(type, payload);
          if (parsed.ok) return;
          expect(parsed.reason).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
          expect(parsed.reason.length).toBeLessThan(4_000);
          expect(parsed.reason.isWellFormed()).toBe(true);
        },
      ),
      runs(),
    );
    expect(printable("a`b\u0000\u202e\u001b[31m")).toBe("a'b???[31m");
    expect(printable("x".repeat(90))).toBe(`${"x".repeat(80)}…`);
  });

  test("policy mistakes are named by their place, and many are counted", () => {
    const parsed = policySchema.safeParse({ limits: { parallel: 0 }, qa: { tst: "npm test" } });
    expect(parsed.success).toBe(false);
    expect(parsed.error && explainIssues(parsed.error)).toBe(
      'limits.parallel: Too small: expected number to be >=1; qa: Unrecognized key: "tst"',
    );
    const many = policySchema.safeParse({ protectedPaths: Array.from({ length: 12 }, () => 1) });
    expect(many.error && explainIssues(many.error)).toMatch(/; and 4 more$/);
  });
});

test("a start becomes the first event of its run", () => {
  const parsed = parseCommand("orchestrator.start", { idea: "Do it.", dispatchId: ID });
  if (!parsed.ok || parsed.value.command !== "start") throw new Error("not a start");
  const event = startEvent({
    command: parsed.value,
    runId: RUN_ID,
    requestedBy: "ada",
    repository: "ada/durations",
    integrationBranch: "main",
    policy: policyOf(),
  });
  expect(append(null, event)).toMatchObject({ runId: RUN_ID, idea: "Do it.", dispatchIds: [ID], seq: 1 });
});

describe("what a command does to a run", () => {
  const running = plannedState();
  const paused = append(running, { type: "run.paused", dispatchId: ID });
  const cancelled = append(running, { type: "run.cancelled", dispatchId: null });
  const done = append(running, { type: "run.completed" });
  const failed = append(running, { type: "run.failed", reason: "No." });
  const blocked = withNodes(running, { T1: { status: "BLOCKED", trouble: "No." } });
  type On = Exclude<Command, { command: "start" }>;
  const on = (command: On["command"], more: object = {}) =>
    ({ version: 1, runId: RUN_ID, command, ...more }) as On;

  test.each<[string, RunState, On, string]>([
    ["pause", running, on("pause"), "run.paused"],
    ["pause twice", paused, on("pause"), "replayed"],
    ["resume", paused, on("resume"), "run.resumed"],
    ["resume what runs", running, on("resume"), "replayed"],
    ["cancel", running, on("cancel"), "run.cancelled"],
    ["cancel what is paused", paused, on("cancel"), "run.cancelled"],
    ["cancel twice", cancelled, on("cancel"), "replayed"],
    ["a repeated dispatch", paused, on("cancel", { dispatchId: ID }), "replayed"],
    ["advance without an id", running, on("advance"), ""],
    ["advance with an id", running, on("advance", { dispatchId: ID }), ""],
    ["advance what is done", done, on("advance", { dispatchId: ID }), ""],
    [
      "advance what was cancelled: its last jobs end in good faith",
      cancelled,
      on("advance", { dispatchId: ID }),
      "",
    ],
    ["retry what failed", failed, on("retry"), "run.retried"],
    ["retry a blocked node", blocked, on("retry", { nodeId: "T1" }), "run.retried"],
    [
      "retry nothing",
      running,
      on("retry"),
      `Nothing in run ${RUN_ID} has failed: there is nothing to retry.`,
    ],
    [
      "retry a node that is not stuck",
      blocked,
      on("retry", { nodeId: "T2" }),
      "T2 is NEW, not BLOCKED: there is nothing to retry.",
    ],
    ["retry an unknown node", blocked, on("retry", { nodeId: "T99" }), `Run ${RUN_ID} has no node T99.`],
    ["pause what was cancelled", cancelled, on("pause"), `Run ${RUN_ID} was cancelled: start a new one.`],
    ["resume what was cancelled", cancelled, on("resume"), `Run ${RUN_ID} was cancelled: start a new one.`],
    ["pause what is done", done, on("pause"), `Run ${RUN_ID} is done: there is nothing to pause.`],
    ["cancel what is done", done, on("cancel"), `Run ${RUN_ID} is done: there is nothing to cancel.`],
  ])("%s", (_, state, command, expected) => {
    const reaction = react(state, command);
    const told =
      reaction.kind === "accepted"
        ? reaction.events.map((event) => event.type).join()
        : reaction.kind === "refused"
          ? reaction.reason
          : reaction.kind;
    expect(told).toBe(expected);
  });

  test.each(["pause", "resume"] as const)(
    "%s that found it done already does not undo later commands when it is delivered again",
    (verb) => {
      const twice = on(verb, { dispatchId: "0190b2f3-6e5b-7c3a-9d4e-222222222222" });
      const first = react(verb === "pause" ? paused : running, twice);
      expect(first.kind).toBe("accepted");
      const then = append(
        verb === "pause" ? paused : running,
        ...(first.kind === "accepted" ? first.events : []),
        { type: verb === "pause" ? "run.resumed" : "run.paused", dispatchId: null },
      );
      expect(react(then, twice)).toEqual({ kind: "replayed" });
    },
  );

  test("retry also reopens a stage that failed while the run was paused", () => {
    const stage = append(
      append(null, ...plannedStart()),
      { type: "run.paused", dispatchId: null },
      { type: "stage.failed", stage: "spec", claim: 1, reason: "No." },
    );
    expect(react(stage, on("retry")).kind).toBe("accepted");
  });

  describe("approve", () => {
    const waiting = withNodes(plannedState(undefined, { approval: "maintain" }), {
      E1: { subject: subjectOf(0xabcdef0) },
    });
    const approve = (headSha: string, nodeId = "E1") => on("approve", { nodeId, headSha });

    test("the head that is there, by someone who may", () => {
      expect(react(waiting, approve(sha(0xabcdef0)), { role: "admin", teams: [] })).toEqual({
        kind: "accepted",
        events: [
          { type: "node.approved", dispatchId: null, nodeId: "E1", headSha: sha(0xabcdef0), role: "admin" },
        ],
      });
    });

    test.each<[string, On, string, string]>([
      [
        "another head",
        approve(sha(0xabc)),
        "admin",
        "E1 stands at 0000000, not at 0000000: look at what is there now and approve that.",
      ],
      [
        "nothing there yet",
        approve(sha(1), "T1"),
        "admin",
        "T1 stands at no commit yet, not at 0000000: look at what is there now and approve that.",
      ],
      ["no such node", approve(sha(1), "T99"), "admin", `Run ${RUN_ID} has no node T99.`],
      [
        "a lower role",
        approve(sha(0xabcdef0)),
        "write",
        "E1 needs an approval by someone with the role maintain or above; yours is write.",
      ],
    ])("%s", (_, command, role, reason) => {
      expect(react(waiting, command, { role, teams: [] })).toEqual({ kind: "refused", reason });
    });
  });
});

function plannedStart() {
  return [
    {
      type: "run.started" as const,
      runId: RUN_ID,
      dispatchId: null,
      idea: "x",
      requestedBy: "ada",
      repository: "a/b",
      integrationBranch: "main",
      policy: policyOf({ limits: { attempts: 1 } }),
      backendUrl: null,
    },
  ];
}

describe("who may", () => {
  const state = plannedState(undefined, { commands: "maintain", approvers: { teams: ["release"] } });
  const pause = { version: 1, command: "pause", runId: RUN_ID } as const;

  test("a role below the policy's is refused, one at or above it is obeyed", () => {
    expect(react(state, pause, { role: "write", teams: [] })).toEqual({
      kind: "refused",
      reason: "The policy asks for the role maintain or above to pause a run; yours is write.",
    });
    expect(react(state, pause, { role: "maintain", teams: [] }).kind).toBe("accepted");
    expect(react(state, pause, { role: "none", teams: ["release"] }).kind).toBe("refused");
  });

  test("the suite's own continuation needs no role", () => {
    const advance = { version: 1, command: "advance", runId: RUN_ID } as const;
    expect(react(state, advance, { role: "none", teams: [] }).kind).toBe("accepted");
  });

  test("a member of a named team may approve, whatever the role", () => {
    const waiting = withNodes(state, {
      T1: { subject: subjectOf(5), risk: { level: "high", action: "approve", reasons: [] } },
    });
    const approve = { version: 1, command: "approve", runId: RUN_ID, nodeId: "T1", headSha: sha(5) } as const;
    expect(react(waiting, approve, { role: "read", teams: ["release"] })).toMatchObject({
      kind: "accepted",
      events: [{ type: "node.approved", role: "write" }],
    });
    expect(react(waiting, approve, { role: "read", teams: ["design"] })).toEqual({
      kind: "refused",
      reason:
        "T1 needs an approval by someone with the role write or above, or membership of release; yours is read.",
    });
  });

  test("an approval that nobody asked for is refused", () => {
    const plain = withNodes(state, { T1: { subject: subjectOf(5) } });
    const approve = { version: 1, command: "approve", runId: RUN_ID, nodeId: "T1", headSha: sha(5) } as const;
    expect(react(plain, approve, { role: "admin", teams: [] })).toMatchObject({ kind: "refused" });
  });
});

test("advance of a node is refused where a gate fails, and only there", () => {
  const state = plannedState();
  const subject = subjectOf(5);
  const verdict = (fails: readonly string[]) =>
    judge(state, nodeOf(state, "T1"), evidenceOf("T1", subject, fails), judgingOf(subject));
  const advance = { version: 1, command: "advance", runId: RUN_ID, nodeId: "T1" } as const;
  const refused = withNodes(state, { T1: { subject, verdict: verdict(["qa"]) } });
  expect(react(refused, advance)).toEqual({
    kind: "refused",
    reason: "T1 cannot advance: Not mergeable: qa found something wrong. It is tried again by itself.",
  });
  expect(react(withNodes(state, { T1: { subject, verdict: verdict([]) } }), advance).kind).toBe("accepted");
});
