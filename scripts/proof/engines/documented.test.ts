import { expect, test } from "@jest/globals";
import { ACT_LIMITS } from "@slipway/local-runner";
import type { Difference } from "../differences.ts";
import { CAUSES, judge } from "./documented.ts";

const difference: Difference = { path: "modelCalls/review T1", kind: "changed", expected: 1, found: 2 };

test("a difference without a cause stays without one", () => {
  expect(judge([difference], [])).toEqual([{ difference, cause: undefined }]);
});

test("a cause is a limit of act, and says why it shows there", () => {
  const covers = ({ path }: Difference) => path.startsWith("modelCalls/");
  const [judged] = judge([difference], [{ limit: "one-token", why: "So it is.", covers }]);
  expect(judged?.cause).toMatch(/^act does not narrow GITHUB_TOKEN .* So it is\.$/);
  expect(() => judge([difference], [{ limit: "none", why: "", covers }])).toThrow("named none");
});

test("every cause names a limit that there is", () => {
  const known = ACT_LIMITS.map(({ id }) => id);
  expect(CAUSES.filter(({ limit }) => !known.includes(limit))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});
