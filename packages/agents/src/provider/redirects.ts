/** Where a model's service sends a request on to: a key, and what a repository holds, go to nobody else by that. */
import { sameOrigin } from "../adapters/http/address.ts";
import type { Fetch } from "./transport.ts";

const REDIRECTS = 3;

/**
 * `fetch`, but that a redirection is followed where it keeps the method and leads to the same origin. Any other answer
 * that redirects is given back as one, with where it leads in its body: by itself `fetch` would take every header but
 * `authorization` along, `x-api-key` too.
 */
export function withoutRedirects(fetch: Fetch): Fetch {
  return async (input, init) => {
    let to: Parameters<Fetch>[0] = input;
    for (let hop = 0; ; hop += 1) {
      const response = await fetch(to, { ...init, redirect: "manual" });
      const { status, headers } = response;
      const location = headers.get("location");
      if (![301, 302, 303, 307, 308].includes(status) || location === null) return response;
      // Not read, it would be waited for.
      void response.body?.cancel().catch(() => {});
      const next = sameOrigin(location, new URL(to instanceof Request ? to.url : to));
      const refused = (why: string) => new Response(`it redirects: ${why}`, { status });
      if (typeof next === "string") return refused(next);
      if (status < 307) return refused(`${status} is not followed, 307 and 308 are`);
      if (hop >= REDIRECTS) return refused(`more than ${REDIRECTS} times`);
      to = next;
    }
  };
}
