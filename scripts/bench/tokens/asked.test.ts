import { describe, expect, test } from "@jest/globals";
import { NO_USAGE } from "@slipway/model";
import { costsByAgent, differences, type Exchange, readExchanges } from "./asked.ts";

const exchange = (stage: string, agent: string, input: number, output: number): Exchange => ({
  status: 200,
  model: "priced",
  request: {
    messages: [
      { role: "system", content: `Slipway agent: ${agent}\nYou work.` },
      { role: "user", content: `Slipway stage: ${stage}\nSlipway run: r-1` },
    ],
  },
  response: { content: "Done.", usage: { input_tokens: input, output_tokens: output } },
});
const PRICES = { priced: { input: 2, output: 10 } };

describe("what each agent was asked", () => {
  test("by stage and agent, with what it costs", () => {
    const rows = costsByAgent(
      [
        exchange("execute", "refactorer", 1_000, 100),
        exchange("review", "code-reviewer", 500, 50),
        exchange("execute", "refactorer", 2_000, 200),
      ],
      PRICES,
    );
    expect(rows.map(({ stage, agent, usage }) => [stage, agent, usage.calls, usage.inputTokens])).toEqual([
      ["execute", "refactorer", 2, 3_000],
      ["review", "code-reviewer", 1, 500],
    ]);
    expect(rows[0]?.usage.dollars).toBeCloseTo((3_000 * 2 + 300 * 10) / 1e6);
    expect(rows[1]?.bytes).toBe(
      Buffer.byteLength(JSON.stringify(exchange("review", "code-reviewer", 0, 0).request)),
    );
  });

  test("tokens of a cache, where an answer tells them", () => {
    const cached = {
      ...exchange("spec", "spec-writer", 100, 10),
      response: { usage: { input_tokens: 100, output_tokens: 10, cache_read_input_tokens: 900 } },
    };
    expect(costsByAgent([cached], PRICES)[0]?.usage).toMatchObject({
      inputTokens: 100,
      cacheReadTokens: 900,
    });
  });

  test("a refused request is no call; an answer that tells nothing is one, without tokens", () => {
    const refused = { ...exchange("plan", "issue-planner", 1, 1), status: 529 };
    const silent = { ...exchange("plan", "issue-planner", 1, 1), response: "data: {}" };
    expect(costsByAgent([refused, silent], PRICES).map(({ usage }) => usage)).toMatchObject([
      { calls: 1, inputTokens: 0, outputTokens: 0 },
    ]);
  });

  test("a model without a price has none", () => {
    expect(costsByAgent([exchange("spec", "a-b", 1, 1)], {})[0]?.usage.dollars).toBeUndefined();
  });
});

test("lines as a run keeps them", () => {
  const one = exchange("spec", "spec-writer", 1, 2);
  expect(readExchanges(`${JSON.stringify({ at: "now", ...one })}\n`)).toEqual([one]);
});

test("sums that are not the same are told, with both numbers", () => {
  const some = { ...NO_USAGE, calls: 3, inputTokens: 10, dollars: 0.5 };
  expect(differences(some, some, some)).toEqual([]);
  expect(differences({ ...some, calls: 2 }, some, { ...some, inputTokens: 12 })).toEqual([
    "the stages of the ledger add up to 2 calls; the run's account has 3",
    "the run's account has 10 input tokens; the model answered with 12",
  ]);
});
