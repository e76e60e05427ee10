import type { RunState } from "./schema/state.ts";

/**
 * Why no agent may start any more; undefined while there is budget. Each `retry` after it was used up grants it once
 * more, so that a person decides on every further spending.
 */
export function budgetSpent({ policy, usage, budgetGrants }: RunState): string | undefined {
  const { calls, inputTokens, outputTokens } = policy.budget;
  const times = 1 + budgetGrants;
  const over = (used: number, limit: number | undefined, what: string) =>
    limit !== undefined && used >= limit * times
      ? [`${used.toLocaleString("en-US")} of ${(limit * times).toLocaleString("en-US")} ${what}`]
      : [];
  const told = [
    ...over(usage.calls, calls, "model calls"),
    ...over(usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens, inputTokens, "input tokens"),
    ...over(usage.outputTokens, outputTokens, "output tokens"),
  ];
  return told.length === 0 ? undefined : `the budget is used up (${told.join(", ")})`;
}

export function hasBudget({ policy: { budget } }: RunState): boolean {
  return [budget.calls, budget.inputTokens, budget.outputTokens].some((limit) => limit !== undefined);
}
