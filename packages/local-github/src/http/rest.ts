/** The way of every REST request: find the route, check the token, run the handler, dress the answer, check it. */

import { createHash, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { Context } from "hono";
import type { Actor, World } from "../world.ts";
import { refusalOfCredentials } from "./auth.ts";
import type { Answer } from "./call.ts";
import { createsContent } from "./content-routes.ts";
import type { HttpEnv } from "./env.ts";
import { ApiError, notFound } from "./errors.ts";
import { boundBody } from "./journal.ts";
import { runRoute, type Sent } from "./perform.ts";
import { acceptedHeader, accessOf } from "./permissions.ts";
import { type RateLimiter, rateHeaders } from "./rate-limit.ts";
import type { Match, Router } from "./router.ts";
import type { OpenApiValidator } from "./validation.ts";

export const API_PREFIX = "/api/v3";

export interface RestDeps {
  readonly world: World;
  readonly router: Router;
  readonly limiter: RateLimiter;
  readonly validator: OpenApiValidator | undefined;
  /** Templates of routes that GitHub has, and not every GitHub: asked for them, this one knows nothing of them. */
  readonly lacks: readonly string[];
}

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

/** GitHub may have the route all the same: then it is named, so that nobody looks for a mistake of their own. */
function missing({ validator, lacks }: RestDeps, method: string, path: string): ApiError {
  const known = validator?.match(method, path);
  if (!known || lacks.includes(known.template)) return notFound();
  return new ApiError(501, `${method} ${known.template} (${known.operationId}) is not served here.`);
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
  let answer: Answer;
  try {
    if (given === undefined) {
      throw new ApiError(401, refusalOfCredentials(world.store, c.req.header("authorization"), world.now()));
    }
    if (admission?.refused) {
      entry.refused = admission.refused.kind;
      throw admission.refused.error;
    }
    if (!match) throw missing(deps, c.req.method, path);
    answer = await runRoute(world, actor, match, {
      method: c.req.method,
      path,
      query: url.searchParams,
      sent,
      accept: c.req.header("accept") ?? "",
      authorization: c.req.header("authorization"),
    });
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
