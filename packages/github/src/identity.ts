import { createPrivateKey } from "node:crypto";
import { ConfigurationError } from "@slipway/model";
import { httpFailure, statusOf } from "./client/errors.ts";
import { API_VERSION, createSender, DEFAULT_MAX_WAIT_MS } from "./client/sender.ts";
import { type Clock, type Log, SYSTEM_CLOCK } from "./context.ts";

export interface AppIdentity {
  /** The App's id or its client id, as its settings page shows them. */
  readonly appId: string;
  /** PEM of the App's private key (PKCS#1 as GitHub hands it out, or PKCS#8); line ends may be written as `\n`. */
  readonly privateKey: string;
  /** `https://api.github.com`, no trailing slash. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** What the token may do, by the names of workflow files or of the API (`pull-requests`, `pull_requests`). */
  readonly permissions: Readonly<Record<string, "read" | "write">>;
  /** What it may do besides, where the installation was granted it. */
  readonly extras?: Readonly<Record<string, "read" | "write">>;
  readonly userAgent: string;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface AppToken {
  /** To be masked at once. */
  readonly token: string;
  /** ISO 8601; an hour after it was made. */
  readonly expiresAt: string;
  /** `slipway-acme` */
  readonly slug: string;
  /** Who its deeds are shown as: `slipway-acme[bot]`. */
  readonly login: string;
}

/**
 * A token of a GitHub App for one repository and these permissions. `@octokit/auth-app` is loaded here and
 * nowhere else. Requests: 3 (none of them counts against the limit of a job's token).
 *
 * @throws ConfigurationError when the key is none, is not the App's, the App is not installed on the repository, or
 *   lacks a permission; each says what to do
 */
export async function createAppToken(identity: AppIdentity): Promise<AppToken> {
  const { appId, owner, repo } = identity;
  const where = `${owner}/${repo}`;
  const privateKey = readKey(identity.privateKey, appId);
  const wanted = Object.fromEntries(
    Object.entries(identity.permissions).map(([name, level]) => [name.replaceAll("-", "_"), level]),
  );
  const [{ createAppAuth }, request] = await Promise.all([import("@octokit/auth-app"), requester(identity)]);
  const auth = createAppAuth({ appId, privateKey, request });
  const headers = { authorization: `bearer ${(await auth({ type: "app" })).token}` };
  let slug: string;
  try {
    const { data } = await request("GET /app", { headers });
    if (!data?.slug) throw new ConfigurationError(`GitHub knows App ${appId} by no name.`);
    slug = data.slug;
  } catch (error) {
    throw refusedKey(error, appId);
  }
  const app = `GitHub App "${slug}"`;
  let installation: { readonly id: number; readonly permissions: Readonly<Record<string, unknown>> };
  try {
    const { data } = await request("GET /repos/{owner}/{repo}/installation", { owner, repo, headers });
    if (data.suspended_at) {
      throw new ConfigurationError(
        `The ${app} is suspended on ${owner}. An owner of ${owner} can lift that under Settings → GitHub Apps.`,
      );
    }
    installation = { id: data.id, permissions: { ...data.permissions } };
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    throw new ConfigurationError(
      `The ${app} is not installed on ${where}. An owner of ${owner} can install it from ${app}'s page ("Install App") and choose the repository ${repo}.`,
      { cause: error },
    );
  }
  const lacking = Object.entries(wanted).filter(
    ([name, level]) => !covers(installation.permissions[name], level),
  );
  if (lacking.length > 0) throw lacks(app, where, lacking);
  const extras = Object.entries(identity.extras ?? {}).filter(([name, level]) =>
    covers(installation.permissions[name], level),
  );
  try {
    const made = await auth({
      type: "installation",
      installationId: installation.id,
      repositoryNames: [repo],
      permissions: { ...wanted, ...Object.fromEntries(extras) },
    });
    return { token: made.token, expiresAt: made.expiresAt, slug, login: `${slug}[bot]` };
  } catch (error) {
    if (statusOf(error) !== 422) throw error;
    // The installation says that it has them, GitHub that it has not: a request for more waits for its owner.
    throw new ConfigurationError(
      `GitHub gives ${app} no token for ${where}: ${httpFailure(error)?.message ?? "refused"}. ` +
        `It was asked for ${Object.entries(wanted).map(permissionText).join(", ")}; an owner of ${owner} may have to accept new permissions of the App.`,
      { cause: error },
    );
  }
}

/** Makes a token of an App useless. One that has expired or was revoked already is no error. Requests: 1. */
export async function revokeToken(
  token: Pick<AppIdentity, "apiUrl" | "userAgent" | "log" | "clock"> & { readonly token: string },
): Promise<void> {
  const request = await requester(token);
  try {
    await request("DELETE /installation/token", { headers: { authorization: `token ${token.token}` } });
  } catch (error) {
    if (statusOf(error) !== 401) throw error;
  }
}

/** Requests that wait and repeat as all others of the suite do. */
async function requester({
  apiUrl,
  userAgent,
  log,
  clock,
}: Pick<AppIdentity, "apiUrl" | "userAgent" | "log" | "clock">) {
  const { Octokit } = await import("@octokit/core");
  const send = createSender({
    clock: clock ?? SYSTEM_CLOCK,
    log,
    maxWaitMs: DEFAULT_MAX_WAIT_MS,
    notAfter: () => undefined,
    counts: { refused: 0, waitedMs: 0 },
    onRequest: () => undefined,
    explains: false,
  });
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent,
    log: { debug: () => undefined, info: () => undefined, warn: log.warn, error: log.warn },
  });
  octokit.hook.wrap("request", (once, options) => {
    options.headers["x-github-api-version"] = API_VERSION;
    // A second token is no harm: the first was never used and expires.
    return send(options.method, options.url, { repeatable: true }, async () => await once(options));
  });
  return octokit.request;
}

/** @throws ConfigurationError when it is not the private key of an App; nothing of it is in the message */
function readKey(text: string, appId: string): string {
  const pem = text
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, "$2")
    .replaceAll("\\r", "")
    .replaceAll("\\n", "\n")
    .trim();
  const hint =
    "Give the whole .pem file that GitHub offered when the key was made (App settings → Private keys), with its BEGIN and END lines.";
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === "rsa") return key.export({ type: "pkcs8", format: "pem" }).toString();
  } catch {
    // What is wrong with it names parts of the key; that it cannot be read is all that a person needs.
    throw new ConfigurationError(`The private key of App ${appId} cannot be read. ${hint}`);
  }
  throw new ConfigurationError(`The private key of App ${appId} is not an RSA key. ${hint}`);
}

function refusedKey(error: unknown, appId: string): unknown {
  const status = statusOf(error);
  if (status !== 401 && status !== 404) return error;
  return new ConfigurationError(
    `GitHub does not accept the private key for App ${appId}: ${httpFailure(error)?.message ?? `HTTP ${status}`}. ` +
      "Check that id and key are of the same App, and that the key has not been deleted in the App's settings.",
    { cause: error },
  );
}

const LEVELS: readonly unknown[] = ["read", "write", "admin"];

function covers(granted: unknown, level: "read" | "write"): boolean {
  return LEVELS.indexOf(granted) >= LEVELS.indexOf(level);
}

function lacks(
  app: string,
  where: string,
  permissions: readonly (readonly [string, string])[],
): ConfigurationError {
  return new ConfigurationError(
    `The ${app} may not do what is asked of it on ${where}: it lacks ${permissions.map(permissionText).join(", ")}. ` +
      "Grant it in the App's settings under Permissions & events → Repository permissions; then the owner of the installation accepts the change.",
  );
}

function permissionText([name, level]: readonly [string, string]): string {
  return `${name.replaceAll("_", "-")}: ${level}`;
}
