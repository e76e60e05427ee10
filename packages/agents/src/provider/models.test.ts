import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { ConfigurationError, policySchema } from "@slipway/model";
import { type ModelServer, startModel } from "../testing/world.ts";
import { ModelFailure } from "./failure.ts";
import { openModels } from "./models.ts";

let model: ModelServer;
beforeEach(async () => {
  model = await startModel();
});
afterEach(() => model.stop());

const usage = {
  input_tokens: 1_000_000,
  output_tokens: 100_000,
  prompt_tokens: 1_000_000,
  completion_tokens: 100_000,
};
const request = (name: string, provider?: "anthropic" | "openai") => ({
  model: name,
  maxOutputTokens: 100,
  system: "You answer.",
  turns: [{ role: "user" as const, text: "Hello" }],
  ...(provider ? { provider } : {}),
});
const open = (more: object = {}) =>
  openModels(policySchema.parse({ model: { prices: { "my-model": { input: 1, output: 2 } }, ...more } }), {
    anthropic: { apiKey: "k", baseUrl: model.mock.url, maxRetries: 0 },
    openai: { apiKey: "k", baseUrl: model.mock.url, maxRetries: 0 },
  });

test("each request goes to the provider that it asks for, the policy's by default", async () => {
  model.mock.on({ userMessage: "Hello" }, { content: "Hi", usage });
  await open().complete(request("claude-sonnet-5-5"));
  await open().complete(request("my-model", "openai"));
  await open({ provider: "openai" }).complete(request("my-model"));
  expect(model.mock.getRequests().map(({ path }) => path)).toEqual([
    "/v1/messages",
    "/v1/chat/completions",
    "/v1/chat/completions",
  ]);
});

test("usage has its price, by the policy's table before the known one; an unknown price is none", async () => {
  model.mock.on({ userMessage: "Hello" }, { content: "Hi", usage });
  const dollars = async (name: string) => (await open().complete(request(name))).usage.dollars;
  expect(await dollars("claude-sonnet-5-5")).toBe(3);
  expect(await dollars("my-model")).toBe(1.2);
  expect(await dollars("somebody-elses")).toBeUndefined();
});

test("a failure keeps what it has cost", async () => {
  model.mock.on(
    { userMessage: "Hello" },
    { error: { message: "Overloaded", type: "overloaded_error" }, status: 529 },
  );
  const error = await open()
    .complete(request("my-model"))
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ModelFailure);
});

test("without key and identity nothing is asked, and both ways are named; other providers need none", async () => {
  model.mock.on({ userMessage: "Hello" }, { content: "Hi", usage });
  const { url } = model.mock;
  const models = openModels(policySchema.parse({}), {
    anthropic: { baseUrl: url },
    openai: { baseUrl: url },
  });
  const refused = models.complete(request("claude-sonnet-5-5"));
  await expect(refused).rejects.toThrow(ConfigurationError);
  await expect(refused).rejects.toThrow(/secret ANTHROPIC_API_KEY.*model\.identity.*`id-token: write`/s);
  expect(model.mock.getRequests()).toEqual([]);
  expect((await models.complete(request("my-model", "openai"))).text).toBe("Hi");
});
