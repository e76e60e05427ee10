/** One REST request as a handler sees it, and the answers a handler can give. */

import type { Readable } from "node:stream";
import type { z } from "zod";
import type { Git } from "../git/exec.ts";
import type { RepositoryRecord, UserRecord } from "../store/records.ts";
import type { Actor, Cause, World } from "../world.ts";
import { causeOfActor } from "./auth.ts";
import { ApiError, notFound, requiresAuthentication } from "./errors.ts";

export interface Call {
  readonly world: World;
  readonly method: string;
  /** Path below the API's prefix, without the query. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined when nothing was sent. */
  readonly body: unknown;
  /** The body's bytes, for uploads. */
  readonly accept: string;
  readonly actor: Actor;
  /** The `Authorization` header as sent. */
  readonly authorization: string | undefined;
  /** Routes below `/repos/{owner}/{repo}` only: visible to the actor, and the permission was checked. */
  readonly repository: RepositoryRecord;
  readonly git: Git;
}

export interface Answer {
  readonly status: number;
  readonly json?: unknown;
  readonly raw?: { readonly content: string | Buffer | Readable; readonly type: string };
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

export interface Route {
  readonly method: string;
  /** As in GitHub's OpenAPI description: `/repos/{owner}/{repo}/issues/{issue_number}`. */
  readonly template: string;
  readonly handler: Handler;
}

/** `route("GET /repos/{owner}/{repo}", handler)` */
export function route(
  spec: `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`,
  handler: Handler,
): Route {
  const space = spec.indexOf(" ");
  return { method: spec.slice(0, space), template: spec.slice(space + 1), handler };
}

export const ok = (json: unknown): Answer => ({ status: 200, json });
export const noContent = (): Answer => ({ status: 204 });

/** 201 with `Location` taken from the body's `url`. */
export function created(json: { readonly url?: unknown }): Answer {
  const { url } = json;
  return { status: 201, json, ...(typeof url === "string" ? { headers: { location: url } } : {}) };
}

/** A path parameter. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw notFound();
  return value;
}

/** A path parameter that is a number (an id); anything else does not exist. */
export function numberParam(call: Call, name: string): number {
  const text = param(call, name);
  if (!/^\d{1,15}$/.test(text)) throw notFound();
  return Number(text);
}

/** The user behind the request. @throws ApiError 401 for an anonymous one. */
export function actorUser(call: Call): UserRecord {
  if (call.actor.kind === "anonymous" || call.actor.kind === "jwt") throw requiresAuthentication();
  return call.actor.user;
}

export function causeOf(call: Call): Cause {
  actorUser(call);
  return causeOfActor(call.world.store, call.actor);
}

/** Parses the request's body. @throws ApiError 422 naming each wrong property. */
export function parseBody<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(call.body ?? {});
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    (issue) => `For '${["", ...issue.path].join("/") || "/"}', ${issue.message}.`,
  );
  throw new ApiError(422, `Invalid request.\n\n${lines.join("\n")}`);
}
