import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type RiskInput, riskOf, stricterAction } from "./risk.ts";
import type { RiskLevel } from "./schema/evidence.ts";
import { policyOf } from "./testing/samples.ts";

/** A stand-in for globs that a reader can follow: a pattern ends in `/**` or names a file. */
const matches = (path: string, glob: string) =>
  glob.endsWith("/**") ? path.startsWith(glob.slice(0, -2)) : path === glob;

const input = (more: Partial<RiskInput> = {}): RiskInput => ({
  node: { changeType: "feat", breaking: false },
  change: { paths: ["src/a.ts"], lines: 10 },
  intoIntegration: false,
  raised: null,
  parts: [],
  ...more,
});
const POLICY = policyOf({
  risk: {
    paths: [
      { glob: "pay/**", level: "high" },
      { glob: "lock.json", level: "medium" },
    ],
    files: { medium: 3, high: 5 },
    lines: { medium: 100, high: 1_000 },
    environment: "medium",
    breaking: "high",
    changeTypes: { ci: "high" },
    medium: "approve",
    high: "draft-only",
  },
});
const files = (count: number) => Array.from({ length: count }, (_, index) => `src/${index}.ts`);
const part = (nodeId: string, level: RiskLevel) => ({
  nodeId,
  risk: { level, action: "auto" as const, reasons: [] },
});

describe("the level is the highest that anything gives", () => {
  test.each<[string, Partial<RiskInput>, RiskLevel, readonly string[]]>([
    ["nothing special", {}, "low", []],
    [
      "a path",
      { change: { paths: ["pay/a.ts", "pay/b.ts"], lines: 1 } },
      "high",
      ["it touches pay/a.ts and 1 more (pay/**)"],
    ],
    ["files, just below", { change: { paths: files(2), lines: 1 } }, "low", []],
    ["files, at the bound", { change: { paths: files(3), lines: 1 } }, "medium", ["it changes 3 files"]],
    ["files, many", { change: { paths: files(5), lines: 1 } }, "high", ["it changes 5 files"]],
    ["lines, at the bound", { change: { paths: [], lines: 1_000 } }, "high", ["it changes 1000 lines"]],
    ["a kind", { node: { changeType: "ci", breaking: false } }, "high", ["it is a ci change"]],
    ["breaking", { node: { changeType: "fix", breaking: true } }, "high", ["it breaks what users rely on"]],
    ["the environment", { intoIntegration: true }, "medium", ["it goes into the integration branch"]],
    [
      "the reviewer raises it",
      { raised: { level: "medium", reason: "It parses money." } },
      "medium",
      ["the reviewer says: It parses money."],
    ],
    [
      "the reviewer cannot lower it",
      { change: { paths: ["pay/a.ts"], lines: 1 }, raised: { level: "low", reason: "Harmless." } },
      "high",
      ["it touches pay/a.ts (pay/**)"],
    ],
    [
      "a parent is as risky as its riskiest child, whatever its size",
      { change: { paths: files(50), lines: 9_999 }, parts: [part("T1", "low"), part("T2", "medium")] },
      "medium",
      ["T2 is medium"],
    ],
  ])("%s", (_, more, level, reasons) => {
    const risk = riskOf(input(more), POLICY, matches);
    expect(risk).toEqual({
      level,
      action: { low: "auto", medium: "approve", high: "draft-only" }[level],
      reasons,
    });
  });
});

test("more of anything never lowers the level", () => {
  const order: readonly RiskLevel[] = ["low", "medium", "high"];
  const any = fc.record({
    paths: fc.uniqueArray(fc.constantFrom("src/a", "pay/a", "lock.json", "x", "y", "z"), { maxLength: 6 }),
    lines: fc.nat(2_000),
  });
  fc.assert(
    fc.property(any, fc.nat(2_000), fc.constantFrom(...order), (change, more, level) => {
      const levelOf = (given: RiskInput) => order.indexOf(riskOf(given, POLICY, matches).level);
      const before = levelOf(input({ change }));
      const bigger = { paths: [...change.paths, "pay/more"], lines: change.lines + more };
      expect(levelOf(input({ change: bigger }))).toBeGreaterThanOrEqual(before);
      expect(levelOf(input({ change, raised: { level, reason: "So." } }))).toBeGreaterThanOrEqual(before);
    }),
  );
});

test("of two actions the one that asks more of people", () => {
  expect(stricterAction("auto", "approve")).toBe("approve");
  expect(stricterAction("draft-only", "approve")).toBe("draft-only");
});
