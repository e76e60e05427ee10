import {
  ConfigurationError,
  type Policy,
  type ProviderName,
  roundedDollars,
  type Usage,
} from "@slipway/model";
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
 *
 * Its `complete` throws a ConfigurationError where a model of Anthropic's is asked without key and identity.
 */
export function openModels({ model }: Pick<Policy, "model">, reach: Reach): ModelClient {
  const clients = new Map<ProviderName, ModelClient>();
  const clientOf = (provider: ProviderName): ModelClient => {
    const known = clients.get(provider);
    if (known) return known;
    const client =
      provider === "anthropic"
        ? createModelClient({ provider, ...admitted(reach.anthropic) })
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

function admitted(reach: AnthropicOptions = {}): AnthropicOptions {
  if (reach.identity || reach.apiKey || reach.authToken) return reach;
  throw new ConfigurationError(
    "This job has no way to Anthropic's models. Either keep a key as the secret ANTHROPIC_API_KEY and hand it over in the caller file as `anthropic-api-key`, or set model.identity in .github/slipway.yml and have the caller file grant `id-token: write`: then no key is needed.",
  );
}

function withPrice(usage: Usage, prices: Policy["model"]["prices"]): Usage {
  const dollars = usage.calls === 0 ? null : priceOf(usage, prices);
  return dollars === null ? usage : { ...usage, dollars: roundedDollars(dollars) };
}
