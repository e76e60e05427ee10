// Makes `packages/local-github/graphql/github.graphql`: the part of GitHub's own published GraphQL schema that the
// local GitHub serves, and beside it `left.json`, the fields of its types that it leaves out.
//
//   npm run graphql                 takes the schema from the npm registry
//   npm run graphql -- --from FILE  takes it from a `schema.graphql` at hand
//
// What is kept is named in `served.json` there. The package is several megabytes of which one file is needed,
// therefore no dependency: it is fetched at an exact version, read and dropped.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { trimSchema } from "../packages/local-github/src/graphql/trim.ts";

const PACKAGE = "@octokit/graphql-schema";
const VERSION = "15.26.1";
const MEMBER = "package/schema.graphql";

const folder = join(import.meta.dirname, "..", "packages", "local-github", "graphql");
const names = z.array(z.string()).refine((list) => [...new Set(list)].sort().join() === list.join(), {
  message: "must be sorted and name each once, so that changes to it read well",
});
const served = z
  .strictObject({ mutations: names, queries: names, types: names })
  .parse(JSON.parse(readFileSync(join(folder, "served.json"), "utf8")));
const from = process.argv.indexOf("--from");
const source = from > 0 ? readFileSync(process.argv[from + 1] ?? "", "utf8") : download();
const { sdl, left } = trimSchema(source, served);
const head = `# Part of GitHub's GraphQL schema as ${PACKAGE}@${VERSION} has it (MIT); written by 'npm run graphql'.\n\n`;
writeFileSync(join(folder, "github.graphql"), head + sdl);
writeFileSync(join(folder, "left.json"), `${JSON.stringify(left, null, 1)}\n`);
console.log(
  `${folder}: ${served.types.length} types, ${Math.round(sdl.length / 1024)} KiB, ` +
    `${Object.values(left).flat().length} fields left out`,
);

/** The schema's text, out of the package as the registry serves it. */
function download(): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-graphql-"));
  try {
    execFileSync("npm", ["pack", `${PACKAGE}@${VERSION}`, "--silent"], {
      cwd: directory,
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    });
    const [archive] = readdirSync(directory).filter((name) => name.endsWith(".tgz"));
    if (archive === undefined)
      throw new Error(`npm pack ${PACKAGE}@${VERSION} left no archive; try it by hand.`);
    execFileSync("tar", ["-xzf", archive, MEMBER], { cwd: directory, stdio: "inherit" });
    return readFileSync(join(directory, MEMBER), "utf8");
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
