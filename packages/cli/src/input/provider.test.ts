import { describe, expect, test } from "@jest/globals";
import { policySchema } from "@slipway/model";
import { parse } from "yaml";
import { UsageError } from "../usage-error.ts";
import { otherProviders, withModel } from "./provider.ts";

test("what is wished for is set in the policy, and the rest of the file stays", () => {
  const text = "# ours\nqa:\n  test: npm test # all of them\nmodel:\n  name: old # the old one\n";
  const changed = withModel(text, { provider: "openai", name: "new" });
  expect(changed).toBe(
    "# ours\nqa:\n  test: npm test # all of them\nmodel:\n  name: new # the old one\n  provider: openai\n",
  );
  expect(policySchema.parse(parse(changed)).model).toMatchObject({ provider: "openai", name: "new" });
  expect(withModel(text, {})).toBe(text);
});

test.each(["", "# nothing yet\n", "{}\n", "model: {}\n"])("a policy that says nothing of it: %j", (text) => {
  expect(parse(withModel(text, { provider: "openai" }))).toEqual({ model: { provider: "openai" } });
});

describe("another provider for single agents", () => {
  const policy = policySchema.parse({ agents: { "code-reviewer": { provider: "openai", model: "other" } } });
  const real = { provider: "anthropic", kind: "real", apiKey: "key" } as const;
  const scripted = { provider: "anthropic", kind: "scripted", apiKey: "scripted" } as const;

  test("a scripted model answers for it as well", () => {
    expect(otherProviders(policy, scripted, {})).toEqual([
      { provider: "openai", apiKey: "scripted", url: null },
    ]);
    expect(otherProviders(policySchema.parse({}), scripted, {})).toEqual([]);
  });

  test("a real one is reached by its own key and address, and by no other's", () => {
    expect(otherProviders(policy, real, { OPENAI_API_KEY: "own" })).toEqual([
      { provider: "openai", apiKey: "own", url: "https://api.openai.com/v1" },
    ]);
    expect(otherProviders(policy, real, { OPENAI_BASE_URL: "http://127.0.0.1:11434/v1/" })).toEqual([
      { provider: "openai", apiKey: "none", url: "http://127.0.0.1:11434/v1" },
    ]);
    expect(otherProviders(policy, { ...real, provider: "openai" }, {})).toEqual([]);
  });

  test("what says nothing of how it is reached is refused before anything is paid for", () => {
    const ask = () => otherProviders(policy, real, { ANTHROPIC_API_KEY: "key" });
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(/agents\.code-reviewer\.provider: openai\): set OPENAI_API_KEY, or OPENAI_BASE_URL/);
  });
});
