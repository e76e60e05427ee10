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

test("a leaf's branch may hold what was merged before it; no other branch may", () => {
  const of = (path: string): Difference => ({ path, kind: "changed", expected: "a", found: "b" });
  const [leaf, epic, main] = judge([
    of("refs/refs/heads/task/<T1>-x"),
    of("refs/refs/heads/epic/<E1>-x"),
    of("refs/refs/heads/main"),
  ]);
  expect([leaf?.cause, epic?.cause, main?.cause]).toEqual([
    expect.stringMatching(/^act keeps no concurrency groups\. Siblings /),
    undefined,
    undefined,
  ]);
});

test("what checks printed on a branch may differ with the branch, and not without it", () => {
  const changed = (path: string): Difference => ({ path, kind: "changed", expected: "a", found: "b" });
  const told = [
    "fold/nodes/D1/evidence/qa/commands/test/output",
    "fold/nodes/D1/fingerprint",
    "issues/D1/body",
  ];
  const causes = (...paths: string[]) => judge(paths.map(changed)).map(({ cause }) => cause !== undefined);
  expect(causes("refs/refs/heads/defect/<D1>-fix", ...told)).toEqual([true, true, true, true]);
  expect(causes("refs/refs/heads/task/<T1>-add", ...told)).toEqual([true, false, false, false]);
  expect(causes("refs/refs/heads/defect/<D1>-fix", "fold/nodes/D1/status")).toEqual([true, false]);
});

test("release notes may have another order, and no other lines", () => {
  const lost: Difference = { path: "releases", kind: "lost", expected: { tag: "v1", body: "a\nb\nc" } };
  const more = (body: string): Difference => ({
    path: "releases",
    kind: "doubled",
    found: { tag: "v1", body },
  });
  const causes = (...all: Difference[]) => judge(all).map(({ cause }) => cause !== undefined);
  expect(causes(lost, more("a\nc\nb"))).toEqual([true, true]);
  expect(causes(lost, more("a\nc\nb\nb"))).toEqual([false, false]);
  expect(causes(lost)).toEqual([false]);
});

test("the status comment may count other events, and say nothing else", () => {
  const path = "issues/E1/comments";
  const lost: Difference = { path, kind: "lost", expected: "DONE, event 58 of the ledger" };
  const causes = (found: string) =>
    judge([lost, { path, kind: "doubled", found }]).map(({ cause }) => cause !== undefined);
  expect(causes("DONE, event 1,059 of the ledger")).toEqual([true, true]);
  expect(causes("FAILED, event 59 of the ledger")).toEqual([false, false]);
});

test("every cause names a limit that there is", () => {
  const known = ACT_LIMITS.map(({ id }) => id);
  expect(CAUSES.filter(({ limit }) => !known.includes(limit))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});
