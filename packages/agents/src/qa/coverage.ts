import { readFile, stat } from "node:fs/promises";
import { confined } from "../executor/workspace-path.ts";

const LCOV_MAX_BYTES = 100_000_000;

/** Line coverage in percent from an lcov file in the work tree; null when there is none to be read. */
export async function coverageOfFile(workDir: string, file: string): Promise<number | null> {
  const { lcovParser } = await import("@friedemannsommer/lcov-parser/sync");
  try {
    const path = await confined(workDir, file);
    const { size } = await regularFile(path);
    if (size > LCOV_MAX_BYTES) return null;
    const sections = lcovParser({ from: await readFile(path) });
    let found = 0;
    let hit = 0;
    for (const { lines } of sections) {
      found += lines.instrumented || lines.details.length;
      hit += lines.instrumented ? lines.hit : lines.details.filter((line) => line.hit > 0).length;
    }
    return found === 0 ? null : percent((100 * hit) / found);
  } catch {
    return null;
  }
}

/** Reading a pipe that a test left behind would wait for ever. */
async function regularFile(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path);
  if (!found.isFile()) throw new Error(`${path} is not a file`);
  return found;
}

/**
 * Totals as common tools print them. Istanbul's table has lines in its fourth column, Node's own test
 * runner and llvm-cov in the first or last; Python and Go print one figure.
 */
const TOTALS: readonly RegExp[] = [
  // istanbul, c8, jest, vitest: All files | % Stmts | % Branch | % Funcs | % Lines |
  /^All files\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*([\d.]+)\s*\|/m,
  // node --test --experimental-test-coverage: all files | line % | branch % | funcs % |
  /^[^\w\n]*all files[ \t]*\|\s*([\d.]+)\s*\|/m,
  // coverage.py: TOTAL  120  6  95%
  /^TOTAL[ \t]+(?:\d+[ \t]+)+([\d.]+)%/m,
  // go tool cover: total: (statements) 87.5%
  /^total:\s+\(statements\)\s+([\d.]+)%/m,
  // lcov --summary: lines......: 91.2% (…)
  /^[ \t]*lines\.*:[ \t]*([\d.]+)%/m,
];

/** Line coverage in percent from what a tool printed; null when no known total stands there. */
export function coverageOfOutput(output: string): number | null {
  for (const total of TOTALS) {
    const value = Number(total.exec(output)?.[1] ?? Number.NaN);
    if (Number.isFinite(value)) return percent(value);
  }
  return null;
}

function percent(value: number): number {
  return Math.min(100, Math.max(0, Math.round(value * 100) / 100));
}
