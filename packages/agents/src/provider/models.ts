import { type Policy, type ProviderName, roundedDollars, type Usage } from "@slipway/model";
import type { AnthropicOptions } from "./anthropic.ts";
import { createModelClient } from "./client.ts";
import { ModelFailure } from "./failure.ts";
import type { ModelClient } from "./model-client.ts";
import type { OpenAiOptions } from "./openai.ts";
import { priceOf } from "./price.ts";

/** How each provider is reached from this job. */
export interface Reach {
  readonly anthropic?: AnthropicOptions;
  readonly openai?: OpenAiOptions;
}

/**
 * The models that a policy names, behind one client: each request goes to the provider that it asks for, and its usage
 * comes back with its price where that is known. A client is made with its first request.
 */
export function openModels({ model }: Pick<Policy, "model">, reach: Reach): ModelClient {
  const clients = new Map<ProviderName, ModelClient>();
  const clientOf = (provider: ProviderName): ModelClient => {
    const known = clients.get(provider);
    if (known) return known;
    const client =
      provider === "anthropic"
        ? createModelClient({ provider, ...reach.anthropic })
        : createModelClient({ provider, ...reach.openai });
    clients.set(provider, client);
    return client;
  };
  return {
    async complete(request) {
      const priced = (usage: Usage): Usage => withPrice({ model: request.model, ...usage }, model.prices);
      try {
        const reply = await clientOf(request.provider ?? model.provider).complete(request);
        return { ...reply, usage: priced(reply.usage) };
      } catch (error) {
        throw error instanceof ModelFailure ? error.withUsage(priced(error.usage)) : error;
      }
    },
  };
}

function withPrice(usage: Usage, prices: Policy["model"]["prices"]): Usage {
  const dollars = usage.calls === 0 ? null : priceOf(usage, prices);
  return dollars === null ? usage : { ...usage, dollars: roundedDollars(dollars) };
}
