import { type AnthropicOptions, createAnthropicClient } from "./anthropic.ts";
import type { ModelClient } from "./model-client.ts";
import { createOpenAiClient, type OpenAiOptions } from "./openai.ts";

export type ModelClientOptions =
  | ({ readonly provider: "anthropic" } & AnthropicOptions)
  | ({ readonly provider: "openai" } & OpenAiOptions);

/** The client of the named provider. Who asks a model need not know which it is. */
export function createModelClient(options: ModelClientOptions): ModelClient {
  switch (options.provider) {
    case "anthropic":
      return createAnthropicClient(options);
    case "openai":
      return createOpenAiClient(options);
  }
}
