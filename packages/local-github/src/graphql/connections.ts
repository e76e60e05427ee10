/** Lists in pages, as every connection of the GraphQL API has them. */

import { refusal } from "./errors.ts";
import type { View } from "./graph.ts";

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

const MOST = 100;
const PREFIX = "cursor:v2:";

const cursorOf = (index: number) => Buffer.from(`${PREFIX}${index + 1}`).toString("base64");

function indexOf(name: string, cursor: string): number {
  const text = Buffer.from(cursor, "base64").toString("utf8");
  const index = text.startsWith(PREFIX) ? Number(text.slice(PREFIX.length)) : Number.NaN;
  if (!Number.isInteger(index))
    throw refusal("UNPROCESSABLE", `\`${cursor}\` does not appear to be a valid cursor for \`${name}\`.`);
  return index - 1;
}

/** One page of a list. `name` is the field's, as refusals tell it. */
export function connection<Item>(
  name: string,
  items: readonly Item[],
  args: PageArguments,
  view: (item: Item) => unknown,
  more: View = {},
): View {
  const page = () => {
    for (const bound of ["first", "last"] as const) {
      const count = args[bound] ?? 0;
      if (count > MOST || count < 0)
        throw refusal(
          "EXCESSIVE_PAGINATION",
          `Requesting ${count} records on the \`${name}\` connection exceeds the \`${bound}\` limit of ${MOST} records.`,
        );
    }
    const from = args.after == null ? 0 : indexOf(name, args.after) + 1;
    const to = args.before == null ? items.length : Math.max(from, indexOf(name, args.before));
    const start = args.first == null && args.last != null ? Math.max(from, to - args.last) : from;
    const end = args.first == null ? to : Math.min(to, from + args.first);
    return { start, end };
  };
  // A count alone needs no bounds.
  const bounded = () => {
    if (args.first == null && args.last == null)
      throw refusal(
        "MISSING_PAGINATION_BOUNDARIES",
        `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      );
    return page();
  };
  const slice = () => {
    const { start, end } = bounded();
    return items.slice(start, end);
  };
  return {
    totalCount: items.length,
    nodes: () => slice().map(view),
    edges: () => {
      const { start } = bounded();
      return slice().map((item, at) => ({ cursor: cursorOf(start + at), node: () => view(item) }));
    },
    pageInfo: () => {
      const { start, end } = page();
      return {
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
        startCursor: start < end ? cursorOf(start) : null,
        endCursor: start < end ? cursorOf(end - 1) : null,
      };
    },
    ...more,
  };
}

/** A list of what does not exist here at all, so that it is empty and not unknown. */
export const empty = (name: string) => (args: PageArguments) => connection(name, [], args, () => null);

export interface Order {
  readonly field: string;
  readonly direction: "ASC" | "DESC";
}

/** Sorted by a key of the order's field; as they come where none is asked for. */
export function ordered<Item>(
  items: readonly Item[],
  order: Order | null | undefined,
  keys: Readonly<Record<string, (item: Item) => string | number>>,
): readonly Item[] {
  const key = order && keys[order.field];
  if (!key) return items;
  const sign = order.direction === "DESC" ? -1 : 1;
  return items.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -sign : a > b ? sign : 0;
  });
}
