/** Runs in less common situations, for the snapshots of what people read and for the preview. Not exported. */
import { judge } from "../gates.ts";
import type { Risk } from "../schema/event.ts";
import type { Evidence } from "../schema/evidence.ts";
import type { Plan } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { AT, append, evidenceOf, lease, nodeOf, planNode, startedEvent, withNodes } from "./samples.ts";
import { done, planned, pull, SCENE_PLAN, type Scene } from "./scenes.ts";

const LINKS = {
  repository: "https://github.com/ada/durations",
  run: "https://github.com/ada/durations/actions/runs/9001",
};
const RISKY: Risk = {
  level: "high",
  action: "approve",
  reasons: ["it changes package.json", "it changes 640 lines"],
};
const DRAFT: Risk = { ...RISKY, action: "draft-only" };

interface Judged {
  readonly risk?: Risk;
  /** Evidence of each kind that passed, changed as is wanted. */
  readonly evidence?: (item: Evidence) => Evidence;
}

/** A node with a pull request, judged by the gates as they are. */
export function judgedAt(
  state: RunState,
  id: string,
  number: number,
  { risk = { level: "low", action: "auto", reasons: [] }, evidence = (item) => item }: Judged = {},
): RunState {
  const { subject } = pull(number);
  if (!subject) throw new Error("A pull request has a subject.");
  const found = evidenceOf(id, subject).map(evidence);
  const at = withNodes(state, { [id]: pull(number, { status: "QA", risk, evidence: found }) });
  return withNodes(at, {
    [id]: { verdict: judge(at, nodeOf(at, id), found, { subject, at: AT, risk, links: LINKS }) },
  });
}

type Checks = Extract<Evidence, { kind: "checks" }>;
const checks =
  (more: Partial<Checks>) =>
  (item: Evidence): Evidence =>
    item.kind === "checks" ? { ...item, ...more } : item;

const check = (name: string, state: Checks["checks"][number]["state"]): Checks["checks"][number] => ({
  name,
  state,
  title: "",
  summary: "",
  link: "https://github.com/ada/durations/actions/runs/77",
});

const failing =
  (reason: string) =>
  (item: Evidence): Evidence =>
    item.kind === "qa" ? { ...item, verdict: "fail", reason } : item;

const merged = (...ids: readonly string[]): Readonly<Record<string, Partial<NodeState>>> =>
  Object.fromEntries(ids.map((id, at) => [id, done(40 + at)]));

const started = (...events: Parameters<typeof append>[1][]): RunState =>
  append(null, startedEvent(), ...events);
const PAUSED = { type: "run.paused", dispatchId: null } as const;
const CANCELLED = { type: "run.cancelled", dispatchId: null } as const;

export const HOSTILE_PLAN: Plan = {
  nodes: [
    planNode("E1", null, {
      title: "**Bold** _and_ <b>HTML</b> & `code` | a table @ada #12 https://github.com/o/r/issues/3",
    }),
    planNode("T1", "E1", { title: "قراءة الأسابيع من النص العربي" }),
    planNode("T2", "E1", { title: "🚀 Emoji :rocket: 👩‍👩‍👧‍👦 and ~~strike~~ [link](javascript:alert(1))" }),
    planNode("T3", "E1", {
      title: `A title as long as one may be ${"and longer ".repeat(9)}`.slice(0, 120).trim(),
    }),
    planNode("T4", "E1", { title: "\u202Eturned around and <!-- slipway:status --> fixes GH-4" }),
  ],
};

const NO_SPEC = "The model's answer was no specification: `requirements` was empty.";

export const moreScenes = (): Scene[] => [
  {
    name: "paused while the spec is written",
    state: started({ type: "stage.claimed", stage: "spec", lease: lease(1, 9_000) }, PAUSED),
  },
  {
    name: "paused before the issues",
    state: append({ ...planned(), stages: { ...planned().stages, issues: open() } }, PAUSED),
  },
  {
    name: "issues being drawn",
    state: { ...planned(), stages: { ...planned().stages, issues: { ...open(), lease: lease(1, 9_004) } } },
  },
  { name: "paused before the release", state: append(withNodes(planned(), merged(...ALL)), PAUSED) },
  {
    name: "cancelled while the spec is written",
    state: started({ type: "stage.claimed", stage: "spec", lease: lease(1, 9_000) }, CANCELLED),
  },
  {
    name: "failed in the spec stage",
    state: started(
      { type: "stage.claimed", stage: "spec", lease: lease(1, 9_000) },
      { type: "stage.failed", stage: "spec", claim: 1, reason: NO_SPEC, final: true },
      { type: "run.failed", reason: `The spec stage failed: ${NO_SPEC}` },
    ),
  },
  {
    name: "failed: nothing can go on",
    state: {
      ...withNodes(planned(), {
        T1: { status: "BLOCKED", failures: 3, trouble: "The agent did not finish: it used all 60 steps." },
      }),
      failure:
        "T1 is BLOCKED: The agent did not finish: it used all 60 steps. T2 waits for T1 (BLOCKED). T4 waits for T1 (BLOCKED).",
    },
  },
  {
    name: "waiting for an approval by risk",
    state: judgedAt(planned({ approvers: { teams: ["parsers", "docs"] } }), "T1", 21, { risk: RISKY }),
  },
  {
    name: "waiting for a draft to be marked ready",
    state: judgedAt(planned(), "T1", 21, { risk: DRAFT, evidence: checks({ draft: true }) }),
  },
  {
    name: "waiting for reviews by the branch's rules",
    state: judgedAt(withNodes(planned(), merged(...ALL)), "E1", 31, {
      evidence: checks({ approvals: { wanted: 2, given: 1 } }),
    }),
  },
  {
    name: "waiting for two checks",
    state: judgedAt(planned(), "T1", 21, {
      evidence: checks({
        verdict: "pending",
        reason: "needs `CI: Tests` and `CI: Lint` on 3f2c1a9",
        checks: [check("CI: Tests", "missing"), check("CI: Lint", "pending")],
      }),
    }),
  },
  {
    name: "lease taken over",
    state: {
      ...withNodes(planned(), {
        T1: {
          status: "IN_PROGRESS",
          claims: 2,
          failures: 1,
          lease: lease(2, 9_006),
          trouble: "Workflow run 9001 ended without a result.",
        },
      }),
      notes: [{ at: AT, text: "Workflow run 9001 ended without a result: T1 was taken over." }],
    },
  },
  {
    name: "blocked after its defects",
    state: withNodes(judgedAt(planned(), "T1", 21, { evidence: failing("`npm test` exited with 1.") }), {
      T1: {
        status: "BLOCKED",
        trouble:
          "T1 does not pass: `npm test` still fails, and 3 defects were filed and fixed. Not mergeable: `npm test` exited with 1. A person has to look at pull request #21: push what is missing to its branch, or change the policy, then `retry T1`.",
      },
    }),
  },
  {
    name: "pull request closed by a person",
    state: withNodes(planned(), {
      T1: {
        status: "NEW",
        claims: 1,
        pull: 21,
        hold: {
          kind: "pullClosed",
          by: "bob",
          at: AT,
          reason: "bob closed pull request #21 of T1: reopen it, or `retry T1`, to go on with it.",
        },
      },
    }),
  },
  {
    name: "refused by every gate",
    state: withNodes(
      judgedAt(planned({ qa: { coverageMinimum: 80 }, approval: "maintain" }), "E1", 31, {
        evidence: (item) => ({ ...item, verdict: "fail", reason: `the ${item.kind} failed` }) as Evidence,
      }),
      { E1: { status: "REVIEW" } },
    ),
  },
  { name: "hostile titles", state: judgedAt(planned({}, HOSTILE_PLAN), "T1", 21, { risk: RISKY }) },
];

const ALL = SCENE_PLAN.nodes.map((node) => node.id);

const open = (): RunState["stages"]["issues"] => ({
  status: "open",
  claims: 1,
  failures: 0,
  lease: null,
  trouble: null,
  left: [],
  usage: { calls: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
});
