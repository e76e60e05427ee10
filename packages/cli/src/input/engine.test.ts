import { expect, test } from "@jest/globals";
import { checkAct } from "@slipway/local-runner";
import { UsageError } from "../usage-error.ts";
import { chooseEngine } from "./engine.ts";

const missing = () => checkAct(undefined);

test("is this repository's own when nothing is said, and nobody looks for act then", () => {
  const find = () => {
    throw new Error("looked for act");
  };
  for (const given of [undefined, "local"]) {
    expect(chooseEngine(given, find)).toEqual({ make: undefined, notes: [] });
  }
});

test("is act, with what it does otherwise", () => {
  const { make, notes } = chooseEngine("act", () => ({ kind: "found", program: "/bin/act" }));
  expect(make?.({ workDir: "/w", env: {}, now: () => new Date(0), onDiagnostic: () => undefined }).name).toBe(
    "act",
  );
  expect(notes.join()).toMatch(/nektos\/act 0\.2\.87, with \d+ rewrites.*keeps no concurrency groups/);
});

test.each([
  [
    "act",
    missing,
    /second engine not installed: .*`npm run tools` .*go install github.com\/nektos\/act@v0\.2\.87/,
  ],
  ["act", () => checkAct("/no/act"), /--engine act: second engine not installed: \/no\/act does not run/],
  // Any program that says what version it is, and another one.
  [
    "act",
    () => checkAct(process.execPath),
    /second engine of another version: \S+ is act \d+\.\d+\.\d+, and 0\.2\.87 is needed/,
  ],
  ["acr", missing, /--engine acr: there are two, local and act/],
] as const)("refuses %s", (given, find, message) => {
  expect(() => chooseEngine(given, find)).toThrow(UsageError);
  expect(() => chooseEngine(given, find)).toThrow(message);
});
