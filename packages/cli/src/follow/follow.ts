/** Follows a run until it is over, or until nothing moves any more. */
import { setTimeout as sleep } from "node:timers/promises";
import { type BadRun, type Ending, endingWhenIdle } from "./ending.ts";
import type { LedgerReader } from "./ledger.ts";
import type { Progress } from "./progress.ts";

export interface FollowInput {
  readonly progress: Progress;
  readonly ledger: LedgerReader;
  /** Resolves when no workflow run is queued or in progress. */
  readonly idle: () => Promise<void>;
  /** Counts everything that the local GitHub was asked and told: unchanged means that nothing happened. */
  readonly activity: () => number;
  readonly badRuns: () => readonly BadRun[];
  readonly now: () => Date;
  /** Told of an ending that a person can still change; followed on until the run is over. Only with `--serve`. */
  readonly onWaiting?: (ending: Ending) => void;
  readonly signal: AbortSignal;
}

/** An event that has been accepted is handed to the engine at once; what it starts shows within this time. */
const SETTLE_MS = 150;

const INTERRUPTED: Ending = {
  outcome: "interrupted",
  sentence: "Stopped before the run was over.",
  detail: [],
};

export async function follow(input: FollowInput): Promise<Ending> {
  const stopped = new Promise<"stopped">((resolve) => {
    if (input.signal.aborted) resolve("stopped");
    else input.signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  let told = -1;
  for (;;) {
    if ((await Promise.race([settled(input).then(() => "idle" as const), stopped])) === "stopped")
      return INTERRUPTED;
    input.progress.ledger(await input.ledger.read());
    const { state } = input.progress.snapshot();
    const ending = endingWhenIdle(state, input.now().toISOString(), input.badRuns());
    if (ending.outcome !== "waiting" || !input.onWaiting) return ending;
    if (told !== input.activity()) input.onWaiting(ending);
    told = input.activity();
    // A person may now act through the local GitHub: whatever they do is a request to it.
    while (input.activity() === told && !input.signal.aborted) await sleep(SETTLE_MS);
    if (input.signal.aborted) return ending;
  }
}

/** Idle, and still idle with nothing having happened a moment later. */
async function settled(input: FollowInput): Promise<void> {
  for (let before = -1; ; ) {
    await input.idle();
    const now = input.activity();
    if (now === before || input.signal.aborted) return;
    before = now;
    await sleep(SETTLE_MS);
  }
}
