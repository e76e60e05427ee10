import { ConfigurationError, errorText, type IdentityPolicy } from "@slipway/model";
import { z } from "zod";
import type { Runner } from "./commands.ts";

/** What a job shows to a model's service in place of a key. */
export interface WorkloadIdentity {
  readonly federationRuleId: string;
  readonly organizationId: string;
  readonly serviceAccountId?: string;
  readonly workspaceId?: string;
  /** The job's OIDC token, asked for anew each time: it lives for minutes. */
  readonly token: () => Promise<string>;
  /** Told of every token that is got for it. */
  readonly mask: (secret: string) => void;
}

export interface WorkloadInput {
  readonly runner: Pick<Runner, "mask">;
  readonly env: NodeJS.ProcessEnv;
  readonly fetch?: typeof fetch;
  readonly wait?: (ms: number) => Promise<void>;
}

const TRIES = 4;
const TIMEOUT_MS = 20_000;
const answerSchema = z.object({ value: z.string().min(1) });

/**
 * The identity that a policy names, with the job's own way to its OIDC token. That way is read here, once: it need not
 * stay in the environment.
 *
 * @throws ConfigurationError when the job may not ask for a token
 */
export function workloadIdentity(policy: IdentityPolicy, input: WorkloadInput): WorkloadIdentity {
  const { runner, env } = input;
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = env;
  if (!url || !token)
    throw new ConfigurationError(
      "The policy sets model.identity, and this job may not ask GitHub for its identity token: give the job `id-token: write` under `permissions:`, in the caller file too.",
    );
  runner.mask(token);
  const { federationRule, organization, serviceAccount, workspace, audience } = policy;
  return {
    federationRuleId: federationRule,
    organizationId: organization,
    ...(serviceAccount ? { serviceAccountId: serviceAccount } : {}),
    ...(workspace ? { workspaceId: workspace } : {}),
    token: () => askedFor(new URL(url), { ...input, audience, token }),
    mask: (secret) => runner.mask(secret),
  };
}

type Asking = WorkloadInput & { readonly audience: string; readonly token: string };

/** @throws Error that says what GitHub answered, without any token */
async function askedFor(address: URL, { audience, token, ...input }: Asking): Promise<string> {
  const { fetch: ask = fetch, wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = input;
  const url = new URL(address);
  url.searchParams.set("audience", audience);
  for (let tried = 1; ; tried += 1) {
    const answer = await answerOf(ask, url, token);
    if (answer.kind === "token") return answer.value;
    if (!answer.passing || tried === TRIES) throw new Error(answer.said);
    await wait(1_000 * 2 ** (tried - 1));
  }
}

type Answer =
  | { readonly kind: "token"; readonly value: string }
  /** `passing`: it may go better a little later. */
  | { readonly kind: "none"; readonly said: string; readonly passing: boolean };

async function answerOf(ask: typeof fetch, url: URL, token: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, accept: "application/json; api-version=2.0" };
  try {
    const response = await ask(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { status } = response;
    if (!response.ok) {
      await response.body?.cancel();
      return {
        kind: "none",
        said: `GitHub answered ${status} instead of an identity token`,
        passing: status === 429 || status >= 500,
      };
    }
    const parsed = answerSchema.safeParse(await response.json());
    if (parsed.success) return { kind: "token", value: parsed.data.value };
    return { kind: "none", said: "GitHub's answer held no identity token", passing: false };
  } catch (error) {
    // A cut connection, too much waiting, an answer that is no JSON.
    return { kind: "none", said: `GitHub gave no identity token: ${errorText(error)}`, passing: true };
  }
}
