// Runs the tests and closes on one line of totals. Arguments go to jest.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const scratch = mkdtempSync(join(tmpdir(), "slipway-test-"));
const results = join(scratch, "results.json");

const jest = spawnSync(
  process.execPath,
  [
    "--experimental-vm-modules",
    "--disable-warning=ExperimentalWarning",
    join(root, "node_modules/jest/bin/jest.js"),
    "--json",
    `--outputFile=${results}`,
    ...process.argv.slice(2),
  ],
  // Jest prints its JSON on standard output; what people read goes to standard error.
  { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
);

const totals = readTotals();
rmSync(scratch, { recursive: true, force: true });
if (totals) {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
  console.log(`Tests: ${totals.passed} passed, ${totals.failed} failed${skipped}`);
}
process.exit(jest.status ?? 1);

function readTotals(): { passed: number; failed: number; skipped: number } | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(results, "utf8"));
    const count = (key: string) => Number((json as Record<string, unknown>)[key] ?? 0);
    return {
      passed: count("numPassedTests"),
      // A suite that could not even be loaded has failed, though it counts no test.
      failed: count("numFailedTests") + count("numRuntimeErrorTestSuites"),
      skipped: count("numPendingTests") + count("numTodoTests"),
    };
  } catch {
    return undefined;
  }
}
