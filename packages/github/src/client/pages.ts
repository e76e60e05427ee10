import type { Endpoints } from "@octokit/types";
import type { GitHubApi } from "../context.ts";

type Request = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<{ readonly data: unknown; readonly headers: { readonly link?: string | undefined } }>;

/**
 * Every item of every page. The next page is asked for with what its link says, under the same route, so that waits,
 * counts and errors name the route and not an address; `@octokit/plugin-paginate-rest` asks for the address.
 *
 * @throws TypeError when an answer holds no list
 */
export function paginator(request: Request): GitHubApi["paginate"] {
  return async (route: keyof Endpoints, parameters: Readonly<Record<string, unknown>> | undefined) => {
    const items: unknown[] = [];
    let asked: Readonly<Record<string, unknown>> = parameters ?? {};
    for (;;) {
      const { data, headers } = await request(route, asked);
      for (const item of listOf(data, route)) items.push(item);
      const next = nextPage(headers.link);
      if (next === undefined) return items as never;
      asked = { ...asked, ...next };
    }
  };
}

/** The query of the page that `Link: <…>; rel="next"` names. */
export function nextPage(link: string | undefined): Record<string, string> | undefined {
  const address = /<([^<>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return address === undefined ? undefined : Object.fromEntries(new URL(address).searchParams);
}

/** The list itself, or the one that stands beside `total_count`. */
function listOf(data: unknown, route: string): readonly unknown[] {
  if (Array.isArray(data)) return data;
  if (typeof data === "object" && data !== null) {
    const lists = Object.values(data).filter(Array.isArray);
    if (lists.length === 1 && lists[0]) return lists[0];
  }
  throw new TypeError(`The answer to ${route} holds no list.`);
}
