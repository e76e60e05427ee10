import type { Effort, ProviderName, Usage } from "@slipway/model";
import type { z } from "zod";

/** A tool that the model may call. The first two are built into the models and carry no schema. */
export type ToolSpec =
  | { readonly kind: "shell"; readonly name: "bash" }
  | { readonly kind: "editor"; readonly name: "str_replace_based_edit_tool" }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly description: string;
      /** JSON Schema of the input: an object, closed, every property required. */
      readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
    };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it: parse before use. A text when what it wrote is no JSON. */
  readonly input: unknown;
}

export interface ToolResult {
  readonly callId: string;
  readonly text: string;
  readonly isError: boolean;
}

/** One turn of a conversation. A history is only ever appended to, so that its prefix stays cached. */
export type Turn =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "results"; readonly results: readonly ToolResult[] }
  | { readonly role: "model"; readonly reply: ModelReply };

export interface ModelRequest {
  /** Who is asked, where a client reaches several. Default: the policy's. */
  readonly provider?: ProviderName;
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly system: string;
  readonly turns: readonly Turn[];
  readonly tools?: readonly ToolSpec[];
  /** How hard to think. Without it the model's own default holds; a model that knows no levels ignores it. */
  readonly effort?: Effort;
  /** The answer must be JSON of this shape. The service cannot enforce every refinement: parse again. */
  readonly format?: { readonly name: string; readonly schema: z.ZodType };
  readonly signal?: AbortSignal;
}

/** Why the model stopped. `cut`: it ran into `maxOutputTokens`; `context-exceeded`: into its window. */
export type StopReason = "end" | "tool-use" | "cut" | "refusal" | "context-exceeded" | "paused" | "other";

export interface ModelReply {
  readonly stop: StopReason;
  /** Of a refusal in which the model says nothing: the service's explanation, if it gave one. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** Of all calls that it took, the tries that broke off after they had begun to cost among them. */
  readonly usage: Usage;
  /** Set when the service told no numbers: `usage` is then counted from characters, four to a token. */
  readonly usageEstimated?: true;
  /** An array of the provider's own blocks (thinking among them), sent back unchanged in the next turn. */
  readonly raw: unknown;
}

/** The seam between the suite and a provider of models. */
export interface ModelClient {
  /** @throws ModelFailure when no usable reply came, after the retries that make sense */
  complete(request: ModelRequest): Promise<ModelReply>;
}
