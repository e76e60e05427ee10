/** Whether a run is over for the one who follows it, and why. Pure. */
import { approvalWanted, decide, outsideWait, type RunState, runStateOf } from "@slipway/model";
import type { Outcome } from "./happening.ts";

export interface Ending {
  readonly outcome: Outcome;
  /** For the person: what happened and, where there is something to do, what. */
  readonly sentence: string;
  /** What the logs say about it; lines. */
  readonly detail: readonly string[];
}

/** A workflow run that ended otherwise than well. */
export interface BadRun {
  readonly number: number;
  readonly name: string;
  readonly conclusion: string;
  /** Error lines of its jobs' logs. */
  readonly errors: readonly string[];
}

/** The state alone says that the run is over; undefined when it goes on. */
export function overBy(state: RunState | null): Ending | undefined {
  if (!state) return undefined;
  switch (runStateOf(state)) {
    case "DONE":
      return { outcome: "done", sentence: doneSentence(state), detail: [] };
    case "FAILED":
      return {
        outcome: "failed",
        sentence: `The run failed: ${state.failure ?? "no reason was recorded."}`,
        detail: [],
      };
    case "CANCELLED":
      return { outcome: "cancelled", sentence: "The run was cancelled.", detail: [] };
    default:
      return undefined;
  }
}

function doneSentence(state: RunState): string {
  if (state.release) return `Done: released as ${state.release.tag}.`;
  return state.releaseNote ? `Done, without a release: ${state.releaseNote}` : "Done.";
}

/**
 * What it means that no workflow run is queued or in progress.
 *
 * @param now ISO 8601
 * @param bad workflow runs that ended badly, oldest first
 */
export function endingWhenIdle(state: RunState | null, now: string, bad: readonly BadRun[]): Ending {
  const over = overBy(state);
  if (over) return { ...over, detail: over.outcome === "done" ? [] : detailOf(bad, over.sentence) };
  if (!state) {
    return {
      outcome: "lost",
      sentence:
        bad.length > 0
          ? "The run did not start: its workflow failed."
          : "The run did not start: no workflow took the request.",
      detail: detailOf(bad),
    };
  }
  const { work } = decide(state, { now, workflowRunId: 0, runAttempt: 1, endedRuns: new Set() });
  if (work.kind === "person")
    return { outcome: "waiting", sentence: waitingSentence(state, work.reason), detail: [] };
  return {
    outcome: "lost",
    sentence: `The run got lost in ${runStateOf(state)}: nothing is being done any more, and nobody was told to go on.`,
    detail: detailOf(bad),
  };
}

/** For whom the run waits, and what that person does. */
function waitingSentence(state: RunState, reason: string): string {
  if (state.control === "PAUSED") return `The run waits for a person: ${reason}`;
  const blocked = state.nodes.filter((node) => node.status === "BLOCKED").map((node) => node.plan.id);
  const advice: string[] = [];
  if (blocked.length > 0) {
    advice.push(`Put right what blocks ${blocked.join(", ")}, then \`/slipway retry\` continues the run.`);
  }
  for (const node of state.nodes) {
    const asked = node.verdict?.gates.some(({ name, status }) => name === "approval" && status === "pending");
    const wanted = approvalWanted(state.policy, node, node.risk);
    if (!asked || wanted === null || outsideWait(state, node) !== "waiting") continue;
    advice.push(
      `Someone with ${wanted} access approves pull request #${node.pull ?? "?"} of ${node.plan.id}.`,
    );
  }
  return [`The run waits for a person. ${reason}`, ...advice].join(" ");
}

/** @param told what the person reads anyway: an error that it quotes is not repeated */
function detailOf(bad: readonly BadRun[], told = ""): string[] {
  return bad.flatMap((run) => [
    `Workflow run ${run.number} (${run.name}) ended with ${run.conclusion}.`,
    ...run.errors.filter((line) => !told.includes(line)).map((line) => `  ${line}`),
  ]);
}

export function exitCodeOf(outcome: Outcome): number {
  switch (outcome) {
    case "done":
      return 0;
    case "failed":
    case "cancelled":
    case "lost":
      return 1;
    case "waiting":
      return 3;
    case "interrupted":
      return 130;
  }
}
