import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Move, stuckIn } from "./stuck.ts";

const act = (action: string, result = "ok", isError = false): Move => ({
  kind: "act",
  action,
  result,
  isError,
});
const talk: Move = { kind: "talk" };
const malformed: Move = { kind: "malformed" };
const times = (count: number, ...moves: Move[]): Move[] => Array.from({ length: count }, () => moves).flat();

describe("stuckIn", () => {
  test.each<[string, Move[], string | null]>([
    ["nothing yet", [], null],
    ["the same three times", times(3, act("ls")), null],
    ["the same four times", times(4, act("ls")), "same-result"],
    ["the same call with other results", [1, 2, 3, 4, 5].map((n) => act("npm test", String(n))), null],
    ["the same result of other calls", ["a", "b", "c", "d", "e"].map((name) => act(name)), null],
    ["the same error three times", times(3, act("make", "no", true)), "same-error"],
    ["the same call failing in other ways", [1, 2, 3].map((n) => act("make", `no ${n}`, true)), "same-error"],
    [
      "the same call failing twice and done once",
      [act("make", "no", true), act("make"), act("make", "no", true)],
      null,
    ],
    ["a pair five times long", [...times(2, act("a"), act("b")), act("a")], null],
    ["a pair six times long", times(3, act("a"), act("b")), "alternating"],
    [
      "a pair with a result that moves",
      [1, 2, 3].flatMap((n) => [act("edit"), act("test", String(n))]),
      null,
    ],
    ["three in turn", times(4, act("a"), act("b"), act("c")), null],
    ["two answers without a tool", times(2, talk), null],
    ["three answers without a tool", times(3, talk), "monologue"],
    ["three calls that are none", times(3, malformed), "format-errors"],
    ["both kinds mixed", [talk, malformed, talk], "format-errors"],
    ["a good call between", [talk, talk, act("ls"), talk, talk], null],
    ["a circle broken by a word", [...times(3, act("ls")), talk, act("ls")], null],
    ["a circle that was left", [...times(4, act("ls")), act("cat")], null],
    ["what came before does not matter", [act("x"), talk, ...times(4, act("ls"))], "same-result"],
  ])("%s", (_name, moves, expected) => {
    expect(stuckIn(moves)?.kind ?? null).toBe(expected);
  });

  test("whatever went before, only the newest six count", () => {
    const move = fc.oneof(
      fc.record({
        kind: fc.constant("act" as const),
        action: fc.constantFrom("a", "b"),
        result: fc.constantFrom("x", "y"),
        isError: fc.boolean(),
      }),
      fc.constantFrom(talk, malformed),
    );
    fc.assert(
      fc.property(
        fc.array(move, { maxLength: 12 }),
        fc.array(move, { minLength: 6, maxLength: 10 }),
        (before, newest) => {
          expect(stuckIn([...before, ...newest])).toEqual(stuckIn(newest.slice(-6)));
        },
      ),
    );
  });
});
