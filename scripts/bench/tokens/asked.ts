/** What each agent was asked and answered, from what a run keeps of its exchanges with the model. Pure. */
import { roundedDollars, type Usage } from "@slipway/model";
import { z } from "zod";
import { type Price, priceOf } from "../../../packages/agents/src/provider/price.ts";
import { sumOf } from "./ledger.ts";

/** A line of `model.jsonl`. */
const exchangeSchema = z.object({
  status: z.number(),
  model: z.string().nullable(),
  request: z.unknown(),
  response: z.unknown(),
});
export type Exchange = z.infer<typeof exchangeSchema>;

const count = z.number().int().nonnegative();
const answeredSchema = z.object({
  usage: z.object({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count.default(0),
    cache_creation_input_tokens: count.default(0),
  }),
});

export function readExchanges(lines: string): Exchange[] {
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => exchangeSchema.parse(JSON.parse(line)));
}

export interface AgentCost {
  readonly stage: string;
  readonly agent: string;
  /** Bytes of the requests. */
  readonly bytes: number;
  readonly usage: Usage;
}

/** By stage and agent, in the order of their first requests: answers that told no usage count as calls alone. */
export function costsByAgent(
  exchanges: readonly Exchange[],
  prices: Readonly<Record<string, Price>>,
): AgentCost[] {
  const answered = exchanges
    .filter(({ status }) => status === 200)
    .map(({ request, response, model }) => {
      const asked = JSON.stringify(request);
      return {
        stage: asked.match(/Slipway stage: ([a-z]+)/)?.[1] ?? "unknown",
        agent: asked.match(/Slipway agent: ([a-z0-9-]+)/)?.[1] ?? "unknown",
        bytes: Buffer.byteLength(asked),
        usage: usageOf(response, model, prices),
      };
    });
  return [...Map.groupBy(answered, ({ stage, agent }) => `${stage} ${agent}`).values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    return [
      {
        stage: first.stage,
        agent: first.agent,
        bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
        usage: sumOf(list.map(({ usage }) => usage)),
      },
    ];
  });
}

function usageOf(response: unknown, model: string | null, prices: Readonly<Record<string, Price>>): Usage {
  const told = answeredSchema.safeParse(response).data?.usage;
  const usage: Usage = {
    ...(model === null ? {} : { model }),
    calls: 1,
    inputTokens: told?.input_tokens ?? 0,
    outputTokens: told?.output_tokens ?? 0,
    cacheReadTokens: told?.cache_read_input_tokens ?? 0,
    cacheWriteTokens: told?.cache_creation_input_tokens ?? 0,
  };
  const dollars = priceOf(usage, prices);
  // Rounded call by call, as the account has it.
  return dollars === null ? usage : { ...usage, dollars: roundedDollars(dollars) };
}

/** A sentence for each sum that is not the same by the ledger as by what was asked. */
export function differences(ledger: Usage, account: Usage, asked: Usage): string[] {
  const figures: readonly [string, (usage: Usage) => number][] = [
    ["calls", ({ calls }) => calls],
    ["input tokens", ({ inputTokens }) => inputTokens],
    ["output tokens", ({ outputTokens }) => outputTokens],
    ["tokens read from a cache", ({ cacheReadTokens }) => cacheReadTokens],
    ["hundredths of a cent", ({ dollars = 0 }) => Math.round(dollars * 1e4)],
  ];
  return figures.flatMap(([what, of]) => [
    ...(of(ledger) === of(account)
      ? []
      : [`the stages of the ledger add up to ${of(ledger)} ${what}; the run's account has ${of(account)}`]),
    ...(of(account) === of(asked)
      ? []
      : [`the run's account has ${of(account)} ${what}; the model answered with ${of(asked)}`]),
  ]);
}
