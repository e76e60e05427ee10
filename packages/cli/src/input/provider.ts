/** In which protocol a run's models are asked, and what that comes to: names of secrets and variables, and addresses. */
import { type Policy, PROVIDERS, type ProviderName } from "@slipway/model";
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

/** Another provider than the run's own, as single agents are to be asked there. */
export interface OtherProvider {
  readonly provider: ProviderName;
  readonly apiKey: string;
  /** Null: where the scripted model answers. */
  readonly url: string | null;
}

/**
 * The providers that the policy names for single agents beside the run's own. A scripted model answers for all of them.
 *
 * @throws UsageError when nothing says how one is reached: it would be noticed only after others are paid for
 */
export function otherProviders(
  policy: Pick<Policy, "agents"> | undefined,
  model: { readonly provider: ProviderName; readonly kind: "real" | "scripted"; readonly apiKey: string },
  env: Readonly<Record<string, string | undefined>>,
): OtherProvider[] {
  const agents = Object.entries(policy?.agents ?? {});
  return PROVIDERS.filter((provider) => provider !== model.provider).flatMap((provider): OtherProvider[] => {
    const [agent] = agents.find(([, said]) => said.provider === provider) ?? [];
    if (agent === undefined) return [];
    if (model.kind === "scripted") return [{ provider, apiKey: model.apiKey, url: null }];
    const { key, baseUrl, home, protocol } = SERVICES[provider];
    const [apiKey, url] = [env[key] ?? "", env[baseUrl] ?? ""];
    if (apiKey === "" && url === "")
      throw new UsageError(
        `The policy has ${agent} asked over ${protocol} (agents.${agent}.provider: ${provider}): set ${key}, or ${baseUrl} for a server that wants no key.`,
      );
    return [{ provider, apiKey: apiKey || "none", url: url === "" ? home : checkUrl(url, baseUrl) }];
  });
}

export function checkUrl(text: string, name = "--model-url"): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${name} ${text} is not an http or https URL.`);
  }
  return text.replace(/\/+$/, "");
}
