import { isMapping } from "@actions/workflow-parser";
import type { RepositoryName } from "@slipway/model";
import { resolveBoolean, resolveText, type Scope } from "../expressions/template.ts";
import { child, type Token } from "../load/tokens.ts";

/** Most that may wait in a group with `queue: max`. */
export const MAX_PENDING = 100;

/** A `concurrency` key with its expressions evaluated. */
export interface ConcurrencyRule {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
}

/** Evaluates a `concurrency` key; undefined when there is none, or its group is empty. @throws */
export function readConcurrency(token: Token | undefined, scope: Scope): ConcurrencyRule | undefined {
  if (token === undefined) return undefined;
  const mapping = isMapping(token);
  const group = resolveText(mapping ? child(token, "group") : token, scope);
  if (group === "") return undefined;
  const queue = mapping ? resolveText(child(token, "queue"), scope) : "";
  const cancelInProgress = mapping
    ? resolveBoolean(child(token, "cancel-in-progress"), scope, false, "concurrency.cancel-in-progress")
    : false;
  if (queue !== "" && queue !== "single" && queue !== "max") {
    throw new Error(`concurrency.queue must be 'single' or 'max', but is '${queue}'.`);
  }
  if (queue === "max" && cancelInProgress) {
    throw new Error("'queue: max' cannot be combined with 'cancel-in-progress: true'.");
  }
  return { group, cancelInProgress, queue: queue === "max" ? "max" : "single" };
}

/** A run, a called workflow or a job that enters a group. */
export interface Entrant {
  readonly repository: RepositoryName;
  readonly rule: ConcurrencyRule;
  /** Groups that are held by what this is a part of; entering one of them again could never end. */
  readonly held: readonly string[];
  /** Asked to end, by a newcomer with `cancel-in-progress`. */
  readonly cancel: () => void;
  /** Leaves the queue when aborted. */
  readonly signal: AbortSignal;
  /** Called when it has to wait. */
  readonly onPending?: () => void;
}

export type Entry =
  /** It is its turn; `leave` gives the group to the next. */
  | { readonly kind: "entered"; readonly key: string; readonly leave: () => void }
  /** A newer one took its place in the queue, the queue is full, or it was cancelled. */
  | { readonly kind: "cancelled"; readonly reason: string }
  /** The group is held by what this is a part of. */
  | { readonly kind: "deadlock"; readonly reason: string };

/** Concurrency groups of all repositories. */
export interface ConcurrencyGroups {
  enter(entrant: Entrant): Promise<Entry>;
}

interface Waiting {
  readonly start: () => void;
  readonly drop: (reason: string) => void;
}

interface Group {
  holder: Entrant | undefined;
  readonly pending: Waiting[];
}

export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>();

  function leave(key: string): void {
    const group = groups.get(key);
    if (group === undefined) return;
    group.holder = undefined;
    const next = group.pending.shift();
    if (next === undefined) groups.delete(key);
    else next.start();
  }

  function enter(entrant: Entrant): Promise<Entry> {
    const { rule, repository } = entrant;
    const key = `${repository.owner}/${repository.name}\n${rule.group}`.toLowerCase();
    if (entrant.held.includes(key)) {
      const reason = `Canceling since a deadlock for concurrency group '${rule.group}' was detected: what holds the group waits for this.`;
      return Promise.resolve({ kind: "deadlock", reason });
    }
    if (entrant.signal.aborted)
      return Promise.resolve({ kind: "cancelled", reason: "The operation was canceled." });
    const group: Group = groups.get(key) ?? { holder: undefined, pending: [] };
    groups.set(key, group);
    const entered = (): Entry => {
      group.holder = entrant;
      let left = false;
      return {
        kind: "entered",
        key,
        leave: () => {
          if (!left) leave(key);
          left = true;
        },
      };
    };
    if (group.holder === undefined) return Promise.resolve(entered());
    if (rule.queue === "single" || rule.cancelInProgress) {
      const reason = `Canceling since a higher priority waiting request for '${rule.group}' exists`;
      for (const waiting of group.pending.splice(0)) waiting.drop(reason);
    } else if (group.pending.length >= MAX_PENDING) {
      const reason = `Canceling since ${MAX_PENDING} requests wait for '${rule.group}' already, the most there may be`;
      return Promise.resolve({ kind: "cancelled", reason });
    }
    const { holder } = group;
    const turn = new Promise<Entry>((resolve) => {
      const waiting: Waiting = {
        start: () => {
          entrant.signal.removeEventListener("abort", onAbort);
          resolve(entered());
        },
        drop: (reason) => {
          entrant.signal.removeEventListener("abort", onAbort);
          resolve({ kind: "cancelled", reason });
        },
      };
      const onAbort = (): void => {
        const at = group.pending.indexOf(waiting);
        if (at >= 0) group.pending.splice(at, 1);
        resolve({ kind: "cancelled", reason: "The operation was canceled." });
      };
      entrant.signal.addEventListener("abort", onAbort, { once: true });
      group.pending.push(waiting);
    });
    entrant.onPending?.();
    if (rule.cancelInProgress) holder.cancel();
    return turn;
  }

  return { enter };
}
