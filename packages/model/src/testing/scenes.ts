/** Runs in each state, for the snapshots of what people read and for the preview. Not exported by the package. */
import type { LedgerEvent } from "../schema/event.ts";
import type { Plan, PlanNode } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import type { Gate, GateName, Verdict } from "../schema/verdict.ts";
import {
  AT,
  append,
  lease,
  planNode,
  plannedEvents,
  sha,
  startedEvent,
  subjectOf,
  withNodes,
} from "./samples.ts";

export interface Scene {
  readonly name: string;
  readonly state: RunState;
}

const REPOSITORY = "https://github.com/ada/durations";

const node = (id: string, parent: string | null, title: string, more: Partial<PlanNode> = {}): PlanNode =>
  planNode(id, parent, { title, objective: `${title}, with tests and documentation.`, ...more });

export const SCENE_PLAN: Plan = {
  nodes: [
    node("E1", null, "Durations understand weeks and signs"),
    node("F1", "E1", "Parsing"),
    node("T1", "F1", "Read weeks (`P2W`)", { size: "M" }),
    node("T2", "F1", "Read a leading sign (`-P1D`)", { orderIndex: 1 }),
    node("T3", "F1", "Refuse what no unit explains, and name the place", { orderIndex: 1, size: "M" }),
    node("F2", "E1", "Formatting"),
    node("T4", "F2", "Write weeks when nothing smaller is there", { dependsOn: ["T1"] }),
    node("T5", "F2", "Write the sign in front", { dependsOn: ["T2"], orderIndex: 1 }),
    node("T6", "E1", "Describe weeks and signs in the README", { orderIndex: 1, changeType: "docs" }),
  ],
};

export const usage = {
  model: "claude-sonnet-5-5",
  calls: 42,
  inputTokens: 34_567,
  outputTokens: 18_890,
  cacheReadTokens: 1_234_567,
  cacheWriteTokens: 40_000,
};

export const planned = (policy: unknown = {}, plan: Plan = SCENE_PLAN): RunState => ({
  ...append(null, ...plannedEvents(plan, policy)),
  usage,
});

/** A head that is spoken of as `3f2c1a9`. */
const subjectAt = (number: number) => ({
  ...subjectOf(1),
  headSha: `3f2c1a9${number.toString(16).padStart(33, "0")}`,
});

export const pull = (number: number, more: Partial<NodeState> = {}): Partial<NodeState> => ({
  status: "REVIEW",
  pull: number,
  branch: `task/${number}`,
  claims: 1,
  subject: subjectAt(number),
  ...more,
});
export const done = (number: number): Partial<NodeState> => ({
  ...pull(number),
  status: "DONE",
  mergeSha: (0xabcdef0 + number).toString(16).padEnd(40, "0"),
});

const PASSED: Record<GateName, readonly [Gate["status"], string]> = {
  children: ["skipped", "It has no children."],
  defects: ["pass", "No open defect."],
  checks: ["pass", "All 2 required checks passed."],
  qa: ["pass", "lint and test passed in 12 s."],
  coverage: ["skipped", "The policy asks for none."],
  review: ["pass", "The reviewer found nothing blocking."],
  scan: ["pass", "No secret and nothing suspicious in 4 files."],
  approval: ["skipped", "Neither the policy nor the target branch asks for one."],
  risk: ["pass", "Risk low; the policy says auto."],
  budget: ["skipped", "The policy sets none."],
};

export function verdictOf(
  nodeId: string,
  number: number,
  outcome: Verdict["outcome"],
  sentence: string,
  gates: Partial<Record<GateName, readonly [Gate["status"], string]>> = {},
): Verdict {
  const all = { ...PASSED, ...gates };
  return {
    nodeId,
    subject: subjectAt(number),
    outcome,
    sentence,
    gates: (Object.keys(PASSED) as GateName[]).map((name) => ({
      name,
      status: all[name][0],
      reason: all[name][1],
      link: name === "checks" ? `${REPOSITORY}/actions/runs/77` : `${REPOSITORY}/pull/${number}`,
    })),
    at: AT,
  };
}

const waiting = verdictOf(
  "E1",
  31,
  "waiting",
  "Not mergeable: needs 1 approval from a maintainer on 3f2c1a9.",
  {
    children: ["pass", "All 3 children are done."],
    approval: [
      "pending",
      "needs 1 approval from a maintainer on 3f2c1a9 (the approval of 7b1d2e0 died with the push)",
    ],
  },
);
export const onCheck = verdictOf("T1", 21, "waiting", "Not mergeable: needs `CI: Tests` on 3f2c1a9.", {
  checks: ["pending", "needs `CI: Tests` on 3f2c1a9"],
});
const refused = verdictOf(
  "T2",
  22,
  "refused",
  "Not mergeable: `npm test` exited with 1; needs D1 to be fixed.",
  {
    qa: ["fail", "`npm test` exited with 1: 2 of 148 tests failed, the first one `parses a negative week`."],
    defects: ["pending", "needs D1 to be fixed"],
  },
);

const defect = node("D1", "T2", "Fix qa of Read a leading sign (`-P1D`)", {
  requirements: ["FR-001"],
  changeType: "fix",
});

function working(policy: unknown = {}): RunState {
  const filed: LedgerEvent = {
    type: "defect.filed",
    parentId: "T2",
    claim: 1,
    node: defect,
    fingerprint: "qa:1",
    issue: { number: 17, id: 1_017 },
  };
  return withNodes(append(planned(policy), filed), {
    T1: done(21),
    T2: pull(22, { verdict: refused }),
    D1: {
      status: "IN_PROGRESS",
      claims: 2,
      lease: lease(2, 9_001),
      trouble: "The agent ran out of steps after 60 turns.",
    },
    T3: pull(23, { lease: lease(1, 9_002) }),
    T4: { status: "IN_PROGRESS", claims: 1, lease: lease(1, 9_003) },
  });
}

const blocked = (): RunState =>
  withNodes(working(), {
    T3: {
      ...pull(23),
      lease: null,
      status: "BLOCKED",
      trouble: "The change touches .github/workflows/ci.yml, which the policy protects (protectedPaths).",
    },
    T4: {
      status: "BLOCKED",
      failures: 3,
      claims: 3,
      lease: null,
      trouble: "The agent did not finish: 3 attempts used all 60 steps. See the artifact change.T4.3.",
    },
  });

const merged = (state: RunState): RunState =>
  withNodes(
    state,
    Object.fromEntries(
      state.nodes.filter(({ plan }) => plan.parent !== null).map(({ plan }, at) => [plan.id, done(20 + at)]),
    ),
  );

const rootAt = (more: Partial<NodeState>, policy: unknown = {}): RunState =>
  withNodes(merged(planned(policy)), { E1: pull(31, more) });

const stage = (...events: LedgerEvent[]): RunState => append(null, startedEvent(), ...events);
const spoken: RunState = append(null, ...plannedEvents(SCENE_PLAN).slice(0, 3));
const release = {
  version: "1.1.0",
  tag: "v1.1.0",
  previousTag: "v1.0.0",
  sha: sha(9),
  bump: "minor" as const,
  entries: [],
  notes: "## v1.1.0",
};
const released = (policy: unknown = {}): RunState => withNodes(merged(planned(policy)), { E1: done(31) });

const notes = [
  { at: AT, text: "ada gave T6 another title." },
  { at: AT, text: "The branch of T3 was deleted: it was restored at 3f2c1a9." },
  { at: AT, text: "The label `slipway:blocked` was missing on the issue of T4 and was given back." },
  { at: AT, text: "Workflow run 8999 ended without a result: T4 was taken over." },
  { at: AT, text: "bob force-pushed the branch of T2 to 7b1d2e0: it is checked again." },
];

const TAG_TAKEN = "the tag v1.1.0 exists already on another commit. Delete it.";

/** One run in each state that people meet. */
export const scenes = (): Scene[] => [
  { name: "submitted", state: stage() },
  {
    name: "spec being written",
    state: stage({ type: "stage.claimed", stage: "spec", lease: lease(1, 9_000) }),
  },
  {
    name: "spec tried once",
    state: stage(
      { type: "stage.claimed", stage: "spec", lease: lease(1, 9_000) },
      {
        type: "stage.failed",
        stage: "spec",
        claim: 1,
        reason: "The model's answer was no specification: `requirements` was empty.",
      },
      { type: "stage.claimed", stage: "spec", lease: lease(2, 9_001) },
    ),
  },
  {
    name: "planning",
    state: append(spoken, { type: "stage.claimed", stage: "plan", lease: lease(1, 9_000) }),
  },
  { name: "planned", state: append(null, ...plannedEvents(SCENE_PLAN)) },
  { name: "working", state: { ...working(), notes } },
  {
    name: "waiting for a check",
    state: withNodes(planned(), { T1: pull(21, { status: "QA", verdict: onCheck }) }),
  },
  {
    name: "waiting for GitHub's limit",
    state: { ...planned(), limitedUntil: "2026-11-20T11:05:00.000Z" },
  },
  {
    name: "waiting for approval",
    state: rootAt(
      { status: "QA", verdict: waiting },
      { approval: "maintain", approvers: { teams: ["parsers"] } },
    ),
  },
  { name: "blocked", state: blocked() },
  {
    name: "set aside",
    state: withNodes(working(), {
      T5: {
        status: "BLOCKED",
        hold: {
          kind: "issueClosed",
          by: "bob",
          at: AT,
          reason: "bob closed the issue of T5: reopen it, or `retry T5`, to go on with it.",
        },
      },
    }),
  },
  {
    name: "budget used up",
    state: { ...working({ budget: { outputTokens: 9_000, calls: 100 } }), budgetGrants: 1 },
  },
  { name: "paused", state: append(working(), { type: "run.paused", dispatchId: null }) },
  { name: "cancelled", state: append(working(), { type: "run.cancelled", dispatchId: null }) },
  {
    name: "failed",
    state: append(
      released(),
      { type: "stage.claimed", stage: "release", lease: lease(1, 9_020) },
      { type: "stage.failed", stage: "release", claim: 1, reason: TAG_TAKEN, final: true },
      { type: "run.failed", reason: `The release stage failed: ${TAG_TAKEN}` },
    ),
  },
  { name: "checking the whole", state: rootAt({ lease: lease(1, 9_010) }) },
  {
    name: "merging the whole",
    state: rootAt({
      status: "QA",
      lease: lease(1, 9_010),
      verdict: verdictOf("E1", 31, "mergeable", "Mergeable: children, qa, scan passed on 3f2c1a9."),
    }),
  },
  {
    name: "releasing",
    state: append(released(), { type: "stage.claimed", stage: "release", lease: lease(1, 9_020) }),
  },
  {
    name: "done",
    state: append(
      released(),
      { type: "release.recorded", claim: 1, release, reason: "minor release from 6 commits." },
      { type: "run.completed" },
    ),
  },
  {
    name: "done without a release",
    state: append(
      released(),
      {
        type: "release.recorded",
        claim: 1,
        release: null,
        reason: "No commit since the last release reaches users.",
      },
      { type: "run.completed" },
    ),
  },
  { name: "dry run", state: { ...dryRun(SCENE_PLAN), completed: true } },
];

export const dryRun = (plan: Plan): RunState => ({
  ...withNodes(
    planned({ limits: { nodes: 300, depth: 7 } }, plan),
    Object.fromEntries(plan.nodes.map(({ id }) => [id, { issue: null }])),
  ),
  dryRun: true,
  integrationBranch: "main",
});
