// Makes `packages/local-github/openapi/github.json`: the part of GitHub's own OpenAPI description that the
// local GitHub serves, so that each request and response can be checked against it.
//
//   npm run openapi                 takes the description from the npm registry
//   npm run openapi -- --from FILE  takes it from an `api.github.com.json` at hand
//
// What is kept: the operations named in `operations.json` beside it, and all they refer to. The package is
// several hundred MB unpacked, therefore no dependency: it is fetched at an exact version, read and dropped.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trimDescription } from "../packages/local-github/src/openapi/trim.ts";

const PACKAGE = "@octokit/openapi";
const VERSION = "23.0.2";
const MEMBER = "package/generated/api.github.com.json";

const folder = join(import.meta.dirname, "..", "packages", "local-github", "openapi");
const operations: unknown = JSON.parse(readFileSync(join(folder, "operations.json"), "utf8"));
if (!isStringList(operations)) {
  throw new Error(
    `${join(folder, "operations.json")} must be a JSON list of operation ids, such as "issues/create".`,
  );
}
const sorted = [...new Set(operations)].sort();
if (sorted.join() !== operations.join()) {
  throw new Error(
    "operations.json must be sorted and name each operation once, so that changes to it read well.",
  );
}
const from = process.argv.indexOf("--from");
const source = from > 0 ? readFileSync(process.argv[from + 1] ?? "", "utf8") : download();
const trimmed = trimDescription(JSON.parse(source), operations, `${PACKAGE}@${VERSION}`);
const file = join(folder, "github.json");
writeFileSync(file, `${JSON.stringify(trimmed, null, 1)}\n`);
console.log(
  `${file}: ${operations.length} operations, ${Math.round(readFileSync(file).byteLength / 1024)} KiB`,
);

/** The description's text, out of the package as the registry serves it. */
function download(): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-openapi-"));
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

function isStringList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
