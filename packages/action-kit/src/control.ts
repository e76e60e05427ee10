import { type GitHub, type LedgerHead, readLedger } from "@slipway/github";
import { errorText, ledgerRef, type RunState } from "@slipway/model";

export type Control = RunState["control"];

/** Looks at a run's control flag. A state that cannot be read now is no reason to stop: the last one known holds. */
export interface ControlWatch {
  /**
   * The flag as the newest ledger has it.
   *
   * @param everyMs asks the server at most so often; between that, what is known is answered
   */
  look(everyMs?: number): Promise<Control>;
  /** The newest state seen. */
  readonly state: RunState;
}

type Watched = Pick<GitHub, "git" | "log" | "now">;

/** One `git ls-remote` a look, and a fetch only where the ledger moved; no API request. */
export function watchControl({ git, log, now }: Watched, runId: string, from: LedgerHead): ControlWatch {
  let head = from;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let warned = false;
  const ref = ledgerRef(runId);
  return {
    get state() {
      return head.state;
    },
    async look(everyMs = 0) {
      const at = now().getTime();
      if (at - lookedAt < everyMs) return head.state.control;
      lookedAt = at;
      try {
        const tip = (await git.lsRemote([ref])).get(ref);
        if (tip !== undefined && tip !== head.sha) head = (await readLedger(git, runId)) ?? head;
      } catch (error) {
        const why = errorText(error);
        if (!warned)
          log.warn(`Whether run ${runId} was paused meanwhile could not be read; going on. ${why}`);
        warned = true;
      }
      return head.state.control;
    },
  };
}

/** What ends a piece of work early. */
export const controlText = (control: Exclude<Control, "RUN">): string =>
  control === "PAUSED" ? "The run was paused." : "The run was cancelled.";
