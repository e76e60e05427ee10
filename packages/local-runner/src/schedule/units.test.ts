import { describe, expect, test } from "@jest/globals";
import { readWorkflow } from "../load/workflow-file.ts";
import { createCancelScope } from "./cancel-scope.ts";
import { callInputs, dispatchInputs } from "./inputs.ts";
import { expandMatrix } from "./matrix.ts";
import { matrixName } from "./names.ts";
import { createSlots } from "./slots.ts";

describe("matrix", () => {
  const cells = (matrix: Parameters<typeof expandMatrix>[0]) => expandMatrix(matrix).map((one) => one.matrix);
  test("GitHub's documented example of include", () => {
    expect(
      cells({
        fruit: ["apple", "pear"],
        animal: ["cat", "dog"],
        include: [
          { color: "green" },
          { color: "pink", animal: "cat" },
          { fruit: "apple", shape: "circle" },
          { fruit: "banana" },
          { fruit: "banana", animal: "cat" },
        ],
      }),
    ).toEqual([
      { fruit: "apple", animal: "cat", color: "pink", shape: "circle" },
      { fruit: "apple", animal: "dog", color: "green", shape: "circle" },
      { fruit: "pear", animal: "cat", color: "pink" },
      { fruit: "pear", animal: "dog", color: "green" },
      { fruit: "banana" },
      { fruit: "banana", animal: "cat" },
    ]);
  });

  test("only include; exclude by part; objects", () => {
    expect(cells({ include: [{ a: 1 }, { a: 2, b: 3 }] })).toEqual([{ a: 1 }, { a: 2, b: 3 }]);
    expect(cells({ a: [1, 2], b: [1, 2], exclude: [{ a: 1 }] })).toEqual([
      { a: 2, b: 1 },
      { a: 2, b: 2 },
    ]);
    expect(
      cells({
        os: [
          { n: "x", v: 1 },
          { n: "y", v: 1 },
        ],
        exclude: [{ os: { n: "x" } }],
      }),
    ).toEqual([{ os: { n: "y", v: 1 } }]);
    expect(() => expandMatrix({ a: [1], exclude: [{ a: 1 }] })).toThrow("does not leave any job");
  });

  test("names", () => {
    expect(matrixName("build", ["linux", "20"])).toBe("build (linux, 20)");
    expect(matrixName("x".repeat(120), [])).toHaveLength(100);
  });
});

describe("inputs", () => {
  const definitions = async (kind: "call" | "dispatch", inputs: string) => {
    const file = await readWorkflow(
      "w.yml",
      `on: { workflow_${kind}: { inputs: ${inputs} } }\njobs: { j: { runs-on: ubuntu-latest, steps: [{ run: a }] } }\n`,
    );
    return kind === "call"
      ? (file.call?.inputs ?? [])
      : (file.triggers.get("workflow_dispatch")?.inputs ?? []);
  };

  test("of a call: strict types, empty values, texts of others", async () => {
    const known = await definitions(
      "call",
      "{ s: { type: string }, b: { type: boolean }, n: { type: number } }",
    );
    const scope = { contexts: {} };
    expect(callInputs(known, {}, scope)).toEqual({ s: "", b: false, n: 0 });
    expect(callInputs(known, { S: 1, b: true, n: 2 }, scope)).toEqual({ s: "1", b: true, n: 2 });
    expect(() => callInputs(known, { s: [1], b: "true", n: "2" }, scope)).toThrow(
      "Input 's' must be a text, but is an array.\nInput 'b' must be a boolean, but is 'true'.\nInput 'n' must be a number, but is '2'.",
    );
  });

  test("of a dispatch: texts become what is declared", async () => {
    const known = await definitions(
      "dispatch",
      "{ s: { default: d }, b: { type: boolean }, n: { type: number }, c: { type: choice, options: [x, y] } }",
    );
    expect(dispatchInputs(known, {})).toEqual({ s: "d", b: false, n: 0, c: "x" });
    expect(dispatchInputs(known, { s: "", b: "true", n: "2.5", c: "y" })).toEqual({
      s: "d",
      b: true,
      n: 2.5,
      c: "y",
    });
  });
});

test("slots: first come, first served; who leaves takes no place", async () => {
  const slots = createSlots(1);
  const never = new AbortController().signal;
  const leaving = new AbortController();
  const first = await slots.take(never);
  const second = slots.take(leaving.signal);
  const third = slots.take(never);
  leaving.abort();
  expect(await second).toBeUndefined();
  first?.();
  first?.();
  (await third)?.();
  expect(await slots.take(never)).toBeDefined();
});

test("cancel scopes: down, never up, and not to what comes later", () => {
  const top = createCancelScope();
  const [a, b] = [top.child(), top.child()];
  a.cancel();
  expect([top.cancelled, a.cancelled, b.cancelled]).toEqual([false, true, false]);
  top.cancel();
  expect([b.cancelled, top.child().cancelled]).toEqual([true, false]);
});
