/** Which operation of the description a method and a path mean. */

import { dereference, type OpenApiDocument, type Operation } from "./document.ts";

export interface RouteMatch {
  /** `issues/create`. */
  readonly operationId: string;
  /** `/repos/{owner}/{repo}/issues`. */
  readonly template: string;
  /** Decoded values by parameter name. */
  readonly params: Readonly<Record<string, string>>;
}

export interface Route {
  readonly template: string;
  readonly operation: Operation;
  readonly segments: readonly Segment[];
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "one"; readonly name: string }
  | { readonly kind: "many"; readonly name: string };

export interface Router {
  find(
    method: string,
    path: string,
  ): { readonly route: Route; readonly params: Record<string, string> } | undefined;
}

/**
 * Literal segments win over parameters, and a parameter of one segment over one of many, from left to right.
 * A multi-segment parameter that ends a path may be empty (`/contents/` is the root folder).
 */
export function createRouter(document: OpenApiDocument): Router {
  const byMethod = new Map<string, Route[]>();
  for (const [template, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      const many = new Set<string>();
      for (const entry of operation.parameters ?? []) {
        const parameter = dereference(document, "parameters", entry);
        if (parameter.in === "path" && parameter["x-multi-segment"]) many.add(parameter.name);
      }
      const routes = byMethod.get(method) ?? [];
      byMethod.set(method, routes);
      routes.push({
        template,
        operation,
        segments: template
          .split("/")
          .slice(1)
          .map((text) => segment(text, many)),
      });
    }
  }
  for (const routes of byMethod.values()) routes.sort(bySpecificity);
  return {
    find(method, path) {
      const texts = path.split("/").slice(1);
      for (const route of byMethod.get(method.toLowerCase()) ?? []) {
        const params = matchSegments(route.segments, texts);
        if (params) return { route, params };
      }
      return undefined;
    },
  };
}

function segment(text: string, many: ReadonlySet<string>): Segment {
  const name = /^\{(.+)\}$/.exec(text)?.[1];
  if (name === undefined) return { kind: "literal", text };
  return { kind: many.has(name) ? "many" : "one", name };
}

const RANK = { literal: 0, one: 1, many: 2 } as const;

function bySpecificity(left: Route, right: Route): number {
  const length = Math.max(left.segments.length, right.segments.length);
  for (let index = 0; index < length; index++) {
    const a = left.segments[index];
    const b = right.segments[index];
    // The longer one asks for more: `/commits/{ref}/status` before `/commits/{ref}`.
    if (!a || !b) return a ? -1 : 1;
    if (RANK[a.kind] !== RANK[b.kind]) return RANK[a.kind] - RANK[b.kind];
  }
  return left.template < right.template ? -1 : 1;
}

function matchSegments(
  segments: readonly Segment[],
  texts: readonly string[],
): Record<string, string> | undefined {
  const [first, ...rest] = segments;
  if (!first) return texts.length === 0 ? {} : undefined;
  const [text, ...others] = texts;
  if (text === undefined) return undefined;
  if (first.kind === "literal") return text === first.text ? matchSegments(rest, others) : undefined;
  if (first.kind === "one") {
    if (text === "") return undefined;
    return bind(first.name, text, matchSegments(rest, others));
  }
  // The longest value first: what follows is literal, and a ref may hold the same word.
  for (let taken = texts.length; taken >= 1; taken--) {
    const value = texts.slice(0, taken).join("/");
    if (value === "" && rest.length > 0) continue;
    const bound = bind(first.name, value, matchSegments(rest, texts.slice(taken)));
    if (bound) return bound;
  }
  return undefined;
}

function bind(name: string, text: string, rest: Record<string, string> | undefined) {
  return rest && { ...rest, [name]: decode(text) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray percent sign is for the server to answer; here it is only a value.
  }
}
