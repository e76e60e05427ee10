import type { RunStateName } from "./schema/common.ts";
import type { RunState } from "./schema/state.ts";
import { rootOf } from "./tree.ts";

/** Where a run stands, derived from what happened to it. */
export function runStateOf(state: RunState): RunStateName {
  if (state.control === "CANCELLED") return "CANCELLED";
  if (state.completed) return "DONE";
  if (state.failure !== null) return "FAILED";
  if (state.control === "PAUSED") return "PAUSED";
  if (state.stages.spec.status !== "done")
    return state.stages.spec.claims === 0 ? "IDEA_SUBMITTED" : "SPEC_WRITING";
  // A dry run ends where its issues are drafted.
  if (state.stages.issues.status !== "done" || state.dryRun) return "ISSUE_TREE";
  const root = rootOf(state);
  if (root?.status === "DONE") return "RELEASE";
  const rest = state.nodes.filter((node) => node !== root);
  if (rest.some((node) => node.status !== "DONE") || !root) return "EXECUTION_LOOP";
  return root.verdict?.outcome === "mergeable" ? "MERGE" : "QA";
}

/** Whether GitHub's request limit, as far as a job has met it, leaves no room at `now` (ISO 8601). */
export const isLimited = ({ limitedUntil }: RunState, now: string): boolean =>
  limitedUntil !== null && Date.parse(limitedUntil) > Date.parse(now);

/** Which state may follow which. Control states are reached from, and left to, any working state. */
const WORKING: readonly RunStateName[] = [
  "IDEA_SUBMITTED",
  "SPEC_WRITING",
  "ISSUE_TREE",
  "EXECUTION_LOOP",
  "QA",
  "MERGE",
  "RELEASE",
];
const FORWARD: Partial<Record<RunStateName, readonly RunStateName[]>> = {
  IDEA_SUBMITTED: ["SPEC_WRITING"],
  SPEC_WRITING: ["ISSUE_TREE"],
  // A dry run is done here.
  ISSUE_TREE: ["EXECUTION_LOOP", "DONE"],
  // A tree whose root alone is left is in QA; a defect of the root opens the loop again.
  EXECUTION_LOOP: ["QA"],
  QA: ["MERGE", "EXECUTION_LOOP", "RELEASE"],
  MERGE: ["RELEASE", "QA", "EXECUTION_LOOP"],
  RELEASE: ["DONE"],
};

export function isLegalTransition(from: RunStateName, to: RunStateName): boolean {
  if (from === to) return true;
  if (from === "DONE" || from === "CANCELLED") return false;
  if (to === "CANCELLED") return true;
  if (from === "PAUSED" || from === "FAILED")
    return WORKING.includes(to) || to === "PAUSED" || to === "FAILED";
  if (to === "PAUSED" || to === "FAILED") return true;
  return FORWARD[from]?.includes(to) ?? false;
}
