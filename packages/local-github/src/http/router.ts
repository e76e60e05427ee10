/** Finds the route for a method and a path: GitHub's path templates, the most specific one first. */

import type { Route } from "./call.ts";

/** Parameters that may hold slashes. */
const GREEDY = new Set(["ref", "path", "branch", "basehead"]);

interface Compiled {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly rank: string;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export interface Router {
  match(method: string, path: string): Match | undefined;
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const segments = route.template.slice(1).split("/");
  const parts = segments.map((segment, at) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (!name) return segment.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
    names.push(name);
    // A branch or a ref in the middle stays within its segment unless the template goes on after it.
    if (!GREEDY.has(name)) return "([^/]+)";
    return at === segments.length - 1 && name === "path" ? "(.*)" : "(.+?)";
  });
  // Literal segments win over parameters, parameters over greedy ones, longer templates over shorter.
  const rank = segments
    .map((segment) => (segment.startsWith("{") ? (GREEDY.has(segment.slice(1, -1)) ? "2" : "1") : "0"))
    .join("");
  return { route, names, rank, pattern: new RegExp(`^/${parts.join("/")}/?$`) };
}

function byRank(one: Compiled, other: Compiled): number {
  const [a, b] = [one.rank, other.rank];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const left = a[at] ?? "3";
    const right = b[at] ?? "3";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export function createRouter(routes: readonly Route[]): Router {
  const byMethod = new Map<string, Compiled[]>();
  for (const route of routes) {
    const list = byMethod.get(route.method) ?? [];
    byMethod.set(route.method, list);
    list.push(compile(route));
  }
  for (const list of byMethod.values()) list.sort(byRank);
  return {
    match(method, path) {
      for (const { route, pattern, names } of byMethod.get(method === "HEAD" ? "GET" : method) ?? []) {
        const found = pattern.exec(path);
        if (!found) continue;
        const params: Record<string, string> = {};
        let bad = false;
        names.forEach((name, at) => {
          const value = decode(found[at + 1] ?? "");
          if (value === undefined) bad = true;
          else params[name] = value;
        });
        if (!bad) return { route, params };
      }
      return undefined;
    },
  };
}
