import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { expandArgv, type Placeholder } from "./argv.ts";

const values: Record<Placeholder, string | null> = {
  "prompt-file": "/x/my prompt.md",
  "task-file": "/x/task.json",
  "result-file": "/x/result.json",
  "exchange-dir": "/x",
  "work-dir": "/w",
  model: null,
  dollars: "1.5",
};

describe("expandArgv", () => {
  test("fills placeholders in whole arguments and inside them, and drops groups without a value", () => {
    expect(
      expandArgv(
        [
          "cli",
          "--in={prompt-file}",
          "{result-file}",
          ["--model", "{model}"],
          ["--max", "{dollars}"],
          "a {b} $c",
        ],
        values,
      ),
    ).toEqual(["cli", "--in=/x/my prompt.md", "/x/result.json", "--max", "1.5", "a {b} $c"]);
  });

  test("says which value is missing", () => {
    expect(() => expandArgv(["cli", "-m={model}"], values)).toThrow(
      /"-m=\{model\}" needs a value for \{model\}/,
    );
  });

  test("a value never becomes two arguments, nor a placeholder", () => {
    fc.assert(
      fc.property(fc.string(), (model) => {
        expect(expandArgv(["a", "{model}", "x{model}y"], { ...values, model })).toEqual([
          "a",
          model,
          `x${model}y`,
        ]);
      }),
    );
  });
});
