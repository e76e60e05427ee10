/** In which protocol a run's models are asked, and what that comes to: names of secrets and variables, and addresses. */
import type { ProviderName } from "@slipway/model";
import { Document, isMap, parseDocument } from "yaml";
import { UsageError } from "../usage-error.ts";

export interface Service {
  /** How a person calls its protocol. */
  readonly protocol: string;
  /** Both the variable of the person's environment and the secret of the repository. */
  readonly key: string;
  readonly baseUrl: string;
  /** Where a key belongs when nothing else is said. */
  readonly home: string;
}

export const SERVICES: Readonly<Record<ProviderName, Service>> = {
  anthropic: {
    protocol: "the Messages protocol",
    key: "ANTHROPIC_API_KEY",
    baseUrl: "ANTHROPIC_BASE_URL",
    home: "https://api.anthropic.com",
  },
  openai: {
    protocol: "Chat Completions",
    key: "OPENAI_API_KEY",
    baseUrl: "OPENAI_BASE_URL",
    home: "https://api.openai.com/v1",
  },
};

/** What of the policy's `model` the command line says. */
export interface ModelWish {
  readonly provider?: ProviderName | undefined;
  readonly name?: string | undefined;
}

/** @throws UsageError when there is no such provider */
export function checkProvider(given: string | undefined): ProviderName | undefined {
  if (given === undefined || given === "anthropic" || given === "openai") return given;
  throw new UsageError(`--provider ${given}: give anthropic or openai.`);
}

/** The policy with what was wished for; its comments and the rest stay as they are. */
export function withModel(text: string, { provider, name }: ModelWish): string {
  if (provider === undefined && name === undefined) return text;
  const parsed = parseDocument(text);
  // A policy that says nothing yet is no map.
  const document = isMap(parsed.contents) ? parsed : new Document({});
  if (provider !== undefined) document.setIn(["model", "provider"], provider);
  if (name !== undefined) document.setIn(["model", "name"], name);
  return document.toString({ lineWidth: 0 });
}
