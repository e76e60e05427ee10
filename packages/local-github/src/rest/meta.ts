/** Users, limits and the API's own description. */

import { isIntegration } from "../http/auth.ts";
import { actorUser, ok, param, type Route, route } from "../http/call.ts";
import { notAccessible, notFound } from "../http/errors.ts";
import type { RateLimiter } from "../http/rate-limit.ts";
import { publicUser } from "../serialize/users.ts";

export function metaRoutes(limiter: RateLimiter, graphqlLimiter: RateLimiter): readonly Route[] {
  return [
    route("GET /", (call) =>
      ok({
        current_user_url: `${call.world.urls.api}/user`,
        rate_limit_url: `${call.world.urls.api}/rate_limit`,
        repository_url: `${call.world.urls.api}/repos/{owner}/{repo}`,
      }),
    ),
    route("GET /user", (call) => {
      const user = actorUser(call);
      if (isIntegration(call.actor)) throw notAccessible();
      return ok(publicUser(call.world, user));
    }),
    route("GET /users/{username}", (call) => {
      const user = call.world.store.user(param(call, "username"));
      if (!user) throw notFound();
      return ok(publicUser(call.world, user));
    }),
    route("GET /rate_limit", (call) => {
      const { limit, remaining, reset, used } = limiter.peek(call.actor);
      const core = { limit, remaining, reset, used };
      const search = { limit: 30, remaining: 30, reset, used: 0 };
      const graphql = graphqlLimiter.peek(call.actor);
      return ok({ resources: { core, search, graphql }, rate: core });
    }),
    route("GET /meta", () => ok({ verifiable_password_authentication: false, installed_version: "3.17.0" })),
  ];
}
