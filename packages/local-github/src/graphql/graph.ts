/** What every view of the GraphQL API is made with. */

import { allows } from "../http/auth.ts";
import type { RepositoryRecord } from "../store/records.ts";
import type { Actor, World } from "../world.ts";
import { notAccessible } from "./errors.ts";

/** An object's fields: values, or functions of the field's arguments. A field that is not there is not served. */
export type View = Readonly<Record<string, unknown>>;

export interface Graph {
  readonly world: World;
  readonly actor: Actor;
  /** Does what a route of the REST API does, by the same checks. @throws GraphQLError where that refuses */
  rest(method: string, path: string, body: unknown): Promise<unknown>;
}

export type ReadKey = "issues" | "pull-requests" | "contents" | "checks" | "statuses" | "actions";

/** Reading asks for the permission that the same reading by REST asks for. @throws GraphQLError FORBIDDEN */
export function requireRead({ actor }: Graph, repository: RepositoryRecord, ...keys: ReadKey[]): void {
  if (!keys.some((key) => allows(actor, repository, key, "read"))) throw notAccessible();
}

export const loginOf = ({ actor }: Graph): string | undefined =>
  actor.kind === "anonymous" ? undefined : actor.user.login;

export const isViewer = ({ actor }: Graph, user: { readonly id: number }): boolean =>
  actor.kind !== "anonymous" && actor.user.id === user.id;
