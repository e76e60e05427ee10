/** Something that can be cancelled with everything below it: a run, a called workflow, a job. */
export interface CancelScope {
  readonly cancelled: boolean;
  cancel(): void;
  /** Called once, when this or anything above it is cancelled; returns what takes the listener away again. */
  onCancel(listener: () => void): () => void;
  /** A scope below this one. One made after the cancellation starts out uncancelled: it runs in spite of it. */
  child(): CancelScope;
}

export function createCancelScope(): CancelScope {
  let cancelled = false;
  const listeners = new Set<() => void>();
  const scope: CancelScope = {
    get cancelled() {
      return cancelled;
    },
    cancel: () => {
      if (cancelled) return;
      cancelled = true;
      for (const listener of [...listeners]) listener();
      listeners.clear();
    },
    onCancel: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    child: () => {
      const child = createCancelScope();
      scope.onCancel(() => child.cancel());
      return child;
    },
  };
  return scope;
}
