/** Judging the requests of a run against GitHub's API. Pure. */
import type { Report } from "./schema.ts";

/** What is needed of a journal entry of the local GitHub. */
export interface Exchange {
  readonly kind: "rest" | "graphql" | "git" | "artifact" | "identity";
  readonly method: string;
  readonly path: string;
  readonly route: string | null;
  readonly unknownRoute: boolean;
  readonly status: number;
  readonly jobId: number | null;
  readonly fault?: string;
  readonly errors: readonly string[];
}

const TOLD_MAX = 10;

export function judgeJournal(exchanges: readonly Exchange[]): Report["journal"] {
  const wrong = exchanges.filter((exchange) => exchange.unknownRoute || exchange.errors.length > 0);
  return {
    exchanges: exchanges.length,
    validated: exchanges.filter(wasChecked).length,
    unknownRoutes: exchanges.filter((exchange) => exchange.unknownRoute).length,
    invalid: wrong.filter((exchange) => !exchange.unknownRoute).length,
    first: wrong.slice(0, TOLD_MAX).map(describe),
    ...coverageOf(exchanges.filter(wasChecked)),
  };
}

/** Which routes of the API, and which answers of theirs, the exchanges have seen. */
function coverageOf(exchanges: readonly Exchange[]): Pick<Report["journal"], "routes" | "statuses"> {
  const statuses = Map.groupBy(exchanges, ({ status }) => status);
  return {
    routes: new Set(exchanges.map(({ method, route }) => `${method} ${route}`)).size,
    statuses: [...statuses]
      .map(([status, list]) => ({ status, count: list.length }))
      .sort((one, other) => one.status - other.status),
  };
}

/** REST alone has an OpenAPI description; an injected answer is not the local GitHub's own. */
function wasChecked(exchange: Exchange): boolean {
  const injected = exchange.fault === "respond" || exchange.fault === "cut-before";
  return exchange.kind === "rest" && exchange.route !== null && exchange.status !== 304 && !injected;
}

function describe(exchange: Exchange): string {
  const what = `${exchange.method} ${exchange.path} (${exchange.status})`;
  if (exchange.unknownRoute) return `${what}: no such route in the local GitHub`;
  const more = exchange.errors.length > 1 ? `, and ${exchange.errors.length - 1} more` : "";
  return `${what}: ${exchange.errors[0]}${more}`;
}

/** How often each route was asked, most often first. */
export function countRoutes(exchanges: readonly Exchange[]): Report["requests"]["byRoute"] {
  const counts = new Map<string, { method: string; route: string; count: number }>();
  for (const { method, route, kind } of exchanges) {
    const name = route ?? `(unknown ${kind})`;
    const key = `${method} ${name}`;
    const entry = counts.get(key) ?? { method, route: name, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || a.route.localeCompare(b.route) || a.method.localeCompare(b.method),
  );
}
