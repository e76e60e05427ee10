import { describe, expect, test } from "@jest/globals";
import type { Spec } from "../schema/spec.ts";
import { AT, append, PLAN, plannedEvents, plannedState, policyOf, SPEC } from "../testing/samples.ts";
import { depthOf, documentsOfDepth } from "./depth.ts";
import { documentsFolder, documentsOf } from "./render.ts";

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `FR-${String(at + 1).padStart(3, "0")}`,
    text: "Something must hold.",
  }));
const numbers = new Map(PLAN.nodes.map((node, index) => [node.id, index + 1]));

describe("how deep a specification goes", () => {
  const risk = (level: "low" | "medium" | "high") => ({ level, reason: "Because." });
  test.each([
    ["one requirement", { requirements: many(1) }, {}, "brief"],
    ["three", { requirements: many(3) }, {}, "brief"],
    ["four", { requirements: many(4) }, {}, "standard"],
    ["twelve", { requirements: many(12) }, {}, "standard"],
    ["thirteen", { requirements: many(13) }, {}, "full"],
    ["one of medium risk", { requirements: many(1), risk: risk("medium") }, {}, "standard"],
    ["one of high risk", { requirements: many(1), risk: risk("high") }, {}, "full"],
    ["many of low risk", { requirements: many(13), risk: risk("low") }, {}, "full"],
    [
      "one that breaks something",
      { requirements: [{ id: "FR-001", text: "Breaking: callers must name a unit." }] },
      {},
      "standard",
    ],
    ["whatever the policy says", { requirements: many(13) }, { depth: "brief" }, "brief"],
  ])("%s", (_, spec: Pick<Spec, "requirements" | "risk">, policy: object, depth: string) => {
    expect(depthOf(spec, policyOf({ spec: policy }))).toBe(depth);
  });
});

describe("documents", () => {
  const deep = plannedState(PLAN, { spec: { depth: "full" } });
  test("a brief one is half a page: the requirements, and how to tell that they are met", () => {
    const [document, ...more] = documentsOf(plannedState(), numbers);
    expect(more).toEqual([]);
    expect(document?.content).toMatchInlineSnapshot(`
"# Durations: Requirements

Written by Slipway from the specification \`sha256:69084ad56197\`. The ids stay what they are for the life of the run.

Parse and print durations.

## Requirements and how to tell that they are met

- **FR-001** \`P1D\` must be read as one day.
  - **AC-001** Given P1D, when it is parsed, then one day
- **FR-002** A wrong unit must be refused.
  - **AC-002** Given P1Q, when it is parsed, then an error

## Success

- SC-001: All of ISO 8601 is read.

## Assumed

- A day has 24 hours.

## Open questions, taken as recommended until somebody answers otherwise

- Are weeks needed?
  - Taken: Yes.

## Not part of this

- Time zones.
"
`);
    expect((document?.content ?? "").length).toBeLessThan(1_500);
  });
  test("each depth has its own, in reading order; what nobody wrote is left out", () => {
    const names = (depth: string) =>
      documentsOf(plannedState(PLAN, { spec: { depth } }), numbers).map(({ name }) => name);
    expect(names("standard")).toEqual(documentsOfDepth("standard"));
    expect(names("full")).toEqual(documentsOfDepth("standard"));
    const [started, claimed, recorded, ...rest] = plannedEvents(PLAN, { spec: { depth: "full" } });
    if (recorded?.type !== "spec.recorded" || !started || !claimed) throw new Error("no spec");
    const details = {
      principles: ["Nothing is rounded."],
      design: "One line.\n\n- [ ] not a list @all",
      engineering: "A table of units.",
      goToMarket: "Tell users.",
    };
    const whole = append(null, started, claimed, { ...recorded, details }, ...rest);
    expect(documentsOf(whole, numbers).map(({ name }) => name)).toEqual(documentsOfDepth("full"));
    const design = documentsOf(whole, numbers).find(({ name }) => name === "design-brief")?.content ?? "";
    expect(design).toContain("\\[ \\] not a list");
    expect(design).not.toMatch(/^- \[ \]/m);
  });
  test("the trace names who brings each requirement; the plan tells order and dependencies", () => {
    const of = (name: string) =>
      documentsOf({ ...deep, policy: policyOf({ spec: { depth: "standard" } }) }, numbers).find(
        (document) => document.name === name,
      )?.content ?? "";
    expect(of("engineering-spec")).toContain("| FR-001 | AC-001 | T1 (#4), T2 (#5), T3 (#6), T4 (#7) |");
    expect(of("plan")).toContain("    - **T3 (#6)** Title of T3 (task, order 0 · waits for T1)");
    expect(of("tasks")).toContain("## T2 (#5) Title of T2");
    expect(of("tasks")).not.toContain("## F1");
  });
  test("the same state gives the same bytes, whatever the clock says; the folder is the title's", () => {
    expect(documentsOf({ ...deep, updatedAt: AT }, numbers)).toEqual(documentsOf(deep, numbers));
    expect(documentsFolder(deep)).toBe("spec/durations");
    expect(documentsFolder({ ...deep, spec: { ...SPEC, title: "日本" } })).toBe("spec/item");
    expect(documentsOf({ ...deep, spec: null }, numbers)).toEqual([]);
  });
});
