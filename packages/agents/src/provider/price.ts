import type { Usage } from "@slipway/model";

/** US dollars for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Default: a tenth of `input`. */
  readonly cacheRead?: number | undefined;
  /** Default: one and a quarter of `input`. */
  readonly cacheWrite?: number | undefined;
}

export interface TieredPrice extends Price {
  /** What holds instead for a prompt of more than so many tokens, cached ones counted. */
  readonly above?: { readonly promptTokens: number; readonly price: Price };
}

/** By the provider's name of the model. Source: platform.claude.com, models and pricing, November 2026. */
export const PRICES: Readonly<Record<string, TieredPrice>> = {
  "claude-fable-5-1": { input: 10, output: 50 },
  "claude-opus-5-5": { input: 4, output: 20 },
  "claude-sonnet-5-5": { input: 2, output: 10 },
  "claude-haiku-5-5": {
    input: 0.1,
    output: 0.5,
    above: { promptTokens: 100_000, price: { input: 0.5, output: 2.5 } },
  },
};

const MILLION = 1_000_000;

/**
 * What the usage costs in US dollars; null when the model's price is not known. Where a price depends
 * on a prompt's length, the mean of the calls is taken: price each reply by itself, then add.
 *
 * @param prices by model, before the known ones
 */
export function priceOf(usage: Usage, prices: Readonly<Record<string, TieredPrice>> = {}): number | null {
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  if (prompt + usage.outputTokens === 0) return 0;
  const tiered = usage.model === undefined ? undefined : priceNamed(usage.model, prices);
  if (!tiered) return null;
  const { above } = tiered;
  const price = above && prompt / Math.max(1, usage.calls) > above.promptTokens ? above.price : tiered;
  const { input, output, cacheRead = input * 0.1, cacheWrite = input * 1.25 } = price;
  return (
    (usage.inputTokens * input +
      usage.outputTokens * output +
      usage.cacheReadTokens * cacheRead +
      usage.cacheWriteTokens * cacheWrite) /
    MILLION
  );
}

/** A service answers with the dated name of a model that was asked for by its plain one. */
function priceNamed(model: string, prices: Readonly<Record<string, TieredPrice>>): TieredPrice | undefined {
  const plain = model.replace(/-\d{8}$/, "");
  const own = (table: Readonly<Record<string, TieredPrice>>, name: string) =>
    Object.hasOwn(table, name) ? table[name] : undefined;
  return own(prices, model) ?? own(prices, plain) ?? own(PRICES, model) ?? own(PRICES, plain);
}
