// Figures and ratios, measured side by side in one run; exits 1 when a bound is broken.
//   --only NAME  one part alone; may be given more than once
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
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

/** Each prints its tables and returns the bounds that are broken. */
const PARTS: Readonly<Record<string, () => readonly string[] | Promise<readonly string[]>>> = {
  "cold-start": () => benchColdStart(root, scratch, print),
  chunks: () => benchChunks(root, scratch, print),
  decide: () => benchDecide(print),
  fold: () => {
    benchFold(print);
    return [];
  },
  makespan: () => benchMakespan(print),
  issues: () => benchIssues(print),
  packs: () => benchPacks(print),
  session: () => benchSession(print),
  sample: () => benchSample(scratch, print),
};

const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const unknown = (values.only ?? []).filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`--only ${unknown.join(", ")}: the parts are ${Object.keys(PARTS).join(", ")}.`);
  process.exit(2);
}

const broken: string[] = [];
try {
  print(
    `${availableParallelism()} cores, Node ${process.version} on ${process.platform}/${process.arch}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  for (const [name, measure] of Object.entries(PARTS)) {
    if (values.only && !values.only.includes(name)) continue;
    print("");
    broken.push(...(await measure()));
  }
} finally {
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
print(
  broken.length === 0 ? "\nEvery bound holds." : `\nBroken:\n${broken.map((line) => `  ${line}`).join("\n")}`,
);
// An idle keep-alive connection of the sample's run must not hold the process.
process.exit(broken.length === 0 ? 0 : 1);
