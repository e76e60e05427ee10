/** Typed notifications for a live view. A listener that throws never harms a request. */

import type { JournalEntry } from "./http/journal.ts";
import type { JobRecord, PullIssue, RepositoryRecord, WorkflowRunRecord } from "./store/records.ts";

export interface BusEvents {
  run: WorkflowRunRecord;
  job: JobRecord;
  log: { job: JobRecord; text: string };
  summary: { job: JobRecord; step: number; markdown: string };
  request: JournalEntry;
  /** A pull request was opened, pushed to, closed or otherwise changed. */
  pull: PullIssue;
  /** Something was reported on a commit: a check run, a status, a job. */
  checks: { repository: RepositoryRecord; sha: string };
}

export interface Bus {
  /** Returns the function that ends the subscription. */
  on<Name extends keyof BusEvents>(name: Name, listener: (value: BusEvents[Name]) => void): () => void;
  emit<Name extends keyof BusEvents>(name: Name, value: BusEvents[Name]): void;
}

export function createBus(): Bus {
  const listeners = new Map<string, Set<(value: never) => void>>();
  return {
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    emit(name, value) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          (listener as (given: typeof value) => void)(value);
        } catch (error) {
          process.emitWarning(`A listener for '${name}' threw: ${String(error)}`);
        }
      }
    },
  };
}
