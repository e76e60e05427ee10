/** Pages and their `Link` header. */

import type { Answer, Call } from "./call.ts";

export interface PageQuery {
  readonly page: number;
  readonly perPage: number;
}

/** `per_page` is 30 by default and 100 at most; nonsense counts as the default. */
export function pageQuery(call: Call, perPageDefault = 30): PageQuery {
  const read = (name: string, fallback: number) => {
    const value = Number.parseInt(call.query.get(name) ?? "", 10);
    return Number.isFinite(value) && value > 0 ? value : fallback;
  };
  return { page: read("page", 1), perPage: Math.min(100, read("per_page", perPageDefault)) };
}

export function slicePage<Item>(items: readonly Item[], { page, perPage }: PageQuery): Item[] {
  return items.slice((page - 1) * perPage, page * perPage);
}

/** The `Link` header for a list of `total` items, or none when it fits one page. */
export function linkHeader(call: Call, total: number, { page, perPage }: PageQuery): Record<string, string> {
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1 && page === 1) return {};
  const url = (target: number) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(target));
    return `<${call.world.urls.api}${call.path}?${query}>`;
  };
  const links: string[] = [];
  if (page > 1) links.push(`${url(Math.min(page - 1, last))}; rel="prev"`);
  if (page < last) links.push(`${url(page + 1)}; rel="next"`, `${url(last)}; rel="last"`);
  if (page > 1) links.push(`${url(1)}; rel="first"`);
  return { link: links.join(", ") };
}

/** 200 with one page of a list. */
export async function paged<Item>(
  call: Call,
  items: readonly Item[],
  serialize: (item: Item) => unknown,
): Promise<Answer> {
  const query = pageQuery(call);
  const json = await Promise.all(slicePage(items, query).map(serialize));
  return { status: 200, json, headers: linkHeader(call, items.length, query) };
}

/** 200 with one page under a key, beside `total_count`. */
export async function pagedUnder<Item>(
  call: Call,
  key: string,
  items: readonly Item[],
  serialize: (item: Item) => unknown,
): Promise<Answer> {
  const answer = await paged(call, items, serialize);
  return { ...answer, json: { total_count: items.length, [key]: answer.json } };
}
