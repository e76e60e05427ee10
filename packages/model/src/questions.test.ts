import { describe, expect, test } from "@jest/globals";
import { react } from "./commands.ts";
import { decide } from "./decide.ts";
import { answered, questionsOf, waitsForAnswers } from "./questions.ts";
import { NO_USAGE } from "./schema/common.ts";
import { AT, append, lease, RUN_ID, SPEC, startedEvent } from "./testing/samples.ts";
import { questionsIssue } from "./view/questions.ts";

const TURN = { now: AT, workflowRunId: 2, runAttempt: 1, endedRuns: new Set<number>() };
const ASK = { spec: { questions: "ask" } };
const specified = (policy: unknown = ASK, spec = SPEC) =>
  append(
    null,
    startedEvent(policy),
    { type: "stage.claimed", stage: "spec", lease: lease(1) },
    { type: "spec.recorded", claim: 1, spec, usage: NO_USAGE },
  );
const answer = (answers: (string | null)[]) => ({
  version: 1 as const,
  runId: RUN_ID,
  command: "answer" as const,
  answers,
});

describe("open questions", () => {
  test("are asked when the policy says so, and nothing is planned until they are answered", () => {
    const state = specified();
    expect(questionsOf(state)).toEqual(SPEC.openQuestions);
    expect(decide(state, TURN)).toEqual({
      events: [],
      work: {
        kind: "person",
        reason: "The specification leaves a question open: `answer` continues the run.",
      },
    });
    const asked = append(state, { type: "spec.asked", issue: { number: 7, id: 70 } });
    expect(decide(asked, TURN).work).toMatchObject({ reason: expect.stringContaining("open on #7:") });
  });
  test.each([
    ["the policy assumes", specified({})],
    ["there are none", specified(ASK, { ...SPEC, openQuestions: [] })],
    ["nothing is to be built", { ...specified(), dryRun: true }],
  ])("are not asked when %s", (_, state) => {
    expect(waitsForAnswers(state)).toBe(false);
    expect(decide(state, TURN).work).toMatchObject({ kind: "stage", stage: "plan" });
  });
  test("taken as recommended, the specification stands and the plan begins", () => {
    const reaction = react(specified(), answer([]), { role: "write", teams: [] });
    if (reaction.kind !== "accepted") throw new Error(reaction.kind);
    const state = append(specified(), ...reaction.events);
    expect(state.questions.answered).toEqual([{ question: "Are weeks needed?", answer: "Yes.", by: "ada" }]);
    expect(decide(state, TURN).work).toMatchObject({ kind: "stage", stage: "plan" });
  });
  test("answered otherwise, the specification is drafted again, once", () => {
    const state = append(specified(), { type: "spec.answered", dispatchId: "d", answers: ["No."] });
    expect(decide(state, TURN).work).toEqual({ kind: "stage", stage: "spec", claim: 2 });
    const again = append(
      state,
      { type: "stage.claimed", stage: "spec", lease: lease(2) },
      { type: "spec.recorded", claim: 2, spec: SPEC, usage: NO_USAGE },
    );
    expect(waitsForAnswers(again)).toBe(false);
    expect(decide(again, TURN).work).toMatchObject({ kind: "stage", stage: "plan" });
    expect(react(again, answer([]))).toMatchObject({ kind: "refused" });
  });
  test("the same delivery twice is one answer; whoever may not command may not answer", () => {
    const state = append(specified(), { type: "spec.answered", dispatchId: "d", answers: [null] });
    expect(react(state, { ...answer(["No."]), dispatchId: "d" })).toEqual({ kind: "replayed" });
    expect(react(specified(), answer([]), { role: "read", teams: [] })).toMatchObject({ kind: "refused" });
    expect(answered(state, ["No."], "eve")).toBe(state);
  });
  test("the issue asks, and tells the answers when they are there", () => {
    const asks = questionsIssue(specified());
    expect(asks.title).toBe("Questions: Durations");
    expect(asks.body).toContain("1. Are weeks needed?\n   - Recommended: Yes.");
    expect(asks.body.split("\n")[0]).toBe(`<!-- slipway:questions runId=${RUN_ID} -->`);
    const tells = questionsIssue(answered(specified(), ["No, @everyone."], "bob")).body;
    expect(tells).toContain("   - No, @\u2060everyone. (bob)");
    expect(tells).not.toContain("/slipway answer");
  });
});
