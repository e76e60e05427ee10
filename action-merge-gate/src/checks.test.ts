import { describe, expect, test } from "@jest/globals";
import type { BranchRules, CheckState } from "@slipway/github";
import {
  checksEvidence,
  foreignChecks,
  silenceNote,
  standingOf,
  type TargetFacts,
  underWay,
} from "./checks.ts";

const subject = {
  specHash: `sha256:${"1".repeat(64)}`,
  baseSha: "b".repeat(40),
  headSha: `3f2c1a9${"0".repeat(33)}`,
};
const rules = (checks: BranchRules["requiredChecks"], more: Partial<BranchRules> = {}): BranchRules => ({
  requiredChecks: checks,
  approvals: 0,
  mergeQueue: false,
  mergeMethods: ["merge", "squash", "rebase"],
  readable: true,
  problem: null,
  ...more,
});
const said = (name: string, state: CheckState["state"], more: Partial<CheckState> = {}): CheckState => ({
  name,
  appId: 7,
  source: "check",
  state,
  conclusion: state === "pass" ? "success" : state === "fail" ? "failure" : "in_progress",
  title: "",
  summary: "",
  url: null,
  ...more,
});
const anybody = (name: string) => ({ name, appId: null });
const judged = (required: BranchRules, states: CheckState[], more: Partial<TargetFacts> = {}) =>
  checksEvidence({
    nodeId: "T1",
    subject,
    at: "2026-11-20T10:00:00.000Z",
    ownAppId: 99,
    facts: {
      rules: required,
      states,
      draft: false,
      approvals: 0,
      change: { paths: ["a.ts"], lines: 3 },
      problem: null,
      ...more,
    },
  });

describe("what is asked for besides our own verdict", () => {
  test.each([
    [null, []],
    [15_368, []],
    [99, []],
    [7, [{ name: "Slipway", appId: 7 }]],
  ])("a required check Slipway by App %j", (appId, expected) => {
    expect(foreignChecks(rules([{ name: "Slipway", appId }]), 99)).toEqual(expected);
  });
});

describe("how a required check stands", () => {
  test("nothing has reported", () => {
    expect(standingOf(anybody("CI"), [said("Lint", "pass")]).state).toBe("missing");
  });
  test("a check of another App than the one that is asked for does not count", () => {
    expect(standingOf({ name: "CI", appId: 8 }, [said("CI", "pass")]).state).toBe("missing");
    expect(standingOf({ name: "CI", appId: 7 }, [said("CI", "pass")]).state).toBe("pass");
  });
  test("a status belongs to no App, so it does not count where one is asked for", () => {
    const status = said("CI", "pass", { appId: null, source: "status" });
    expect(standingOf({ name: "CI", appId: 7 }, [status]).state).toBe("missing");
    expect(standingOf(anybody("CI"), [status]).state).toBe("pass");
  });
  test.each([
    ["pass", "fail", "fail"],
    ["pass", "pending", "pending"],
    ["pending", "fail", "fail"],
  ] as const)("of %s and %s under one name %s counts", (one, two, worst) => {
    expect(standingOf(anybody("CI"), [said("CI", one), said("CI", two, { appId: 8 })]).state).toBe(worst);
    expect(standingOf(anybody("CI"), [said("CI", two), said("CI", one, { appId: 8 })]).state).toBe(worst);
  });
  test("what others wrote is made fit to be shown, and only web addresses are links", () => {
    const state = said("CI", "fail", { title: "@team <!-- slipway:x --> broke", url: "javascript:alert(1)" });
    const standing = standingOf(anybody("CI"), [state]);
    expect(standing.link).toBeNull();
    expect(standing.title).not.toContain("<!--");
    expect(standing.title).not.toContain("@team");
    expect(standingOf(anybody("CI"), [said("CI", "fail", { url: "https://ci.test/1" })]).link).toBe(
      "https://ci.test/1",
    );
  });
});

describe("the sentence", () => {
  test.each<[string, CheckState[], string, string]>([
    [
      "a failed one",
      [said("CI: Tests", "fail"), said("Lint", "pass")],
      "fail",
      "`CI: Tests` failed on 3f2c1a9",
    ],
    [
      "two failed ones",
      [said("CI: Tests", "fail"), said("Lint", "fail")],
      "fail",
      "`CI: Tests` and `Lint` failed on 3f2c1a9",
    ],
    [
      "a pending one",
      [said("CI: Tests", "pending"), said("Lint", "pass")],
      "pending",
      "needs `CI: Tests` on 3f2c1a9",
    ],
    [
      "a missing one",
      [said("Lint", "pass")],
      "pending",
      "needs `CI: Tests` on 3f2c1a9, where nothing has reported yet",
    ],
    [
      "a missing one and a pending one",
      [said("Lint", "pending")],
      "pending",
      "needs `CI: Tests` and `Lint` on 3f2c1a9 (nothing has reported `CI: Tests` yet)",
    ],
    [
      "all there",
      [said("CI: Tests", "pass"), said("Lint", "pass")],
      "pass",
      "`CI: Tests` and `Lint` passed.",
    ],
  ])("%s", (_, states, verdict, reason) => {
    expect(judged(rules([anybody("CI: Tests"), anybody("Lint")]), states)).toMatchObject({ verdict, reason });
  });

  test("none asked for", () => {
    expect(judged(rules([]), [])).toMatchObject({ verdict: "pass", checks: [], paths: ["a.ts"], lines: 3 });
  });

  test("rules that cannot be read count as failed, with the reason", () => {
    const problem = "The rules of branch main cannot be read: Resource not accessible by integration.";
    expect(judged(rules([]), [], { problem })).toMatchObject({
      verdict: "fail",
      reason: problem,
      checks: [],
    });
  });

  test("reviews and drafts are told with it", () => {
    expect(judged(rules([], { approvals: 2 }), [], { approvals: 1, draft: true })).toMatchObject({
      verdict: "pass",
      approvals: { wanted: 2, given: 1 },
      draft: true,
    });
  });
});

test("in the merge queue it waits, and says where", () => {
  const at = "2026-11-20T10:05:00.000Z";
  const merge = { pull: 12, base: "main" } as const;
  expect(underWay(judged(rules([]), []), { ...merge, where: "background" }, at).reason).toBe(
    "needs GitHub to finish the merge of #12 into main, which is under way",
  );
  expect(underWay(judged(rules([]), []), { ...merge, where: "queue" }, at)).toMatchObject({
    verdict: "pending",
    reason: "needs the merge queue of main to merge #12: it waits in it",
    at: "2026-11-20T10:05:00.000Z",
  });
});

test("of checks that nothing reports it is said why that may be, by who acts", () => {
  const missing = judged(rules([anybody("CI")]), []);
  expect(silenceNote(missing, false)).toMatch(/`CI`.*`github\.token`.*starts no workflow until/);
  expect(silenceNote(missing, true)).not.toContain("github.token");
  expect(silenceNote(judged(rules([anybody("CI")]), [said("CI", "pending")]), false)).toBeUndefined();
});
