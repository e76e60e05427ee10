import type { RunState } from "./schema/state.ts";

/**
 * Why no agent may start any more; undefined while there is budget. Each `retry` after it was used up grants it once
 * more, so that a person decides on every further spending.
 */
export function budgetSpent({ policy, usage, budgetGrants }: RunState): string | undefined {
  const { calls, inputTokens, outputTokens, dollars } = policy.budget;
  const times = 1 + budgetGrants;
  const over = (used: number, limit: number | undefined, what: string) =>
    limit !== undefined && used >= limit * times
      ? [`${used.toLocaleString("en-US")} of ${(limit * times).toLocaleString("en-US")} ${what}`]
      : [];
  // A price that nobody knows cannot be shown to lie below a limit.
  if (dollars !== undefined && usage.calls > 0 && usage.dollars === undefined)
    return "the budget is in dollars, and the price of what was asked is not known (name it under model.prices in .github/slipway.yml)";
  const told = [
    ...over(usage.calls, calls, "model calls"),
    ...over(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, inputTokens, "input tokens"),
    ...over(usage.outputTokens, outputTokens, "output tokens"),
    ...over(usage.dollars ?? 0, dollars, "US dollars"),
  ];
  return told.length === 0 ? undefined : `the budget is used up (${told.join(", ")})`;
}

export function hasBudget({ policy: { budget } }: RunState): boolean {
  const { calls, inputTokens, outputTokens, dollars } = budget;
  return [calls, inputTokens, outputTokens, dollars].some((limit) => limit !== undefined);
}
