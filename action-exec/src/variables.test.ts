import { expect, test } from "@jest/globals";
import { variablesOf } from "./variables.ts";

test("lines of NAME=value, masked; comments and empty lines are none", () => {
  const masked: string[] = [];
  const variables = variablesOf(
    { mask: (text) => void masked.push(text) },
    "# keys\r\nGEMINI_API_KEY=abc=def\n\nexport OTHER='two words'\nEMPTY=\n",
    "model",
  );
  expect(variables).toEqual({
    ANTHROPIC_API_KEY: "model",
    GEMINI_API_KEY: "abc=def",
    OTHER: "two words",
    EMPTY: "",
  });
  expect(masked).toEqual(["abc=def", "two words"]);
});

test("a line that is none is named by its number, not by its text", () => {
  const read = () => variablesOf({ mask: () => undefined }, "A=1\nsecret text", undefined);
  expect(read).toThrow("Line 2 of the secret SLIPWAY_EXECUTOR_VARIABLES");
  expect(read).not.toThrow(/secret text/);
});
