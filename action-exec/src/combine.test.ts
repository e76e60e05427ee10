import { describe, expect, test } from "@jest/globals";
import type { QaAnswer, Review } from "@slipway/agents";
import { NO_USAGE } from "@slipway/model";
import { combined, untested, withUntested } from "./combine.ts";

const USED = { ...NO_USAGE, calls: 1, inputTokens: 10 };
const review = (verdict: "pass" | "fail", titles: string[] = [], more: Partial<Review> = {}): Review => ({
  verdict,
  reason: `Said ${verdict}.`,
  findings: titles.map((title) => ({ severity: "blocking", path: "a.ts", line: 1, title, detail: "D." })),
  usage: USED,
  agents: ["code-reviewer"],
  ...more,
});

describe("several readers of one change", () => {
  test("pass together, or the one that does not says why", () => {
    expect(combined([review("pass"), review("pass")])).toMatchObject({
      verdict: "pass",
      reason: "Said pass. Said pass.",
      usage: { calls: 2, inputTokens: 20 },
    });
    expect(combined([review("pass"), review("fail", ["x"])])).toMatchObject({
      verdict: "fail",
      reason: "Said fail.",
    });
  });
  test("what two found counts once; the higher risk holds", () => {
    const both = combined([
      review("fail", ["Leaks"], { risk: { level: "medium", reason: "m" } }),
      review("fail", ["leaks", "Other"], { risk: { level: "high", reason: "h" } }),
    ]);
    expect(both.findings.map(({ title }) => title)).toEqual(["Leaks", "Other"]);
    expect(both.risk).toEqual({ level: "high", reason: "h" });
    expect(combined([review("pass")]).risk).toBeUndefined();
  });
});

describe("criteria that no test shows", () => {
  const answer: QaAnswer = {
    criteria: [
      { id: "AC-001", shown: "test", tests: [{ path: "t.ts", name: "n" }], reason: "Shown." },
      { id: "AC-002", shown: "draft", tests: [{ path: "new.ts", name: "n" }], reason: "Missing." },
      { id: "AC-003", shown: "not", tests: [], reason: "Needs a printer." },
    ],
    drafts: [{ path: "new.ts", content: "const fence = '```';\n" }],
  };
  test("are findings that block nothing, with the draft inside a fence that it cannot end", () => {
    const [draft, not, ...rest] = untested(answer);
    expect(rest).toEqual([]);
    expect(draft).toMatchObject({ severity: "minor", title: "AC-002 is shown by no test", path: null });
    expect(draft?.detail).toBe("Missing.\n\nA draft, for `new.ts`:\n\n``````\nconst fence = '```';\n``````");
    expect(not?.detail).toBe("Needs a printer.");
    const whole = withUntested(review("pass"), answer, USED);
    expect(whole.verdict).toBe("pass");
    expect(whole.findings).toHaveLength(2);
    expect(whole.usage.calls).toBe(2);
  });
});
