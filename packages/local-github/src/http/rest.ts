/** The way of every REST request: find the route, check the token, run the handler, dress the answer, check it. */

import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Context } from "hono";
import type { RepositoryRecord } from "../store/records.ts";
import type { Actor, World } from "../world.ts";
import { allows, canSee, hasRole, refusalOfCredentials } from "./auth.ts";
import type { Answer, Call } from "./call.ts";
import { createsContent } from "./content-routes.ts";
import type { HttpEnv } from "./env.ts";
import { ApiError, notAccessible, notFound, requiresAuthentication } from "./errors.ts";
import { boundBody } from "./journal.ts";
import { type Access, acceptedHeader, accessOf } from "./permissions.ts";
import { type RateLimiter, rateHeaders } from "./rate-limit.ts";
import type { Match, Router } from "./router.ts";
import type { OpenApiValidator } from "./validation.ts";

export const API_PREFIX = "/api/v3";

export interface RestDeps {
  readonly world: World;
  readonly router: Router;
  readonly limiter: RateLimiter;
  readonly validator: OpenApiValidator | undefined;
}

type Sent =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly text: string; readonly error: ApiError };

const NOTHING: Sent = { ok: true, value: undefined };

function parseJson(text: string): Sent {
  if (text === "") return NOTHING;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ok: true, value };
    return { ok: false, text, error: new ApiError(400, "Body should be a JSON object") };
  } catch {
    return { ok: false, text, error: new ApiError(400, "Problems parsing JSON") };
  }
}

/** @throws ApiError 401, 403 or 404 as GitHub answers a token that lacks the access. */
function checkAccess(actor: Actor, repository: RepositoryRecord, access: Access): void {
  if (access.signedIn && actor.kind === "anonymous") throw requiresAuthentication();
  if (access.keys.some((key) => allows(actor, repository, key, access.level))) {
    if (actor.kind !== "user" || hasRole(repository, actor.user.login, access.role)) return;
  }
  switch (actor.kind) {
    case "anonymous":
    case "jwt":
      throw requiresAuthentication();
    case "job":
    case "app":
      throw notAccessible();
    case "user":
      if (hasRole(repository, actor.user.login, access.role)) return;
      throw new ApiError(403, "Must have push access to repository.");
  }
}

function repositoryOf(world: World, actor: Actor, match: Match): RepositoryRecord | undefined {
  const { owner, repo } = match.params;
  if (!match.route.template.startsWith("/repos/") || owner === undefined || repo === undefined)
    return undefined;
  const repository = world.store.repository(owner, repo);
  if (!repository || !canSee(actor, repository)) throw notFound();
  return repository;
}

/** The answer that hands a token out is journaled without it: the journal outlives the run. */
function withoutToken(match: Match | undefined, body: unknown): unknown {
  if (match?.route.template !== "/app/installations/{installation_id}/access_tokens") return body;
  return typeof body === "object" && body !== null && "token" in body ? { ...body, token: "***" } : body;
}

function etagOf(text: string): string {
  return `W/"${createHash("sha256").update(text).digest("hex")}"`;
}

function errorAnswer(error: unknown, errors: string[]): Answer {
  if (error instanceof ApiError) return { status: error.status, json: error.body, headers: error.headers };
  // Never expected: the journal makes it loud.
  errors.push(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    status: 500,
    json: { message: "Server Error", documentation_url: "https://docs.github.com/rest", status: "500" },
  };
}

function rawText({ raw }: Answer): string | undefined {
  return typeof raw?.content === "string" ? raw.content : undefined;
}

export async function handleRest(deps: RestDeps, c: Context<HttpEnv>): Promise<Response> {
  const { router, limiter, validator } = deps;
  const world = c.get("past") ?? deps.world;
  const entry = c.get("entry");
  const given = c.get("actor");
  const actor: Actor = given ?? { kind: "anonymous" };
  const url = new URL(c.req.url);
  const path = url.pathname.slice(API_PREFIX.length) || "/";
  const match = router.match(c.req.method, path);
  const access = match && accessOf(match.route.method, match.route.template);
  const errors: string[] = [];
  const requestId = randomUUID().toUpperCase();
  // Asking where one stands is free, and so is a token that nobody has.
  const counted = given !== undefined && match?.route.template !== "/rate_limit";
  const creates = match !== undefined && createsContent(match.route.method, match.route.template);
  // Read first, judged later: a refusal, too, is journaled with what was asked.
  const sent = c.req.method === "GET" || c.req.method === "HEAD" ? NOTHING : parseJson(await c.req.text());
  const admission = counted ? limiter.admit(actor, c.req.method, creates, requestId) : undefined;
  const body = sent.ok ? sent.value : undefined;
  let answer: Answer;
  try {
    if (given === undefined) {
      throw new ApiError(401, refusalOfCredentials(world.store, c.req.header("authorization"), world.now()));
    }
    if (admission?.refused) {
      entry.refused = admission.refused.kind;
      throw admission.refused.error;
    }
    if (!match) throw notFound();
    const repository = repositoryOf(world, actor, match);
    if (repository && access) checkAccess(actor, repository, access);
    if (!sent.ok) throw sent.error;
    const call: Call = {
      world,
      method: c.req.method,
      path,
      params: match.params,
      query: url.searchParams,
      body,
      accept: c.req.header("accept") ?? "",
      authorization: c.req.header("authorization"),
      actor,
      get repository(): RepositoryRecord {
        if (!repository) throw new Error(`Route ${match.route.template} has no repository.`);
        return repository;
      },
      get git() {
        return world.git(this.repository);
      },
    };
    answer = await match.route.handler(call);
  } catch (error) {
    answer = errorAnswer(error, errors);
  }

  const headers = new Headers(answer.headers);
  headers.set("x-github-request-id", requestId);
  headers.set("x-github-media-type", "github.v3; format=json");
  headers.set("x-github-api-version-selected", c.req.header("x-github-api-version") ?? "2022-11-28");
  headers.set("date", world.now().toUTCString());
  if (access) headers.set("x-accepted-github-permissions", acceptedHeader(access));

  let content: ConstructorParameters<typeof Response>[0] = null;
  let status = answer.status;
  if (answer.json !== undefined) {
    const text = JSON.stringify(answer.json);
    headers.set("content-type", "application/json; charset=utf-8");
    content = text;
    if (c.req.method === "GET" && status === 200) {
      const etag = etagOf(text);
      headers.set("etag", etag);
      headers.set("cache-control", "private, max-age=60, s-maxage=60");
      if ((c.req.header("if-none-match") ?? "").split(/,\s*/).includes(etag)) {
        status = 304;
        content = null;
      }
    }
  } else if (answer.raw) {
    headers.set("content-type", answer.raw.type);
    const raw = answer.raw.content;
    content =
      raw instanceof Readable
        ? (Readable.toWeb(raw) as ReadableStream<Uint8Array>)
        : typeof raw === "string"
          ? raw
          : new Uint8Array(raw);
  }
  // A conditional request that was not modified costs nothing.
  const rate = admission?.end(status === 304) ?? limiter.peek(actor);
  for (const [name, value] of Object.entries(rateHeaders(rate))) headers.set(name, value);

  if (match && validator && status !== 304) {
    errors.push(
      ...validator.check({
        method: match.route.method,
        path,
        query: Object.fromEntries(url.searchParams),
        requestBody: sent.ok ? sent.value : sent.text,
        status,
        responseHeaders: Object.fromEntries(headers),
        responseBody: answer.json ?? rawText(answer),
      }),
    );
  }
  entry.route = match?.route.template ?? null;
  entry.unknownRoute = !match;
  entry.errors = errors;
  entry.requestBody = boundBody(sent.ok ? sent.value : sent.text);
  entry.responseBody =
    status === 304 ? undefined : boundBody(withoutToken(match, answer.json ?? rawText(answer)));
  return new Response(content, { status, headers });
}
