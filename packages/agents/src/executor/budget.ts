import type { Ending, Usage } from "@slipway/model";

/** What an execution may use up. Null: no limit. */
export interface BudgetLimits {
  /** Turns of the model. */
  readonly steps: number;
  /** Wall time. */
  readonly seconds: number;
  /** Input, cached or not, and output, of all calls. */
  readonly tokens: number | null;
  /** US dollars. */
  readonly dollars: number | null;
}

export interface Spent {
  readonly steps: number;
  readonly seconds: number;
  readonly tokens: number;
  /** Null when nobody knows the price. */
  readonly dollars: number | null;
}

type Kind = Extract<Ending, "steps" | "time" | "tokens" | "dollars">;

export function tokensOf(usage: Usage): number {
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens;
}

/** The limit that is reached, with the sentence for people; null when there is room for another turn. */
export function exhausted(
  spent: Spent,
  limits: BudgetLimits,
): { readonly ending: Kind; readonly reason: string } | null {
  const { steps } = spent;
  if (spent.seconds >= limits.seconds)
    return {
      ending: "time",
      reason: `The time limit of ${limits.seconds} s was reached after ${steps} turns.`,
    };
  if (steps >= limits.steps)
    return {
      ending: "steps",
      reason: `The limit of ${limits.steps} turns (limits.steps in .github/slipway.yml) was reached before the agent submitted.`,
    };
  if (limits.tokens !== null && spent.tokens >= limits.tokens)
    return {
      ending: "tokens",
      reason: `The limit of ${limits.tokens} tokens was reached after ${steps} turns and ${spent.tokens} tokens.`,
    };
  if (limits.dollars !== null && spent.dollars !== null && spent.dollars >= limits.dollars)
    return {
      ending: "dollars",
      reason: `The limit of $${limits.dollars} was reached after ${steps} turns and $${spent.dollars.toFixed(4)}.`,
    };
  return null;
}

/** Shares of a limit that, once only they are left, are told. */
const SHARES = [0.5, 0.25, 0.1] as const;

/** How many of the shares have been passed for each limit: what has been told already. */
export type Told = Readonly<Record<Kind, number>>;
export const NOTHING_TOLD: Told = { steps: 0, time: 0, tokens: 0, dollars: 0 };

/** The line that tells the model what is left, when one of the limits has come down to a further share of it. */
export function budgetLine(
  spent: Spent,
  limits: BudgetLimits,
  told: Told,
): { readonly line: string | null; readonly told: Told } {
  const rows: readonly (readonly [Kind, number, number | null, (left: number) => string])[] = [
    ["steps", spent.steps, limits.steps, (left) => `${left} of ${limits.steps} turns`],
    ["time", spent.seconds, limits.seconds, (left) => `${duration(left)} of ${duration(limits.seconds)}`],
    ["tokens", spent.tokens, limits.tokens, (left) => `${left} of ${limits.tokens} tokens`],
    [
      "dollars",
      spent.dollars ?? 0,
      spent.dollars === null ? null : limits.dollars,
      (left) => `$${left.toFixed(2)} of $${limits.dollars}`,
    ],
  ];
  const now = { ...told };
  const left: string[] = [];
  for (const [kind, used, limit, shown] of rows) {
    if (limit === null) continue;
    const rest = Math.max(0, limit - used);
    now[kind] = Math.max(told[kind], SHARES.filter((share) => rest <= share * limit).length);
    left.push(shown(rest));
  }
  const lastTurn = limits.steps - spent.steps === 1;
  if (!lastTurn && rows.every(([kind]) => now[kind] === told[kind])) return { line: null, told };
  const advice = lastTurn
    ? " This is the last turn: submit now."
    : Object.values(now).includes(SHARES.length)
      ? " Bring the work to an end and submit."
      : "";
  return { line: `Budget left: ${left.join(", ")}.${advice}`, told: now };
}

function duration(seconds: number): string {
  return seconds >= 120 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds)} s`;
}
