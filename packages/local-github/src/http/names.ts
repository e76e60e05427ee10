/**
 * The names under which GitHub's own command line reaches a GitHub of this machine: with `GH_HOST=github.localhost` it
 * asks `http://api.github.localhost/` and `http://github.localhost/` on port 80, and on any other port by way of
 * `http_proxy` alone, which therefore may be this server itself. GitHub's API has no prefix there, as on github.com.
 */

import type { IncomingMessage } from "node:http";

export const WEB_NAME = "github.localhost";
export const API_NAME = `api.${WEB_NAME}`;

export type Target =
  /** By this server's own address; nothing is rewritten. */
  | { readonly kind: "own"; readonly path: string }
  /** By one of the names: answers have to name them, too. */
  | { readonly kind: "named"; readonly path: string }
  /** Meant for another server: this is no proxy for the world. */
  | { readonly kind: "foreign"; readonly host: string };

/** The path (with query) here that a request's target and `Host` header mean. */
export function targetOf(target: string, host: string | undefined): Target {
  const absolute = URL.canParse(target) && !target.startsWith("/") ? new URL(target) : undefined;
  const name = (absolute?.host ?? host ?? "").toLowerCase().replace(/:\d+$/, "");
  const path = absolute ? absolute.pathname + absolute.search : target;
  if (name === API_NAME)
    return { kind: "named", path: path.startsWith("/graphql") ? `/api${path}` : `/api/v3${path}` };
  if (absolute && name === WEB_NAME) return { kind: "named", path };
  const isOwn = !absolute || ["127.0.0.1", "localhost", "[::1]"].includes(name);
  return isOwn ? { kind: "own", path } : { kind: "foreign", host: absolute.host };
}

/** Requests that came by name, so that their answers can be told apart from the others. */
export interface NamedRequests {
  /** To be called before anybody reads the request's target. */
  admit(request: IncomingMessage): void;
  /** The answer, with this server's addresses by name where the request was; a refusal for another server's. */
  answer(request: object, handle: () => Response | Promise<Response>): Promise<Response>;
}

export function createNamedRequests(urls: { readonly server: string; readonly api: string }): NamedRequests {
  const targets = new WeakMap<object, Target>();
  const rename = (text: string) =>
    text.replaceAll(urls.api, `http://${API_NAME}`).replaceAll(urls.server, `http://${WEB_NAME}`);
  return {
    admit(request) {
      const target = targetOf(request.url ?? "/", request.headers.host);
      if (target.kind === "own" && target.path === request.url) return;
      targets.set(request, target);
      request.url = target.kind === "foreign" ? "/" : target.path;
      request.headers.host = new URL(urls.server).host;
    },
    async answer(request, handle) {
      const target = targets.get(request);
      if (target?.kind === "foreign") {
        return Response.json(
          { message: `This is ${WEB_NAME} and ${API_NAME}, and no way to ${target.host}: set no_proxy.` },
          { status: 502 },
        );
      }
      const response = await handle();
      if (target?.kind !== "named") return response;
      const headers = new Headers(response.headers);
      for (const name of ["link", "location"]) {
        const value = headers.get(name);
        if (value !== null) headers.set(name, rename(value));
      }
      const isJson = (headers.get("content-type") ?? "").includes("json");
      const body = isJson && response.body ? renamed(JSON.parse(await response.text()), rename) : undefined;
      return new Response(body === undefined ? response.body : JSON.stringify(body), {
        status: response.status,
        headers,
      });
    },
  };
}

/** Values that are addresses of this server; what people wrote is theirs, also where it names one. */
function renamed(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === "string")
    return /^http:\/\/127\.0\.0\.1:\d+\/\S*$/.test(value) ? rename(value) : value;
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renamed(item, rename)]));
}
