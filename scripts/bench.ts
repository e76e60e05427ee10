// Figures and ratios, measured side by side in one run; exits 1 when a bound is broken.
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { benchChunks } from "./bench/chunks.ts";
import { benchColdStart } from "./bench/cold-start.ts";
import { benchDecide } from "./bench/decide.ts";
import { benchFold } from "./bench/fold.ts";
import { benchIssues } from "./bench/issues.ts";
import { benchMakespan } from "./bench/makespan.ts";
import { benchPacks } from "./bench/packs.ts";
import { benchSample } from "./bench/sample.ts";
import { benchSession } from "./bench/session.ts";

const root = join(import.meta.dirname, "..");
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "slipway-bench-")));
const print = (text: string) => void process.stdout.write(`${text}\n`);
const broken: string[] = [];

try {
  print(
    `${availableParallelism()} cores, Node ${process.version} on ${process.platform}/${process.arch}, load ${loadavg()[0]?.toFixed(1)}\n`,
  );
  broken.push(...benchColdStart(root, scratch, print));
  print("");
  broken.push(...benchChunks(root, scratch, print));
  print("");
  broken.push(...benchDecide(print));
  print("");
  benchFold(print);
  print("");
  broken.push(...benchMakespan(print));
  print("");
  broken.push(...(await benchIssues(print)));
  print("");
  broken.push(...(await benchPacks(print)));
  print("");
  broken.push(...(await benchSession(print)));
  print("");
  broken.push(...(await benchSample(scratch, print)));
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
print(
  broken.length === 0 ? "\nEvery bound holds." : `\nBroken:\n${broken.map((line) => `  ${line}`).join("\n")}`,
);
// An idle keep-alive connection of the sample's run must not hold the process.
process.exit(broken.length === 0 ? 0 : 1);
