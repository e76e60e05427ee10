import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type BudgetLimits, budgetLine, exhausted, NOTHING_TOLD, type Spent } from "./budget.ts";

const LIMITS: BudgetLimits = { steps: 40, seconds: 3_600, tokens: 1_000_000, dollars: 2 };
const NONE: Spent = { steps: 1, seconds: 10, tokens: 1_000, dollars: 0.01 };

describe("budget", () => {
  test.each<[string, Partial<Spent>, string | null]>([
    ["room", {}, null],
    ["turns", { steps: 40 }, "steps"],
    ["wall time", { seconds: 3_600 }, "time"],
    ["tokens", { tokens: 1_000_000 }, "tokens"],
    ["dollars", { dollars: 2 }, "dollars"],
    ["dollars that nobody can tell", { dollars: null }, null],
  ])("ends with %s", (_name, more, ending) => {
    expect(exhausted({ ...NONE, ...more }, LIMITS)?.ending ?? null).toBe(ending);
  });

  test.each<[string, Partial<Spent>, string | null]>([
    ["most is left", {}, null],
    [
      "half of the turns",
      { steps: 20 },
      "Budget left: 20 of 40 turns, 60 min of 60 min, 999000 of 1000000 tokens, $1.99 of $2.",
    ],
    [
      "a quarter of the time",
      { seconds: 2_800 },
      "Budget left: 39 of 40 turns, 13 min of 60 min, 999000 of 1000000 tokens, $1.99 of $2.",
    ],
    [
      "a tenth of the money",
      { dollars: 1.85 },
      "Budget left: 39 of 40 turns, 60 min of 60 min, 999000 of 1000000 tokens, $0.15 of $2. Bring the work to an end and submit.",
    ],
    [
      "one turn",
      { steps: 39 },
      "Budget left: 1 of 40 turns, 60 min of 60 min, 999000 of 1000000 tokens, $1.99 of $2. This is the last turn: submit now.",
    ],
  ])("tells when %s", (_name, more, line) => {
    expect(budgetLine({ ...NONE, ...more }, LIMITS, NOTHING_TOLD).line).toBe(line);
  });

  test("limits that there are not are not told", () => {
    const limits = { ...LIMITS, tokens: null, dollars: null };
    expect(budgetLine({ ...NONE, steps: 20 }, limits, NOTHING_TOLD).line).toBe(
      "Budget left: 20 of 40 turns, 60 min of 60 min.",
    );
  });

  test("each share is told once, however fast it is used up", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300_000), { minLength: 1, maxLength: 30 }), (uses) => {
        let told = NOTHING_TOLD;
        let tokens = 0;
        const lines = uses.flatMap((use) => {
          tokens += use;
          const next = budgetLine({ ...NONE, tokens }, LIMITS, told);
          told = next.told;
          return next.line === null ? [] : [next.line];
        });
        expect(lines.length).toBeLessThanOrEqual(3);
        expect(lines.length > 0).toBe(tokens >= 500_000);
      }),
    );
  });
});
