// Runs test/*.test.ts, or those whose name contains an argument, on Node's own test runner.
import { readdir } from "node:fs/promises";
import { register } from "node:module";

// Node before 22.18 does not run TypeScript by itself.
if (!process.features.typescript) register("./strip-types.mjs", import.meta.url);

const folder = new URL("../test/", import.meta.url);
const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter(
  (name) => name.endsWith(".test.ts") && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
);
if (files.length === 0) {
  console.error(`No test file has ${wanted.join(" or ") || ".test.ts"} in its name.`);
  process.exitCode = 1;
}
for (const name of files.sort()) await import(new URL(name, folder).href);
