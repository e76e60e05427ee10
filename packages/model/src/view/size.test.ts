/** Whatever the texts, and however large the tree: what is drawn fits, is harmless, and leaves nothing out unsaid. */
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { hasMarker } from "../names.ts";
import type { Plan } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { treePlans } from "../testing/big-plans.ts";
import { bigScenes } from "../testing/big-scenes.ts";
import { runs } from "../testing/plans.ts";
import {
  AT,
  append,
  lease,
  nodeOf,
  planNode,
  plannedState,
  RUN_ID,
  SPEC,
  subjectOf,
  withNodes,
} from "../testing/samples.ts";
import { dryRun, verdictOf } from "../testing/scenes.ts";
import { dryRunIssue } from "./dry-run.ts";
import { linkTo } from "./links.ts";
import { linesWithin, SUMMARY_MAX } from "./room.ts";
import { statusComment, statusText } from "./status.ts";
import { evidenceSummary } from "./summaries.ts";

const HOSTILE =
  "fixes #12, GH-13 @ada @org/team <!-- slipway:status runId=r-20261120-7f3k2a --> </details><script> closes https://github.com/o/r/issues/14 `x` ![i](http://x/y.png) &commat;ada &#35;15 | a | b \u202Eevil";

/** Each text that comes from elsewhere made of the given one. */
function filledWith(state: RunState, text: string): RunState {
  const long = text.slice(0, 2_000);
  return {
    ...state,
    requestedBy: text.slice(0, 100),
    idea: text,
    spec: {
      ...SPEC,
      title: text.slice(0, 120),
      summary: text.slice(0, 4_000),
      requirements: Array.from({ length: 100 }, (_, at) => ({
        id: `FR-${String(at).padStart(3, "0")}`,
        text: text.slice(0, 1_000),
      })),
      assumptions: Array.from({ length: 30 }, () => text.slice(0, 500)),
      openQuestions: Array.from({ length: 3 }, () => ({
        question: text.slice(0, 500),
        recommended: text.slice(0, 500),
      })),
    },
    notes: Array.from({ length: 20 }, () => ({ at: AT, text: long })),
    nodes: state.nodes.map((node) => ({
      ...node,
      plan: { ...node.plan, title: text.slice(0, 120) },
      trouble: node.trouble === null ? null : long,
      hold: node.hold && { ...node.hold, reason: long },
      verdict: node.verdict && {
        ...node.verdict,
        gates: node.verdict.gates.map((gate) => ({ ...gate, reason: text.slice(0, 1_000) })),
      },
    })),
  };
}

/** Texts that grow when they are escaped, and ordinary ones. */
const text = fc
  .array(
    fc.constantFrom(
      "@a",
      "#1",
      "<",
      "|",
      "&",
      "`",
      "\\",
      "\n",
      "words ",
      "é",
      "🚀",
      "\u2060",
      "GH-1",
      "*_",
      "](",
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((pieces) => pieces.join("").repeat(400).slice(0, 4_000));

/** A node in any situation. */
const situation = fc.constantFrom<(id: string, at: number) => Partial<NodeState>>(
  () => ({}),
  () => ({ status: "BLOCKED", trouble: "x" }),
  () => ({ status: "BLOCKED", hold: { kind: "issueClosed", by: "x", at: AT, reason: "x" } }),
  () => ({ status: "IN_PROGRESS", claims: 1, lease: lease(1), trouble: "x" }),
  (id, at) => {
    const verdict = verdictOf(id, at, "refused", "x", {
      qa: ["fail", "x"],
      approval: ["pending", "x"],
      checks: ["pending", "x"],
    });
    return { status: "QA", pull: 1_000 + at, subject: verdict.subject, verdict };
  },
  () => ({ status: "DONE", mergeSha: "a".repeat(40) }),
);
const anyState = fc
  .tuple(
    fc.constantFrom(...Object.values(treePlans())),
    fc.array(situation, { minLength: 1, maxLength: 7 }),
    text,
  )
  .map(([plan, situations, filling]) => {
    const state = plannedState(plan, { approval: "maintain" });
    const changes = state.nodes.map(
      ({ plan: { id } }, at) => [id, situations[at % situations.length]?.(id, at) ?? {}] as const,
    );
    return filledWith(withNodes(state, Object.fromEntries(changes)), filling);
  });

describe("300 nodes with texts of any length", () => {
  test("a comment stays below GitHub's limit and names every open node", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const comment = statusComment(state, { identity: HOSTILE, serverUrl: "https://github.com" });
        expect(comment.length).toBeLessThanOrEqual(60_000);
        const named = new Set(comment.match(/\b[EFTD]\d+\b/g));
        const open = state.nodes.filter((node) => !["NEW", "DONE"].includes(node.status));
        expect(open.map((node) => node.plan.id).filter((id) => !named.has(id))).toEqual([]);
      }),
      runs(40),
    );
  });

  test("a summary stays below a mebibyte, counted in bytes", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        expect(Buffer.byteLength(statusText(state, { max: SUMMARY_MAX }))).toBeLessThan(1_048_576);
      }),
      runs(10),
    );
  });

  test("the issue of a dry run names every node", () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const { title, body } = dryRunIssue({ ...state, dryRun: true });
        expect(title.length).toBeLessThan(256);
        expect(body.length).toBeLessThanOrEqual(60_000);
        const named = new Set(body.match(/\b[EFTD]\d+\b/g));
        expect(state.nodes.map(({ plan }) => plan.id).filter((id) => !named.has(id))).toEqual([]);
      }),
      runs(20),
    );
  });
});

test("ordinary texts of 300 nodes are not cut", () => {
  for (const { state } of bigScenes().filter(({ name }) => name.startsWith("300"))) {
    const comment = statusComment(state);
    expect(comment).not.toContain("too large to be shown");
    const tree = comment.slice(comment.indexOf("### Tree"), comment.indexOf("<sub>⚪"));
    const shown = tree.split("<details>")[0]?.match(/^ *- /gm)?.length ?? 0;
    const folded = [...tree.matchAll(/<summary>\S+ (\d+) /g)].map(([, count]) => Number(count));
    expect(shown + folded.reduce((sum, count) => sum + count, 0)).toBe(300);
  }
  for (const plan of Object.values(treePlans())) {
    const { body } = dryRunIssue(dryRun(plan));
    for (const node of plan.nodes) expect(body).toContain(node.title);
  }
});

test("thousands of nodes are counted where they cannot be named", () => {
  const plan: Plan = {
    nodes: [planNode("E1", null), ...Array.from({ length: 20_000 }, (_, at) => planNode(`T${at + 1}`, "E1"))],
  };
  const comment = statusComment(plannedState(plan));
  expect(comment.length).toBeLessThanOrEqual(60_000);
  expect(comment).toContain("20,001 nodes not started: see the ledger");
});

test("hostile texts mention nobody, link nothing, close nothing and show no HTML", () => {
  const plan: Plan = {
    nodes: [planNode("E1", null), planNode("T1", "E1"), planNode("T2", "E1"), planNode("T3", "E1")],
  };
  const verdict = verdictOf("T3", 0, "refused", HOSTILE, {
    qa: ["fail", HOSTILE],
    checks: ["pending", HOSTILE],
  });
  const state = filledWith(
    withNodes(plannedState(plan), {
      T1: { status: "BLOCKED", trouble: "x" },
      T2: { lease: lease(1), trouble: "x" },
      T3: { status: "QA", subject: verdict.subject, verdict },
    }),
    HOSTILE,
  );
  const evidence = evidenceSummary({
    kind: "review",
    nodeId: "T1",
    subject: subjectOf(5),
    verdict: "fail",
    reason: HOSTILE,
    at: AT,
    findings: [{ severity: "blocking", path: HOSTILE, line: 1, title: HOSTILE, detail: HOSTILE }],
    usage: state.usage,
  });
  const failed = append(state, { type: "run.failed", reason: HOSTILE });
  const drawn = [
    statusText(state, { identity: HOSTILE }),
    statusText(failed),
    dryRunIssue(state).body,
    evidence,
  ];
  for (const whole of drawn) {
    // Issue numbers of ours are links on purpose; so are our own folds.
    const rest = whole
      .replace(/(?<=· |\*\* )#\d+(?= ·| \||$| is blocked)/gm, "")
      .replace(/<\/?(?:details|summary|sub)>|<br>/g, "")
      .replaceAll("&lt;", "")
      .replaceAll("&amp;", "");
    expect(rest).not.toMatch(/@\w|#\d|GH-\d|issues\/\d|\u202E/);
    expect(rest).not.toMatch(/(?<!\\)[<&]/);
    expect(hasMarker(whole, { what: "status", runId: RUN_ID })).toBe(false);
    expect(whole.match(/<details>/g)?.length).toBe(whole.match(/<\/details>/g)?.length);
  }
  expect(nodeOf(state, "T1").trouble).toBe(HOSTILE);
});

test.each([
  ["https://x.example/a(b)|c<d>`e`", "[qa](https://x.example/a%28b%29%7Cc%3Cd%3E%60e%60)"],
  ["javascript:alert(1)", "qa"],
  ["no address", "qa"],
  [null, "qa"],
  [`https://x.example/${"a".repeat(600)}`, "qa"],
])("a link to %s is %s", (address, expected) => {
  expect(linkTo("qa", address)).toBe(expected);
});

test("lines that do not fit are counted", () => {
  const line = (word: string) => word;
  const more = (left: readonly string[]) => `and ${left.length} more`;
  expect(linesWithin(["one", "two", "three"], 100, line, more)).toBe("one\ntwo\nthree");
  expect(linesWithin(["one", "two", "three"], 14, line, more)).toBe("one\ntwo\nthree".slice(0, 13));
  expect(linesWithin(["one", "two", "x".repeat(50)], 20, line, more)).toBe("one\ntwo\nand 1 more");
  expect(linesWithin(["x".repeat(50)], 20, line, more)).toBe("and 1 more");
});
