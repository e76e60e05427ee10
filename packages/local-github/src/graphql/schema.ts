/** The part of GitHub's published GraphQL schema that is served, and what is left out of it. */

import { readFileSync } from "node:fs";
import { buildASTSchema, type GraphQLSchema, parse } from "graphql";

export interface ServedSchema {
  readonly schema: GraphQLSchema;
  /** Whether GitHub has this field although it is left out here. */
  isLeftOut(type: string, field: string): boolean;
}

const folder = new URL("../../graphql/", import.meta.url);

/** Reads the trimmed copy of GitHub's schema that lies beside this package's sources (written by `npm run graphql`). */
export function readGitHubSchema(): ServedSchema {
  const document = parse(readFileSync(new URL("github.graphql", folder), "utf8"), { noLocation: true });
  const left = JSON.parse(readFileSync(new URL("left.json", folder), "utf8")) as Record<string, string[]>;
  return {
    // It was valid when it was trimmed; to prove it again takes longer than all that is asked of it.
    schema: buildASTSchema(document, { assumeValidSDL: true, assumeValid: true }),
    isLeftOut: (type, field) => left[type]?.includes(field) ?? false,
  };
}
