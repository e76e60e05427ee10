import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type ReleaseEntry, type Spec, specSchema } from "@slipway/model";
import { type ModelServer, NODE, POLICY, SPEC, startModel } from "../testing/world.ts";
import { modelOf } from "./common.ts";
import { deepenSpec } from "./deepen.ts";
import { draftPlan } from "./plan.ts";
import { writeReleaseNotes } from "./release-notes.ts";
import { reviewChange } from "./review.ts";
import { draftRoadmap } from "./roadmap.ts";
import { draftTests } from "./test-drafts.ts";

const SHA = "a".repeat(40);
const BIG: Spec = specSchema.parse({
  ...SPEC,
  requirements: [
    { id: "FR-001", text: "One." },
    { id: "FR-002", text: "Two." },
  ],
  acceptance: [
    { id: "AC-001", requirement: "FR-001", given: "a", when: "b", outcome: "c" },
    { id: "AC-002", requirement: "FR-002", given: "a", when: "b", outcome: "d" },
  ],
});
const ROADMAP = {
  epic: { id: "E1", title: "All of it", objective: "Everything." },
  features: [
    { id: "F1", title: "One", objective: "O.", requirements: ["FR-001"], orderIndex: 0, dependsOn: [] },
    { id: "F2", title: "Two", objective: "O.", requirements: ["FR-002"], orderIndex: 1, dependsOn: ["F1"] },
  ],
};

describe("the agents of a deep run", () => {
  let model: ModelServer;
  beforeEach(async () => {
    model = await startModel();
  });
  afterEach(() => model.stop());
  const stage = () => ({ client: model.client, policy: POLICY, runId: "r-20261121-abc123", attempt: 1 });
  const answers = (agent: string, content: Record<string, unknown>, more: object = {}) =>
    model.mock.on({ systemMessage: `Slipway agent: ${agent}`, ...more }, { content });

  test("criteria are reworked by their author, with their ids; the further documents are written", async () => {
    const more = { id: "AC-003", requirement: "FR-001", given: "nothing", when: "b", outcome: "an error" };
    answers("acceptance-criteria-author", {
      acceptance: [...BIG.acceptance, more],
      unclear: [{ requirement: "FR-002", why: "Two can be a number or a word." }],
    });
    const details = { principles: ["Small."], design: "D.", engineering: "E.", goToMarket: "G." };
    answers("spec-writer", details);
    const deep = await deepenSpec({ ...stage(), idea: "All.", spec: BIG, context: "", criteriaContext: "" });
    expect(deep.spec.acceptance).toEqual([...BIG.acceptance, more]);
    expect(deep.spec.assumptions.at(-1)).toMatch(/^FR-002 can be read in two ways: Two/);
    expect(deep).toMatchObject({ details, notes: [], usage: { calls: 2 } });
  });

  test("a criterion that lost its id is sent back; a model that fails costs a note, not the specification", async () => {
    answers("acceptance-criteria-author", { acceptance: [BIG.acceptance[0]], unclear: [] });
    const deep = await deepenSpec({ ...stage(), idea: "All.", spec: BIG, context: "", criteriaContext: "" });
    expect(deep.spec).toEqual(BIG);
    expect(deep.details).toBeUndefined();
    expect(deep.notes).toHaveLength(2);
    expect(deep.notes[0]).toMatch(/^The acceptance criteria were not reworked: .*AC-002 was given before/s);
    expect(deep.usage.calls).toBeGreaterThanOrEqual(3);
  });

  test("a roadmap is kept by the plan below it, or the plan is sent back", async () => {
    answers("roadmap-decomposer", ROADMAP);
    const { roadmap } = await draftRoadmap({ ...stage(), spec: BIG, context: "" });
    expect(roadmap).toEqual(ROADMAP);
    const node = (id: string, parent: string | null, kind: string, title: string) => ({
      id,
      kind,
      title,
      objective: "O.",
      parent,
      orderIndex: 0,
      dependsOn: [],
      requirements: kind === "task" ? ["FR-001"] : [],
      acceptance: kind === "task" ? ["AC-001"] : [],
      size: "S",
      changeType: "feat",
      scope: null,
      breaking: false,
    });
    const nodes = [
      node("E1", null, "epic", "All of it"),
      node("F1", "E1", "feature", "One"),
      node("T1", "F1", "task", "Do one"),
    ];
    answers("issue-planner", { nodes }, { turnIndex: 0 });
    const f2 = [node("F2", "E1", "feature", "Two"), node("T2", "F2", "task", "Do two")];
    answers("issue-planner", { nodes: [...nodes, ...f2] }, { turnIndex: 1 });
    const { plan, usage } = await draftPlan({ ...stage(), spec: BIG, context: "", check: () => [], roadmap });
    expect(usage.calls).toBe(2);
    expect(plan.nodes.map(({ id }) => id)).toEqual(["E1", "F1", "T1", "F2", "T2"]);
  });

  test("a draft of a test at a protected path, or for a criterion that is none, is sent back", async () => {
    const of = (path: string) => ({
      criteria: NODE.acceptance.map((id) => ({
        id,
        shown: "draft",
        tests: [{ path, name: "n" }],
        reason: "R.",
      })),
      drafts: [{ path, content: "test\n" }],
    });
    answers("qa-tester", of(".github/workflows/x.yml"), { turnIndex: 0 });
    answers("qa-tester", of("test/new.test.mjs"), { turnIndex: 1 });
    const { answer, usage } = await draftTests({
      ...stage(),
      node: NODE,
      spec: SPEC,
      protectedPaths: POLICY.protectedPaths,
      diff: "",
      files: [],
    });
    expect(answer.drafts.map(({ path }) => path)).toEqual(["test/new.test.mjs"]);
    expect(usage.calls).toBe(2);
  });

  test("an auditor of security answers as a reviewer does, under its own name", async () => {
    answers("security-auditor", { verdict: "pass", reason: "Nothing.", findings: [] });
    const { verdict } = await reviewChange({
      ...stage(),
      agent: "security-auditor",
      node: NODE,
      spec: SPEC,
      diff: "",
      files: [],
    });
    expect(verdict).toBe("pass");
    expect(JSON.stringify(model.mock.getRequests())).toContain("Slipway stage: scan");
  });

  test("release notes tell every change that users notice, each once", async () => {
    const entry: ReleaseEntry = {
      type: "feat",
      scope: null,
      breaking: false,
      subject: "greet",
      sha: SHA,
      requirements: ["FR-001"],
      nodeId: "T1",
      issue: 2,
      pull: 3,
    };
    const notes = (shas: string[]) => ({
      headline: "Greets",
      summary: "It greets.",
      sections: shas.length > 0 ? [{ title: "New", items: [{ text: "It greets.", shas }] }] : [],
      upgrade: [],
    });
    answers("release-manager", notes([]), { turnIndex: 0 });
    answers("release-manager", notes([SHA]), { turnIndex: 1 });
    const told = await writeReleaseNotes({ ...stage(), version: "1.0.0", spec: null, entries: [entry] });
    expect(told.answer.sections).toHaveLength(1);
    expect(told.usage.calls).toBe(2);
  });
});

test.each([
  ["the policy's", {}, { provider: "anthropic", model: "m", maxOutputTokens: 16_000, effort: "medium" }],
  [
    "the agent's own",
    { model: "own" },
    { provider: "anthropic", model: "own", maxOutputTokens: 16_000, effort: "medium" },
  ],
])("an agent is asked with %s model, unless the policy names another for it", (_, own, expected) => {
  const policy = { ...POLICY, model: { ...POLICY.model, name: "m", maxOutputTokens: 16_000 } };
  const agent = { name: "code-reviewer", model: null, effort: "medium" as const, ...own };
  expect(modelOf({ policy: { ...policy, agents: {} } }, agent)).toEqual(expected);
  const named = { "code-reviewer": { model: "big", effort: "max" as const } };
  expect(modelOf({ policy: { ...policy, agents: named } }, agent)).toMatchObject({
    model: "big",
    effort: "max",
  });
});
