/** What becomes of a stage that a run does once, as a whole. */
import { leftAfter } from "./fold-left.ts";
import { hashOf } from "./hash.ts";
import { addUsage, NO_USAGE, type RunStage, type Usage } from "./schema/common.ts";
import type { LedgerEvent } from "./schema/event.ts";
import type { RunState, StageState } from "./schema/state.ts";

type EventOf<T extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: T }>;

export function onStage(
  state: RunState,
  name: RunStage,
  update: (stage: StageState) => StageState,
): RunState {
  return { ...state, stages: { ...state.stages, [name]: update(state.stages[name]) } };
}

export function failedStage(state: RunState, stage: StageState, event: EventOf<"stage.failed">): StageState {
  const { reason, final, usage } = event;
  const failures = stage.failures + 1;
  return {
    ...stage,
    failures,
    lease: null,
    trouble: reason,
    left: leftAfter(stage, event),
    status: final || failures >= state.policy.limits.attempts ? "failed" : "open",
    usage: addUsage(stage.usage, usage ?? NO_USAGE),
  };
}

/** @param agents who was asked for what it came to */
export function doneStage(stage: StageState, usage: Usage, agents?: readonly string[]): StageState {
  return {
    ...stage,
    ...(agents ? { agents: [...agents] } : {}),
    status: "done",
    lease: null,
    trouble: null,
    left: [],
    usage: addUsage(stage.usage, usage),
  };
}

/** A specification takes the place of the one before; what it costs is on the stage's account. */
export function recordedSpec(state: RunState, event: EventOf<"spec.recorded">): RunState {
  const { spec, details = null, usage, agents } = event;
  const recorded = { ...state, spec, specHash: hashOf(spec), specDetails: details };
  return onStage(recorded, "spec", (stage) => doneStage(stage, usage, agents));
}
