import { foldEvents } from "./fold.ts";
import type { EventRecord, LedgerEvent } from "./schema/event.ts";
import type { RunState } from "./schema/state.ts";

/** Numbers and dates the events of one turn, as they follow a state. */
export function recordsAfter(
  state: RunState | null,
  events: readonly LedgerEvent[],
  stamp: { readonly at: string; readonly by: string },
): EventRecord[] {
  const last = state?.seq ?? 0;
  return events.map((event, index) => ({ seq: last + index + 1, at: stamp.at, by: stamp.by, event }));
}

/** The state that events lead to. */
export function stateAfter(
  state: RunState | null,
  events: readonly LedgerEvent[],
  stamp: { readonly at: string; readonly by: string },
): RunState {
  return foldEvents(state, recordsAfter(state, events, stamp));
}
