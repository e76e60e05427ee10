// Everything but the tests that must hold before a change lands; all are run, then the failures are named.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string) => join(root, "node_modules", ".bin", name);
const program = (script: string, ...args: string[]) => [
  process.execPath,
  "--import",
  join(root, "scripts/json-imports.mjs"),
  join(root, "scripts", script),
  ...args,
];

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ["format and lint", [bin("biome"), "ci", "."]],
  ["types", [bin("tsc"), "-p", root]],
  ["agent catalog is fresh", program("catalog.ts", "--check")],
  ["JSON Schemas are fresh", program("schemas.ts", "--check")],
  ["action READMEs are fresh", program("action-readme.ts", "--check")],
  ["generated parts of the docs are fresh", program("docs.ts", "--check")],
  ["linters of others find nothing in workflows and actions", program("lint-workflows.ts")],
  ["dist is fresh", program("build.ts", "--check")],
];

const failed = CHECKS.filter(([name, [command, ...args]]) => {
  console.error(`\n── ${name}`);
  return spawnSync(command ?? "", args, { cwd: root, stdio: ["ignore", 2, 2] }).status !== 0;
});

if (failed.length > 0) {
  console.error(`\nFailed: ${failed.map(([name]) => name).join("; ")}.`);
  process.exit(1);
}
console.error(`\n${CHECKS.length} checks hold.`);
