import type { Usage } from "./schema/common.ts";
import type { Lease } from "./schema/event.ts";
import type { Left } from "./schema/state.ts";

/** More than this is not looked through. */
const MOST = 5;

/**
 * What claims have left behind once one has ended without a result: with those before it when it broke off, and nothing
 * when something was made of it, be it that it was found wanting.
 */
export function leftAfter(
  holder: { readonly left: readonly Left[]; readonly lease: Lease | null },
  event: { readonly brokeOff?: true | undefined; readonly usage?: Usage | undefined },
): Left[] {
  const { left, lease } = holder;
  if (!event.brokeOff) return [];
  if (!lease) return [...left];
  const { workflowRunId, claim } = lease;
  const accounted = event.usage !== undefined && event.usage.calls > 0;
  return [...left, { workflowRunId, claim, accounted }].slice(-MOST);
}
