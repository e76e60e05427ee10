// Carries a plan of 60 nodes out over the real workflows on this machine and prints what it took.
//   --limits        under the request limits of GitHub's default token, an hour of them in a minute
//   --hour SECONDS  the same, with an hour of another length: the longer, the tighter they are for this machine
//   --engine NAME   local or act: what executes the workflows
//   --groups N      only the first N of its nine groups of units: fewer nodes, and sooner done
//   --out DIR       keeps the run's report, logs and requests there
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { printFigures } from "./large/print.ts";
import { runLarge } from "./large/run.ts";

/** Longer than a slow machine takes, and short enough that a run that hangs is noticed. */
const PATIENCE_MS = 60 * 60_000;
const HOUR_SECONDS = 60;

const { values } = parseArgs({
  options: {
    limits: { type: "boolean", default: false },
    hour: { type: "string" },
    engine: { type: "string" },
    groups: { type: "string" },
    out: { type: "string" },
  },
});
const hourMs = values.limits || values.hour ? Number(values.hour ?? HOUR_SECONDS) * 1_000 : null;
if (hourMs !== null && !(hourMs >= 1_000)) {
  console.error(`--hour ${values.hour}: give the length of an hour in seconds, at least 1.`);
  process.exit(2);
}
const groups = values.groups === undefined ? null : Number(values.groups);
if (groups !== null && !(Number.isInteger(groups) && groups >= 2)) {
  console.error(`--groups ${values.groups}: give a number of groups, at least 2.`);
  process.exit(2);
}
const engine = values.engine ?? "local";
if (engine !== "local" && engine !== "act") {
  console.error(`--engine ${engine}: there are two, local and act.`);
  process.exit(2);
}
const scratch = realpathSync(mkdtempSync(join(tmpdir(), "slipway-large-")));
const print = (text: string) => void process.stdout.write(`${text}\n`);
const began = performance.now();
const stop = new AbortController();
const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
process.once("SIGINT", () => stop.abort());

let broken: string[];
try {
  print(
    `${availableParallelism()} cores, Node ${process.version} on ${process.platform}/${process.arch}, engine ${engine}`,
  );
  if (hourMs !== null) print(`Request limits enforced; an hour of them passes in ${hourMs / 1_000} s.`);
  let merged = 0;
  const run = await runLarge({
    scratch,
    out: values.out === undefined ? join(scratch, "out") : resolve(values.out),
    signal: stop.signal,
    engine,
    ...(groups === null ? {} : { groups }),
    ...(hourMs === null ? {} : { rateLimit: { enforce: true, hourMs } }),
    onHappening(happening) {
      if (happening.type !== "event" || happening.event.type !== "node.merged") return;
      merged += 1;
      const { nodeId } = happening.event;
      print(
        `  ${String(Math.round((performance.now() - began) / 1_000)).padStart(5)} s  ${merged} merged (${nodeId})`,
      );
    },
  });
  broken = printFigures(run, { hourMs, print });
} finally {
  clearTimeout(patience);
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
}
print(
  broken.length === 0 ? "\nEvery bound holds." : `\nBroken:\n${broken.map((line) => `  ${line}`).join("\n")}`,
);
// An idle keep-alive connection of the run must not hold the process.
process.exit(broken.length === 0 ? 0 : 1);
