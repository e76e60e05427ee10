import type { Usage } from "../schema/common.ts";
import type { RunState } from "../schema/state.ts";
import { joined } from "./links.ts";
import { plural } from "./room.ts";

/** Every token that a model reads is input, also what it has in its cache. */
const inputOf = (usage: Usage) => usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;

/** What a policy can bound, counted as the budget counts it. */
const BOUNDED = [
  ["calls", "model calls", (usage: Usage) => usage.calls],
  ["inputTokens", "input tokens", inputOf],
  ["outputTokens", "output tokens", (usage: Usage) => usage.outputTokens],
  ["dollars", "US dollars", (usage: Usage) => usage.dollars ?? 0],
] as const;

export interface BudgetLine {
  readonly name: string;
  readonly used: number;
  /** The policy's number, once more for each time that a person granted it again. */
  readonly limit: number;
}

export function budgetOf(state: RunState): BudgetLine[] {
  const { budget } = state.policy;
  return BOUNDED.flatMap(([key, name, used]) => {
    const once = budget[key];
    return once === undefined
      ? []
      : [{ name, used: used(state.usage), limit: once * (1 + state.budgetGrants) }];
  });
}

/** `12 model calls · 34,567 input tokens · 890 output tokens`; empty when no model was asked. */
export function usageText(usage: Usage): string {
  if (usage.calls === 0) return "";
  const cached = usage.cacheReadTokens > 0 ? ` (${number(usage.cacheReadTokens)} read from the cache)` : "";
  return joined([
    plural(usage.calls, "model call"),
    `${plural(inputOf(usage), "input token")}${cached}`,
    plural(usage.outputTokens, "output token"),
    usage.dollars === undefined ? "" : dollarsText(usage.dollars),
  ]);
}

export function budgetText(state: RunState): string {
  const lines = budgetOf(state).map(({ name, used, limit }) => {
    const mark = used >= limit ? "🔴" : used >= limit * 0.8 ? "🟡" : "🟢";
    return `${mark}\u00A0${number(used)} of ${number(limit)} ${name} (${Math.floor((100 * used) / limit)} %)`;
  });
  if (lines.length === 0) return "";
  const granted = state.budgetGrants > 0 ? `, granted again ${plural(state.budgetGrants, "time")}` : "";
  return `Budget: ${lines.join(" · ")}${granted}`;
}

/** `$1.23`; less than a cent is told as that. */
export function dollarsText(dollars: number): string {
  if (dollars > 0 && dollars < 0.01) return "less than $0.01";
  return `$${dollars.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

const number = (value: number): string => value.toLocaleString("en-US");
