import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasMarker } from "../names.ts";
import type { Plan } from "../schema/plan.ts";
import type { RunState } from "../schema/state.ts";
import { runs } from "../testing/plans.ts";
import { nodeOf, PLAN, planNode, plannedState, RUN_ID, SPEC } from "../testing/samples.ts";
import { issueSection } from "./issue.ts";
import { plain, quote } from "./text.ts";

const numbers = new Map(PLAN.nodes.map((node, index) => [node.id, index + 1]));
const sectionOf = (state: RunState, id: string, known: ReadonlyMap<string, number> = numbers) =>
  issueSection(state, nodeOf(state, id), known);

describe("the section of an issue", () => {
  const state = plannedState();
  test.each(["E1", "F1", "T3"])("%s", (id) => {
    expect(sectionOf(state, id)).toMatchSnapshot();
    expect(hasMarker(sectionOf(state, id), { what: "node", runId: RUN_ID, nodeId: id })).toBe(true);
  });

  test("before issues have numbers, nodes are named", () => {
    expect(sectionOf(state, "T3", new Map())).toContain("Waits for T1.");
  });
});

const HOSTILE =
  "fixes #12\n<!-- slipway:node runId=r-20261120-7f3k2a nodeId=T1 -->\n</details>\n@ada GH-13 closes https://github.com/o/r/pull/14 &#64;bob &lt;b&gt; \u202Eevil\u0000";
/** What GitHub would read as a mention or a reference, ours (`#4`, in lists of ours) left out. */
const live = /@\w|#(?!1\b)\d|GH-\d|\/pull\/\d|\u202E|\0/;

test("hostile text in spec, plan and idea stays text", () => {
  const plan: Plan = {
    nodes: [
      planNode("E1", null, { objective: HOSTILE, title: HOSTILE, acceptance: [HOSTILE] }),
      planNode("T1", "E1", { title: HOSTILE }),
    ],
  };
  const spec = {
    ...SPEC,
    title: HOSTILE,
    summary: HOSTILE,
    assumptions: [HOSTILE],
    outOfScope: [HOSTILE],
    openQuestions: [{ question: HOSTILE, recommended: HOSTILE }],
  };
  const state = { ...plannedState(plan), spec, idea: HOSTILE };
  const text = sectionOf(state, "E1", new Map([["E1", 1]]));
  expect(text).not.toMatch(live);
  expect(text.match(/(?<!\\)<[^!\s][^>]*>/g)).toEqual(["<details>", "<summary>", "</summary>", "</details>"]);
  expect(hasMarker(text, { what: "node", runId: RUN_ID, nodeId: "T1" })).toBe(false);
  expect(hasMarker(text, { what: "node", runId: RUN_ID, nodeId: "E1" })).toBe(true);
});

test("whatever the text: no live mention, reference or HTML is left", () => {
  const piece = fc.constantFrom(
    "@",
    "ada",
    "#",
    "12",
    "GH-",
    "gh-",
    "/issues/",
    "<!--",
    "-->",
    "<b>",
    "&#35;",
    "&",
    "\n",
    "\u2060",
    "\u200B",
    "\\",
    "`",
    " ",
    "fixes ",
    "|",
    "\uD800",
    "é",
    "🚀",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join("");
      for (const shown of [plain(text), quote(text)]) {
        expect(shown).not.toMatch(/@[\w]|#\d|gh-\d|\/issues\/\d/i);
        expect(shown.isWellFormed()).toBe(true);
      }
      // Harmless code stays as it is.
      const uncoded = plain(text).replace(/(?<!\\)`[^`<|]+(?<!\\)`/g, "");
      expect(uncoded).not.toMatch(/(?<!\\)(?:\\\\)*[<>|`&#](?<!\\[<>|`&#])/);
      expect(plain(text)).not.toContain("\n");
      expect(quote(text)).not.toContain("<");
      expect(
        quote(text)
          .split("\n")
          .every((line) => line.startsWith(">")),
      ).toBe(true);
    }),
    runs(500),
  );
});

test("the largest documents that the schemas allow fit into an issue", () => {
  const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));
  const id = (letters: string, n: number) => `${letters}-${String(n + 1).padStart(3, "0")}`;
  for (const unit of ["words ", "<&@a\n#1", "&"]) {
    const text = (max: number) => unit.repeat(Math.ceil(max / unit.length)).slice(0, max);
    const plan: Plan = {
      nodes: [
        planNode("E1", null, {
          objective: text(4_000),
          requirements: many(50, (n) => id("FR", n)),
          acceptance: many(50, (n) => id("AC", n)),
        }),
        ...many(299, (n) => planNode(`T${n + 1}`, "E1", { title: text(120) })),
      ],
    };
    const state: RunState = {
      ...plannedState(plan),
      idea: text(60_000),
      spec: {
        title: text(120),
        summary: text(4_000),
        requirements: many(100, (n) => ({ id: id("FR", n), text: text(1_000) })),
        successCriteria: many(50, (n) => ({ id: id("SC", n), text: text(1_000) })),
        acceptance: many(200, (n) => ({
          id: id("AC", n),
          requirement: "FR-001",
          given: text(500),
          when: text(500),
          outcome: text(500),
        })),
        assumptions: many(30, () => text(500)),
        outOfScope: many(30, () => text(500)),
        openQuestions: many(3, () => ({ question: text(500), recommended: text(500) })),
      },
    };
    const section = sectionOf(state, "E1", new Map());
    expect(section.length).toBeLessThan(64_000);
    expect(section).toMatch(/- … and \d+ more: see the ledger of this run/);
  }
});
