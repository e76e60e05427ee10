import { describe, expect, test } from "@jest/globals";
import { AUDITOR, judge, needsReview, roleSuffices, sameSubject } from "./gates.ts";
import type { Evidence } from "./schema/evidence.ts";
import type { NodeState, RunState } from "./schema/state.ts";
import { type Gate, type GateName, verdictSchema } from "./schema/verdict.ts";
import {
  allDone,
  append,
  evidenceOf,
  judgingOf,
  nodeOf,
  planNode,
  plannedState,
  sha,
  subjectOf,
  withNodes,
} from "./testing/samples.ts";

const SUBJECT = subjectOf(5);
const verdictOf = (state: RunState, id: string, evidence: readonly Evidence[], subject = SUBJECT) =>
  judge(state, nodeOf(state, id), evidence, judgingOf(subject));
const gateOf = (state: RunState, id: string, name: GateName, evidence: readonly Evidence[] = []): Gate => {
  const found = verdictOf(state, id, evidence).gates.find((gate) => gate.name === name);
  if (!found) throw new Error(name);
  return found;
};
const state = plannedState();
const good = evidenceOf("T1", SUBJECT);
const NOT_ASKED = "Neither the policy nor the target branch asks for one.";
const RUN_PAGE = "https://github.test/acme/spans/actions/runs/7";

test("all evidence for this exact change: mergeable, and the sentence says what passed on what", () => {
  const verdict = verdictOf(state, "T1", good);
  expect(verdict).toMatchObject({
    outcome: "mergeable",
    sentence: "Mergeable: defects, qa, review, scan, risk passed on 0000000.",
    subject: SUBJECT,
  });
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
});

describe("evidence is void when any of the three moves", () => {
  test.each([
    ["spec", { ...SUBJECT, specHash: `sha256:${"1".repeat(64)}` }],
    ["base", { ...SUBJECT, baseSha: sha(99) }],
    ["head", { ...SUBJECT, headSha: sha(99) }],
  ])("%s", (_, moved) => {
    expect(sameSubject(SUBJECT, moved)).toBe(false);
    const verdict = verdictOf(state, "T1", good, moved);
    expect(verdict.outcome).toBe("refused");
    expect(verdict.sentence).toBe(
      "Not mergeable: the rules of the target branch could not be read, which counts as failed; qa left no evidence for this exact change, which counts as failed; review left no evidence for this exact change, which counts as failed; scan left no evidence for this exact change, which counts as failed.",
    );
  });

  test("evidence for another node counts for nothing", () => {
    expect(verdictOf(state, "T1", evidenceOf("T2", SUBJECT)).outcome).toBe("refused");
  });
});

test.each(["qa", "review", "scan"] as const)("%s: what broke off says why in its gate", (name) => {
  const evidence = good.filter((item) => item.kind !== name);
  const broke = { [name]: "The key was not taken.\nCheck the secret." };
  const verdict = judge(state, nodeOf(state, "T1"), evidence, { ...judgingOf(SUBJECT), broke });
  expect(verdict.outcome).toBe("refused");
  expect(verdict.sentence).toBe(
    `Not mergeable: ${name} left no evidence for this exact change, which counts as failed: The key was not taken. Check the secret.`,
  );
  // What is there counts, whatever another job says.
  expect(judge(state, nodeOf(state, "T1"), good, { ...judgingOf(SUBJECT), broke }).outcome).toBe("mergeable");
});

test("a review without the audit that the policy asks for lets nothing pass", () => {
  const asked = { ...state, policy: { ...state.policy, review: { required: true, security: true } } };
  const by = (agents: string[] | undefined) =>
    good.map((item) => {
      if (item.kind !== "review") return item;
      const { agents: _, ...rest } = item;
      return agents ? { ...rest, agents } : rest;
    });
  expect(verdictOf(asked, "T1", by(["code-reviewer"])).sentence).toBe(
    "Not mergeable: the security audit left no evidence for this exact change, which counts as failed.",
  );
  expect(verdictOf(state, "T1", by(["code-reviewer"])).outcome).toBe("mergeable");
  expect(verdictOf(asked, "T1", by(["code-reviewer", AUDITOR])).outcome).toBe("mergeable");
  expect(verdictOf(asked, "T1", by(undefined)).outcome).toBe("mergeable");
});

test.each(["qa", "review", "scan"] as const)("%s: missing, failed and repeated", (name) => {
  const without = good.filter((item) => item.kind !== name);
  expect(gateOf(state, "T1", name, without)).toEqual({
    name,
    link: RUN_PAGE,
    status: "fail",
    reason: `${name} left no evidence for this exact change, which counts as failed`,
  });
  const failed = evidenceOf("T1", SUBJECT, [name]);
  expect(verdictOf(state, "T1", failed)).toMatchObject({
    outcome: "refused",
    sentence: `Not mergeable: ${name} found something wrong.`,
  });
  expect(gateOf(state, "T1", name, [...failed, ...good]).status).toBe("pass");
  expect(gateOf(state, "T1", name, [...good, ...failed]).status).toBe("fail");
});

describe("children and defects", () => {
  test("a parent needs its children, named", () => {
    expect(gateOf(state, "T1", "children")).toMatchObject({
      status: "skipped",
      reason: "It has no children.",
    });
    expect(gateOf(state, "F1", "children")).toMatchObject({
      status: "pending",
      reason: "needs T1, T2 to be done",
    });
    expect(gateOf(allDone(state), "F1", "children")).toMatchObject({ reason: "All 2 children are done." });
  });

  test("an open defect is named and is no child of the plan; a fixed one is no hindrance", () => {
    const filed = append(state, {
      type: "defect.filed",
      parentId: "T1",
      claim: 1,
      node: planNode("D1", "T1"),
      fingerprint: "x",
      issue: { number: 90, id: 90 },
    });
    expect(gateOf(filed, "T1", "children").status).toBe("skipped");
    expect(verdictOf(filed, "T1", good)).toMatchObject({
      outcome: "waiting",
      sentence: "Not mergeable: needs D1 to be fixed.",
    });
    expect(gateOf(allDone(filed, "T1"), "T1", "defects").status).toBe("pass");
  });
});

describe("coverage", () => {
  const asked = plannedState(undefined, { qa: { coverageMinimum: 80 } });
  const covered = (coverage: number | null) =>
    good.map((item): Evidence => (item.kind === "qa" ? { ...item, coverage } : item));
  test.each<[string, RunState, number | null, Gate["status"], string]>([
    ["not asked for", state, null, "skipped", "The policy asks for none."],
    ["not readable", asked, null, "fail", "line coverage could not be read; the policy asks for 80 %"],
    ["too low", asked, 79.9, "fail", "79.9 % of lines covered, 80 % asked for"],
    ["enough", asked, 80, "pass", "80 % of lines, at least 80 % asked for."],
  ])("%s", (_, of, coverage, status, reason) => {
    expect(gateOf(of, "T1", "coverage", covered(coverage))).toEqual({
      name: "coverage",
      status,
      reason,
      link: RUN_PAGE,
    });
  });
});

describe("review", () => {
  test("leaves are reviewed, parents are not, and the policy may ask for none", () => {
    const none = plannedState(undefined, { review: { required: false } });
    expect(["E1", "F1", "T1"].map((id) => needsReview(state, nodeOf(state, id)))).toEqual([
      false,
      false,
      true,
    ]);
    expect(gateOf(state, "F1", "review")).toMatchObject({
      status: "skipped",
      reason: "Each change in it was reviewed in its own pull request.",
    });
    expect(gateOf(none, "T1", "review")).toMatchObject({
      status: "skipped",
      reason: "The policy asks for none.",
    });
  });
});

describe("approval", () => {
  const asked = allDone(plannedState(undefined, { approval: "maintain" }), "E1");
  const given = (approval: NodeState["approval"]) => withNodes(asked, { E1: { approval } });
  const head = SUBJECT.headSha;
  test.each<[string, RunState, string, Gate["status"], string]>([
    ["not asked for", state, "E1", "skipped", NOT_ASKED],
    ["only for the root", asked, "F1", "skipped", NOT_ASKED],
    ["missing", asked, "E1", "pending", "needs 1 approval from a maintainer on 0000000"],
    ["given", given({ headSha: head, by: "bob", role: "admin" }), "E1", "pass", "Approved by bob (admin)."],
    [
      "too low a role",
      given({ headSha: head, by: "bob", role: "write" }),
      "E1",
      "pending",
      "needs 1 approval from a maintainer on 0000000",
    ],
    [
      "of an older head",
      given({ headSha: `abcdef0${"0".repeat(33)}`, by: "bob", role: "admin" }),
      "E1",
      "pending",
      "needs 1 approval from a maintainer on 0000000 (the approval of abcdef0 died with the push)",
    ],
  ])("%s", (_, of, id, status, reason) => {
    expect(gateOf(of, id, "approval")).toEqual({ name: "approval", status, reason, link: null });
  });

  test("waiting for it alone is waiting, with a failed check it is refused", () => {
    expect(verdictOf(asked, "E1", evidenceOf("E1", SUBJECT)).outcome).toBe("waiting");
    expect(verdictOf(asked, "E1", evidenceOf("E1", SUBJECT, ["qa"])).outcome).toBe("refused");
  });

  test("roles are ranked; what is not known ranks below all", () => {
    expect(
      ["admin", "maintain", "write", "triage", "", "owner"].map((role) => roleSuffices(role, "write")),
    ).toEqual([true, true, true, false, false, false]);
    expect(roleSuffices("", "none")).toBe(true);
  });
});

describe("checks that the target branch requires", () => {
  const withChecks = (changes: Partial<Extract<Evidence, { kind: "checks" }>>) =>
    good.map((item): Evidence => (item.kind === "checks" ? { ...item, ...changes } : item));
  const check = (state: "missing" | "pending" | "pass" | "fail") => ({
    name: "CI: Tests",
    state,
    title: "",
    summary: "",
    link: "https://ci.test/1",
  });

  test.each([
    ["fail", "refused"],
    ["pending", "waiting"],
    ["pass", "mergeable"],
  ] as const)("%s", (verdict, outcome) => {
    const evidence = withChecks({
      verdict,
      reason: "needs `CI: Tests` on 0000000",
      checks: [check(verdict)],
    });
    expect(gateOf(state, "T1", "checks", evidence)).toMatchObject({ status: verdict });
    expect(verdictOf(state, "T1", evidence).outcome).toBe(outcome);
  });

  test("an approval and a check that are missing are told in one sentence", () => {
    const asked = allDone(plannedState(undefined, { approval: "maintain" }), "E1");
    const evidence = evidenceOf("E1", SUBJECT).map(
      (item): Evidence =>
        item.kind === "checks"
          ? {
              ...item,
              verdict: "pending",
              reason: "needs `CI: Tests` on 0000000",
              checks: [check("missing")],
            }
          : item,
    );
    expect(verdictOf(asked, "E1", evidence)).toMatchObject({
      outcome: "waiting",
      sentence: "Not mergeable: needs `CI: Tests` on 0000000, and 1 approval from a maintainer on 0000000.",
    });
  });

  test("approving reviews that the branch's own rules ask for", () => {
    const evidence = withChecks({ approvals: { wanted: 2, given: 1 } });
    expect(gateOf(state, "T1", "approval", evidence)).toMatchObject({
      status: "pending",
      reason: "needs 1 more approving review by the branch's rules",
    });
    expect(gateOf(state, "T1", "approval", withChecks({ approvals: { wanted: 2, given: 2 } }))).toMatchObject(
      { status: "pass" },
    );
  });

  test("a draft waits for a person to mark it ready", () => {
    expect(verdictOf(state, "T1", withChecks({ draft: true }))).toMatchObject({
      outcome: "waiting",
      sentence: "Not mergeable: needs the pull request to be marked ready by a person (risk low).",
    });
  });
});

test("however much went wrong, verdicts stay within their limits", () => {
  const many = {
    nodes: [planNode("E1", null), ...Array.from({ length: 299 }, (_, i) => planNode(`T${i + 1}`, "E1"))],
  };
  const verdict = verdictOf(plannedState(many), "E1", []);
  expect(verdictSchema.parse(verdict)).toEqual(verdict);
});
