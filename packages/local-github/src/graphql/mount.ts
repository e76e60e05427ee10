/** `POST /api/graphql`: who asks, what it costs, and the answer. */

import { randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import { refusalOfCredentials } from "../http/auth.ts";
import type { HttpEnv } from "../http/env.ts";
import { ApiError, notFound } from "../http/errors.ts";
import { runRoute } from "../http/perform.ts";
import { type RateLimiter, rateHeaders } from "../http/rate-limit.ts";
import type { Router } from "../http/router.ts";
import type { Actor, World } from "../world.ts";
import { carryOut, prepare, request } from "./execute.ts";
import type { Graph } from "./graph.ts";
import { rootOf } from "./root.ts";
import { readGitHubSchema, type ServedSchema } from "./schema.ts";

export interface GraphQlDeps {
  readonly world: World;
  readonly router: Router;
  /** Counts points, in a budget of its own beside that of the REST API. */
  readonly limiter: RateLimiter;
}

const DOCS = "https://docs.github.com/graphql";

export function mountGraphQl(app: Hono<HttpEnv>, deps: GraphQlDeps): void {
  let schema: ServedSchema | undefined;
  app.post("/api/graphql", (c) => {
    schema ??= readGitHubSchema();
    return answer(c, deps, schema);
  });
}

async function answer(c: Context<HttpEnv>, deps: GraphQlDeps, schema: ServedSchema): Promise<Response> {
  const entry = c.get("entry");
  const actor = c.get("actor");
  const { world, limiter } = deps;
  const requestId = randomUUID().toUpperCase();
  const headers: Record<string, string> = { "x-github-request-id": requestId };
  const refuse = (error: ApiError) =>
    Response.json(
      { ...error.body, documentation_url: DOCS },
      { status: error.status, headers: { ...headers, ...error.headers } },
    );
  if (!actor) {
    const message = refusalOfCredentials(world.store, c.req.header("authorization"), world.now());
    return refuse(new ApiError(401, message));
  }
  if (actor.kind === "anonymous")
    return refuse(new ApiError(401, "This endpoint requires you to be authenticated."));
  const parsed = request.safeParse(await c.req.json().catch(() => undefined));
  if (!parsed.success) {
    entry.errors = ["the body must be a JSON object with 'query'"];
    return refuse(new ApiError(400, "Problems parsing JSON"));
  }
  const input = parsed.data;
  const ready = prepare(schema, input);
  const isWrong = "json" in ready;
  entry.route = `graphql ${isWrong ? (input.operationName ?? "?") : ready.name}`;
  const changes = !isWrong && ready.isMutation;
  const cost = isWrong ? 1 : ready.cost.points;
  const admission = limiter.admit(actor, changes ? "POST" : "GET", changes, requestId, cost);
  if (admission.refused) {
    entry.refused = admission.refused.kind;
    const { error } = admission.refused;
    Object.assign(headers, rateHeaders(admission.end(false), "graphql"));
    // The hourly budget's end is an answer of GraphQL's own; the secondary limits are the server's.
    if (admission.refused.kind !== "primary") return refuse(error);
    return Response.json({ errors: [{ type: "RATE_LIMITED", message: error.body.message }] }, { headers });
  }
  const graph = graphOf(deps, c, actor);
  const outcome = isWrong
    ? ready
    : await carryOut(
        schema,
        ready,
        input,
        rootOf(graph, ready.cost, () => limiter.peek(actor)),
      );
  entry.errors = outcome.problems;
  Object.assign(headers, rateHeaders(admission.end(false), "graphql"));
  return Response.json(outcome.json, {
    headers: { ...headers, "content-type": "application/json; charset=utf-8" },
  });
}

function graphOf({ world, router }: GraphQlDeps, c: Context<HttpEnv>, actor: Actor): Graph {
  return {
    world,
    actor,
    async rest(method, path, body) {
      const match = router.match(method, path);
      if (!match) throw notFound();
      const answered = await runRoute(world, actor, match, {
        method,
        path,
        query: new URLSearchParams(),
        sent: { ok: true, value: body },
        accept: "",
        authorization: c.req.header("authorization"),
      });
      return answered.json;
    },
  };
}
