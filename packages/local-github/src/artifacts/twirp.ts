/** `github.actions.results.api.v1.ArtifactService`, the Twirp service that `@actions/artifact` calls, in JSON. */

import type { Context, Hono } from "hono";
import { z } from "zod";
import type { HttpEnv } from "../http/env.ts";
import type { ServiceDeps } from "../world.ts";
import { blobUrl } from "./azure.ts";
import type { ArtifactService, Origin, Outcome } from "./service.ts";
import type { ArtifactRecord, ArtifactStore } from "./store.ts";

const PREFIX = "/twirp/github.actions.results.api.v1.ArtifactService";

/** Twirp's error codes and their HTTP status: https://twitchtv.github.io/twirp/docs/errors.html */
const STATUS = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  permission_denied: 403,
  bad_route: 404,
  not_found: 404,
  already_exists: 409,
} as const;
type Code = keyof typeof STATUS;

class TwirpError extends Error {
  readonly code: Code;
  constructor(code: Code, message: string) {
    super(message);
    this.name = "TwirpError";
    this.code = code;
  }
}

/** protobuf's int64 is text in JSON; a number is understood, too. */
const int64 = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform(Number);
const ids = { workflow_run_backend_id: z.string(), workflow_job_run_backend_id: z.string() };
/** A google.protobuf wrapper: its bare value or null. */
const text = z.string().nullish();
const timestamp = z.iso.datetime({ offset: true }).nullish();

const createRequest = z.object({
  ...ids,
  name: z.string().default(""),
  version: z.int().default(0),
  mime_type: text,
  expires_at: timestamp,
});
const finalizeRequest = z.object({ ...ids, name: z.string(), size: int64.default(0), hash: text });
const listRequest = z.object({ ...ids, name_filter: text, id_filter: int64.nullish() });
const namedRequest = z.object({ ...ids, name: z.string() });

/** What the methods are given: who asks, by the token, and the request's own fields. */
interface Call {
  readonly origin: Origin;
  readonly service: ArtifactService;
  /** What a list is read from. */
  readonly artifacts: ArtifactStore;
  readonly resultsUrl: string;
}

const METHODS: Readonly<Record<string, (body: unknown, call: Call) => Record<string, unknown>>> = {
  CreateArtifact(body, call) {
    const request = parse(createRequest, body, call);
    // Older versions of the protocol upload otherwise; an unknown newer one may, too.
    if (request.version < 4 || request.version > 7) {
      throw new TwirpError(
        "invalid_argument",
        `version ${request.version} of the artifact protocol is not served, only 4 to 7`,
      );
    }
    const { key, link } = take(
      call.service.create(call.origin, {
        name: request.name,
        mimeType: request.mime_type ?? undefined,
        expiresAt: request.expires_at ? new Date(request.expires_at) : undefined,
      }),
    );
    return { ok: true, signed_upload_url: blobUrl(call.resultsUrl, key, link) };
  },
  FinalizeArtifact(body, call) {
    const request = parse(finalizeRequest, body, call);
    const { name, size } = request;
    const record = take(
      call.service.finalize(call.origin, { name, size, digest: request.hash ?? undefined }),
    );
    return { ok: true, artifact_id: String(record.id) };
  },
  ListArtifacts(body, call) {
    const request = parse(listRequest, body, call);
    const artifacts = call.artifacts
      .list(call.origin.runId)
      .filter((record) => request.name_filter == null || record.name === request.name_filter)
      .filter((record) => request.id_filter == null || record.id === request.id_filter)
      .map((record) => listed(record, call));
    return { artifacts };
  },
  GetSignedArtifactURL(body, call) {
    const request = parse(namedRequest, body, call);
    const record = take(call.service.find(call.origin.runId, request.name));
    const download = call.service.download(record.id);
    if (!download) throw new TwirpError("not_found", `artifact '${request.name}' is gone`);
    return { name: record.name, signed_url: blobUrl(call.resultsUrl, download.key, download.link) };
  },
  DeleteArtifact(body, call) {
    const request = parse(namedRequest, body, call);
    const record = take(call.service.find(call.origin.runId, request.name));
    call.service.remove(record.id);
    return { ok: true, artifact_id: String(record.id) };
  },
};

export function mountTwirp(app: Hono<HttpEnv>, deps: ServiceDeps, service: ArtifactService): void {
  app.post(`${PREFIX}/:method`, async (c) => {
    try {
      return c.json(await answer(c, deps, service));
    } catch (error) {
      if (!(error instanceof TwirpError)) throw error;
      return c.json({ code: error.code, msg: error.message }, STATUS[error.code]);
    }
  });
}

async function answer(
  c: Context<HttpEnv>,
  deps: ServiceDeps,
  service: ArtifactService,
): Promise<Record<string, unknown>> {
  const { world } = deps;
  const [scheme, token = ""] = (c.req.header("authorization") ?? "").split(" ");
  const claims = scheme?.toLowerCase() === "bearer" ? await deps.verifyRuntimeToken(token) : undefined;
  const run = claims && world.store.run(claims.runId);
  if (!claims || !run)
    throw new TwirpError("unauthenticated", "the runtime token is missing, revoked or not from here");
  const name = c.req.param("method") ?? "";
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  if (!method) throw new TwirpError("bad_route", `ArtifactService has no method '${name}'`);
  if (!c.req.header("content-type")?.startsWith("application/json")) {
    throw new TwirpError("bad_route", "only application/json is served");
  }
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw new TwirpError("malformed", "the request's body is not JSON");
  }
  return method(body, {
    service,
    artifacts: c.get("past")?.artifacts ?? service,
    resultsUrl: world.urls.results,
    origin: {
      ...claims,
      runAttempt: world.store.job(claims.jobId)?.runAttempt ?? run.runAttempt,
      repository: `${run.repository.owner.login}/${run.repository.name}`,
    },
  });
}

function parse<S extends z.ZodType<{ workflow_run_backend_id: string; workflow_job_run_backend_id: string }>>(
  schema: S,
  body: unknown,
  { origin }: Call,
): z.output<S> {
  const parsed = schema.safeParse(snakeCased(body));
  if (!parsed.success) throw new TwirpError("malformed", z.prettifyError(parsed.error));
  const { workflow_run_backend_id: run, workflow_job_run_backend_id: job } = parsed.data;
  // An artifact listed by a run may come from any of its jobs, so only the run has to be the token's own.
  if (run !== String(origin.runId) || !/^\d+$/.test(job)) {
    throw new TwirpError("permission_denied", "the runtime token is for another workflow run");
  }
  return parsed.data;
}

/** protobuf's JSON may name fields in either case. Values are never touched. */
function snakeCased(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}

function take<Value>(outcome: Outcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw new TwirpError(outcome.refusal.code, outcome.refusal.message);
}

function listed(record: ArtifactRecord, { origin, service }: Call): Record<string, unknown> {
  return {
    workflow_run_backend_id: String(record.runId),
    workflow_job_run_backend_id: String(service.jobOf(record.id) ?? origin.jobId),
    database_id: String(record.id),
    name: record.name,
    size: String(record.size),
    created_at: record.createdAt,
    digest: record.digest,
  };
}
