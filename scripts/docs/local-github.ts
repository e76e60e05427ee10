/** What the local GitHub serves, as tables for its page. */
import { z } from "zod";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The routes below `/repos/{owner}/{repo}`, out of the table of what each asks of a token, one row a path. */
export function routeTable(source: string): string {
  const methods = new Map<string, string[]>();
  for (const [, method = "", path = ""] of source.matchAll(/^ {2}"([A-Z]+) (\/?[^"]*)":/gm)) {
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  const rows = [...methods].sort(([one], [other]) => (one < other ? -1 : 1));
  const cell = (list: readonly string[]) => METHODS.filter((method) => list.includes(method)).join(", ");
  return [
    "| below `/repos/{owner}/{repo}` | methods |",
    "|---|---|",
    ...rows.map(([path, list]) => `| \`${path || "(itself)"}\` | ${cell(list)} |`),
  ].join("\n");
}

const served = z.object({
  queries: z.array(z.string()),
  mutations: z.array(z.string()),
  types: z.array(z.string()),
});

/** Queries, mutations and types; those that only carry others (connections, edges, payloads) are left out. */
export function graphQlTable(given: unknown): string {
  const { queries, mutations, types } = served.parse(given);
  const shown = types.filter((name) => !/(?:Connection|Edge|Payload)$/.test(name));
  const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(", ");
  return [
    "| | |",
    "|---|---|",
    `| queries | ${names(queries)} |`,
    `| mutations | ${names(mutations)} |`,
    `| types | ${names(shown)} |`,
  ].join("\n");
}
