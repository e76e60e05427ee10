/** One route's work: the token's access, then the handler. */

import type { RepositoryRecord } from "../store/records.ts";
import type { Actor, World } from "../world.ts";
import { allows, canSee, hasRole } from "./auth.ts";
import type { Answer, Call } from "./call.ts";
import { ApiError, notAccessible, notFound, requiresAuthentication } from "./errors.ts";
import { type Access, accessOf } from "./permissions.ts";
import type { Match } from "./router.ts";

/** A body as it came: JSON, or text that is none and why it is refused. */
export type Sent =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly text: string; readonly error: ApiError };

export interface Performed {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly sent: Sent;
  readonly accept: string;
  readonly authorization: string | undefined;
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

/** @throws ApiError for whatever the actor may not do, and whatever the handler refuses */
export async function runRoute(
  world: World,
  actor: Actor,
  match: Match,
  { sent, ...request }: Performed,
): Promise<Answer> {
  const { method, template, handler } = match.route;
  const access = accessOf(method, template);
  const repository = repositoryOf(world, actor, match);
  if (repository && access) checkAccess(actor, repository, access);
  if (!sent.ok) throw sent.error;
  const call: Call = {
    world,
    ...request,
    params: match.params,
    body: sent.value,
    actor,
    get repository(): RepositoryRecord {
      if (!repository) throw new Error(`Route ${template} has no repository.`);
      return repository;
    },
    get git() {
      return world.git(this.repository);
    },
  };
  return handler(call);
}
