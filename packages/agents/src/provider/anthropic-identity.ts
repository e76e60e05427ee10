/** A job proves who it is with its own OIDC token, so that no key is kept anywhere. */
import type { AccessTokenProvider } from "@anthropic-ai/sdk/lib/credentials/types";
import { causes } from "./call.ts";
import { ModelFailure } from "./failure.ts";
import { failureOfRefusal } from "./refusal.ts";
import type { Fetch } from "./transport.ts";

/** A federation rule of the organization, and the token that it is to recognize. */
export interface WorkloadIdentity {
  /** ANTHROPIC_FEDERATION_RULE_ID, `fdrl_…`. */
  readonly federationRuleId: string;
  /** ANTHROPIC_ORGANIZATION_ID, a UUID. */
  readonly organizationId: string;
  /** Needed when the rule does not name it. */
  readonly serviceAccountId?: string;
  /** Needed when the rule holds for several workspaces. */
  readonly workspaceId?: string;
  /** The job's OIDC token, fetched anew for each exchange: it lives for minutes. */
  readonly token: () => Promise<string>;
  /** Told of every token that is got for it, the job's own and the granted one, so that no log shows them. */
  readonly mask?: (secret: string) => void;
}

const REMEDY =
  "Check that the job has the permission `id-token: write`, and that the federation rule fits this repository and workflow.";

/** @param learn told of every credential that comes by, so that none reaches a message */
export async function identityProvider(
  identity: WorkloadIdentity,
  options: { readonly baseUrl: string; readonly fetch: Fetch; readonly learn: (secret: string) => void },
): Promise<AccessTokenProvider> {
  const [{ oidcFederationProvider }, { WorkloadIdentityError }] = await Promise.all([
    import("@anthropic-ai/sdk/lib/credentials/oidc-federation"),
    import("@anthropic-ai/sdk/lib/credentials/types"),
  ]);
  const learn = (secret: string) => {
    options.learn(secret);
    identity.mask?.(secret);
  };
  const exchange = oidcFederationProvider({
    federationRuleId: identity.federationRuleId,
    organizationId: identity.organizationId,
    ...(identity.serviceAccountId ? { serviceAccountId: identity.serviceAccountId } : {}),
    ...(identity.workspaceId ? { workspaceId: identity.workspaceId } : {}),
    baseURL: options.baseUrl,
    fetch: options.fetch,
    identityTokenProvider: async () => {
      const token = await tokenOf(identity);
      learn(token);
      return token;
    },
  });
  return async () => {
    try {
      const granted = await exchange();
      learn(granted.token);
      return granted;
    } catch (error) {
      const failure = causes(error).find((inner) => inner instanceof ModelFailure);
      if (failure) throw failure;
      if (!(error instanceof WorkloadIdentityError)) throw error;
      throw failureOf(error.message, error.statusCode);
    }
  };
}

async function tokenOf(identity: WorkloadIdentity): Promise<string> {
  let said = "it is empty";
  try {
    const token = await identity.token();
    if (token !== "") return token;
  } catch (error) {
    said = error instanceof Error ? error.message : String(error);
  }
  throw new ModelFailure("authentication", `The job's identity token could not be obtained (${said})`, {
    remedy: REMEDY,
  });
}

function failureOf(said: string, status: number | null): ModelFailure {
  if (status === null && said.startsWith("Failed to reach")) {
    return new ModelFailure("network", `The model's service could not be reached for a token (${said})`);
  }
  if (status !== null && (status === 429 || status >= 500)) {
    return failureOfRefusal({ status, headers: new Headers(), body: said }, 0);
  }
  return new ModelFailure("authentication", `The job's identity was not accepted (${said})`, {
    remedy: REMEDY,
  });
}
