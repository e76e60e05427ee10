import { describe, expect, test } from "@jest/globals";
import type { Evidence, Finding, Verdict } from "@slipway/model";
import { failuresOf, fingerprintOf, troubleText } from "./findings.ts";

const subject = { specHash: `sha256:${"1".repeat(64)}`, baseSha: "b".repeat(40), headSha: "c".repeat(40) };
const base = {
  nodeId: "T1",
  subject,
  verdict: "fail",
  reason: "It failed.",
  at: "2026-11-20T10:00:00Z",
} as const;
const qa = (output: string, exitCode: number | null = 1): Evidence => ({
  ...base,
  kind: "qa",
  coverage: null,
  commands: [
    { name: "lint", command: "npm run lint", exitCode: 0, seconds: 1, output: "fine" },
    { name: "test", command: "npm test", exitCode, seconds: 2, output },
  ],
});
const checks = (...failing: string[]): Evidence => ({
  ...base,
  kind: "checks",
  checks: [
    ...failing.map((name) => ({
      name,
      state: "fail" as const,
      title: "2 tests failed",
      summary: "adds: expected 3",
      link: "https://ci.test/7",
    })),
    { name: "Lint", state: "pass", title: "", summary: "", link: null },
  ],
  approvals: { wanted: 0, given: 0 },
  draft: false,
  paths: [],
  lines: 0,
});
const scan = (...findings: Finding[]): Evidence => ({ ...base, kind: "scan", findings });
const finding = (line: number): Finding => ({
  severity: "blocking",
  path: "a.ts",
  line,
  title: "A key",
  detail: "of AWS",
});
const print = (nodeId: string, ...evidence: Evidence[]) =>
  fingerprintOf(nodeId, failuresOf({ verdict: null, evidence }));

describe("the fingerprint", () => {
  test("is the same for what differs in commits, numbers, times and lines only", () => {
    expect(print("T1", qa("at abc1234: 3 of 10 failed in 12 ms"))).toBe(
      print("T1", qa("at 99defab: 4 of 11 failed  in 7 ms")),
    );
    expect(print("T1", qa("at 1234567, 0.946364ms"))).toBe(print("T1", qa("at abc1234, 0.9463640002ms")));
    expect(print("T1", scan(finding(3)))).toBe(print("T1", scan(finding(40))));
  });
  test("does not depend on the order in which things are found", () => {
    expect(print("T1", qa("x"), checks("CI"))).toBe(print("T1", checks("CI"), qa("x")));
  });
  test("is another for another finding, and for another node", () => {
    const one = print("T1", qa("expected 3"));
    expect(print("T1", qa("no such file"))).not.toBe(one);
    expect(print("T2", qa("expected 3"))).not.toBe(one);
    expect(print("T1", qa("expected 3"), checks("CI"))).not.toBe(one);
  });
});

describe("what is told of a failure", () => {
  test("a command: what it printed last", () => {
    expect(failuresOf({ verdict: null, evidence: [qa("expected 3")] })).toEqual([
      expect.objectContaining({ title: "`npm test`", detail: "`npm test` exited 1:\nexpected 3" }),
    ]);
    expect(failuresOf({ verdict: null, evidence: [qa("", null)] })[0]?.detail).toContain("by force");
  });
  test("a long output: its last lines, none of them cut", () => {
    const told = (output: string) => failuresOf({ verdict: null, evidence: [qa(output)] })[0]?.detail;
    const lines = Array.from({ length: 100 }, (_, at) => `line ${String(at).padStart(2, "0")} of the output`);
    const kept = lines.slice(-54);
    expect(kept.join("\n").length).toBeLessThanOrEqual(1_200);
    expect(told(lines.join("\n"))).toBe(`\`npm test\` exited 1:\n${kept.join("\n")}`);
    expect(told("x".repeat(3_000))).toBe(`\`npm test\` exited 1:\n${"x".repeat(1_200)}`);
  });
  test("two checks of the repository's own: both by name, with the link and what they say", () => {
    const told = failuresOf({ verdict: null, evidence: [checks("CI: Tests", "Types")] });
    expect(told.map(({ title }) => title)).toEqual(["the check `CI: Tests`", "the check `Types`"]);
    expect(told[0]?.detail).toContain("2 tests failed\nhttps://ci.test/7\nadds: expected 3");
  });
  test("coverage counts once it was measured", () => {
    const verdict = {
      gates: [
        { name: "coverage", status: "fail", reason: "60 % of lines covered, 80 % asked for", link: null },
      ],
    } as unknown as Verdict;
    const passed: Evidence = {
      ...(qa("", 0) as Extract<Evidence, { kind: "qa" }>),
      verdict: "pass",
      coverage: 60,
    };
    expect(failuresOf({ verdict, evidence: [passed] })).toEqual([
      { key: "coverage", title: "line coverage", detail: "60 % of lines covered, 80 % asked for" },
    ]);
    expect(failuresOf({ verdict, evidence: [] })).toEqual([]);
  });
  test("evidence that passed tells nothing", () => {
    expect(failuresOf({ verdict: null, evidence: [{ ...qa("x"), verdict: "pass" } as Evidence] })).toEqual(
      [],
    );
  });
  test("the next attempt is told the sentence first", () => {
    const verdict = { sentence: "Not mergeable: qa failed.", gates: [] } as unknown as Verdict;
    expect(troubleText({ verdict, evidence: [qa("expected 3")] })).toMatch(
      /^Not mergeable: qa failed\.\n\n`npm test` exited 1/,
    );
  });
});
