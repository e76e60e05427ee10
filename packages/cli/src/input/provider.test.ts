import { expect, test } from "@jest/globals";
import { policySchema } from "@slipway/model";
import { parse } from "yaml";
import { withModel } from "./provider.ts";

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
