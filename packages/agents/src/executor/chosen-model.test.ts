import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { policySchema, type Usage } from "@slipway/model";
import { openModels } from "../provider/models.ts";
import { type Bench, bash, LIMITS, openBench, submit } from "../testing/bench.ts";

describe("the model that the policy names for the agent", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  const runBy = (policy: object, dollars: number | null = null) => {
    const parsed = policySchema.parse(policy);
    const reach = { apiKey: "k", baseUrl: bench.model.mock.url, maxRetries: 0 };
    return bench.run({
      policy: parsed,
      client: openModels(parsed, { anthropic: reach, openai: reach }),
      price: (usage: Usage) => usage.dollars ?? null,
      limits: { ...LIMITS, dollars },
    });
  };

  test("is asked in every turn, by its own provider", async () => {
    bench.script([bash("echo x > x.txt")], [submit()]);
    const draft = await runBy({
      agents: { "developer-implementer": { provider: "openai", model: "nemotron" } },
    });
    expect(draft.outcome).toBe("finished");
    const asked = bench.model.mock.getRequests().map(({ path, body }) => [path, body?.model]);
    expect(asked).toEqual([
      ["/v1/chat/completions", "nemotron"],
      ["/v1/chat/completions", "nemotron"],
    ]);
  });

  test("a limit in dollars is told as not kept only where nobody knows the price", async () => {
    bench.script([bash("echo x > x.txt")], [submit()]);
    const model = { name: "nobody-knows" };
    expect((await runBy({ model }, 5)).notes.join()).toMatch(
      /price of nobody-knows is not known.*limit of \$5/,
    );
    expect(
      (
        await runBy({ model: { ...model, prices: { "nobody-knows": { input: 1, output: 2 } } } }, 5)
      ).notes.join(),
    ).not.toMatch(/price/);
  });
});
