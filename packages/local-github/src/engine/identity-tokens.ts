/**
 * The OIDC tokens of jobs: who asks, where, and for what audience, in JSON Web Tokens that anybody can check against
 * published keys. https://docs.github.com/actions/reference/security/oidc has the claims; the addresses are those of
 * GitHub Enterprise Server, whose issuer lies on the server itself.
 */

import { randomBytes, randomUUID } from "node:crypto";
import type { IdentityRequest } from "@slipway/model";
import type { Hono } from "hono";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { HttpEnv } from "../http/env.ts";
import type { JournalEntry } from "../http/journal.ts";
import type { RepositoryRecord, WorkflowRunRecord } from "../store/records.ts";
import type { World } from "../world.ts";

/** Below it lie the issuer's own description, its keys, and where jobs ask. */
export const IDENTITY_PREFIX = "/_services/token";

/** As GitHub's: a token is for one exchange, soon. */
const LIFETIME_SECONDS = 300;
/** Clocks of others may be behind. */
const EARLIER_SECONDS = 600;

export interface IdentityTokens {
  /** What a job is given to ask with; it is refused once the job has ended. */
  offer(request: IdentityRequest): { readonly url: string; readonly token: string };
  mount(app: Hono<HttpEnv>): void;
}

type WorldPart = Pick<World, "store" | "urls" | "now">;

export function createIdentityTokens(world: WorldPart): IdentityTokens {
  const offered = new Map<string, IdentityRequest>();
  /** Made when it is first wanted: it takes a tenth of a second. */
  let keys: ReturnType<typeof newKeys> | undefined;
  const keysOnce = () => {
    keys ??= newKeys();
    return keys;
  };
  const issuer = () => `${world.urls.server}${IDENTITY_PREFIX}`;

  return {
    offer(request) {
      const token = randomBytes(32).toString("base64url");
      offered.set(token, request);
      const { runId, jobId } = request;
      // It has a query already, as GitHub's has: whoever asks appends the audience.
      return { url: `${issuer()}/jobs/${runId}/${jobId}?api-version=2.0`, token };
    },
    mount(app) {
      app.get(`${IDENTITY_PREFIX}/.well-known/openid-configuration`, (c) => c.json(description(issuer())));
      app.get(`${IDENTITY_PREFIX}/.well-known/jwks`, async (c) =>
        c.json({ keys: [(await keysOnce()).published] }),
      );
      app.get(`${IDENTITY_PREFIX}/jobs/:run/:job`, async (c) => {
        const [scheme, token = ""] = (c.req.header("authorization") ?? "").split(" ");
        const request = scheme?.toLowerCase() === "bearer" ? offered.get(token) : undefined;
        const run = request && running(world, request);
        if (!request || !run || c.req.param("job") !== String(request.jobId)) {
          return c.json({ message: "The token is missing, is not this job's, or its job has ended." }, 401);
        }
        note(c.get("entry"), request);
        const audience = c.req.query("audience") ?? `${world.urls.server}/${request.repository.owner}`;
        const { privateKey, published } = await keysOnce();
        const at = Math.floor(world.now().getTime() / 1_000);
        const value = await new SignJWT({ ...claimsOf(run, request) })
          .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(published.kid) })
          .setIssuer(issuer())
          .setSubject(subjectOf(run))
          .setAudience(audience)
          .setJti(randomUUID())
          .setIssuedAt(at)
          .setNotBefore(at - EARLIER_SECONDS)
          .setExpirationTime(at + LIFETIME_SECONDS)
          .sign(privateKey);
        return c.json({ count: value.length, value });
      });
    },
  };
}

async function newKeys() {
  const { privateKey, publicKey } = await generateKeyPair("RS256");
  const published: JWK = { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: "RS256", use: "sig" };
  return { privateKey, published };
}

/** The run of a job that has not ended; an engine that knows no jobs names its run instead. */
function running({ store }: WorldPart, { runId, jobId }: IdentityRequest): WorkflowRunRecord | undefined {
  const run = store.run(runId);
  const { status } = store.job(jobId) ?? run ?? { status: "completed" };
  return status === "completed" ? undefined : run;
}

function note(entry: JournalEntry, { runId, jobId }: IdentityRequest): void {
  entry.tokenKind = "runtime";
  entry.runId = runId;
  entry.jobId = jobId;
}

const nameOf = ({ owner, name }: RepositoryRecord) => `${owner.login}/${name}`;

/** By names, as in repositories that have not opted in to numbers, and on GitHub Enterprise Server. */
function subjectOf({ repository, event, ref }: WorkflowRunRecord): string {
  return `repo:${nameOf(repository)}:${event === "pull_request" ? "pull_request" : `ref:${ref}`}`;
}

function claimsOf(run: WorkflowRunRecord, { jobWorkflowRef, jobWorkflowSha, jobId }: IdentityRequest) {
  const { repository, actor } = run;
  return {
    ref: run.ref,
    ref_type: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: "false",
    sha: run.sha,
    repository: nameOf(repository),
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    repository_visibility: repository.visibility,
    run_id: String(run.id),
    run_number: String(run.runNumber),
    run_attempt: String(run.runAttempt),
    check_run_id: String(jobId),
    actor: actor.login,
    actor_id: String(actor.id),
    event_name: run.event,
    head_ref: run.pull?.head ?? "",
    base_ref: run.pull?.base ?? "",
    workflow: run.workflowName,
    workflow_ref: `${nameOf(repository)}/${run.workflowPath}@${run.ref}`,
    workflow_sha: run.sha,
    job_workflow_ref: jobWorkflowRef,
    job_workflow_sha: jobWorkflowSha,
    runner_environment: "self-hosted",
  };
}

const CLAIMS: readonly (keyof ReturnType<typeof claimsOf>)[] = [
  ...(["ref", "ref_type", "ref_protected", "sha", "workflow", "workflow_ref", "workflow_sha"] as const),
  ...(["repository", "repository_id", "repository_owner", "repository_owner_id"] as const),
  ...(["repository_visibility", "run_id", "run_number", "run_attempt", "check_run_id"] as const),
  ...(["actor", "actor_id", "event_name", "head_ref", "base_ref"] as const),
  ...(["job_workflow_ref", "job_workflow_sha", "runner_environment"] as const),
];

function description(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ["public", "pairwise"],
    response_types_supported: ["id_token"],
    claims_supported: ["sub", "aud", "exp", "iat", "iss", "jti", "nbf", ...CLAIMS],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid"],
  };
}
