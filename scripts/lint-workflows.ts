// Asks linters that we did not write about the workflow files, the actions and what may have leaked. A tool that is
// not installed is skipped, loudly; with `--required`, or where CI is set, that fails.
import { join } from "node:path";
import { LINTERS } from "./tools/lint.ts";

const root = join(import.meta.dirname, "..");
const required = process.argv.includes("--required") || ["true", "1"].includes(process.env.CI ?? "");

let failed = 0;
for (const { name, lint } of LINTERS) {
  const verdict = lint(root);
  if (verdict.kind === "clean") {
    console.error(`${name}: no findings`);
  } else if (verdict.kind === "skipped") {
    console.error(`SKIPPED  ${verdict.why}`);
    if (required) failed += 1;
  } else {
    console.error(`${name}:\n${verdict.text}`);
    failed += 1;
  }
}
process.exit(failed > 0 ? 1 : 0);
