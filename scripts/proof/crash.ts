// Every crash point of the sample run: `node scripts/proof/crash.ts --help` says what can be asked for.
import { table } from "../bench/table.ts";
import { faultsOf } from "./crash/judge.ts";
import { type CrashOptions, type Numbered, pointsOf, readOptions, USAGE } from "./crash/options.ts";
import { type Kept, openResults, type Reference, type Result } from "./crash/results.ts";
import { inParallel, runApart } from "./crash/spawn.ts";

if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
let options: CrashOptions;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exit(2);
}

const kept = openResults(options.out);
const reference = kept.reference ?? (await makeReference(kept));
if (reference.sample !== options.sample) {
  console.error(`${options.out} holds results of the sample ${reference.sample}: give another file.`);
  process.exit(2);
}
const points = pointsOf(reference.writes, options);
const name = ({ key, when, loss }: Pick<Numbered, "key" | "when" | "loss">) => `${key} ${when} ${loss}`;
const known = new Map(kept.results.map((result) => [name(result), result]));

if (options.list) {
  for (const [index, key] of reference.writes.entries()) console.log(`${index + 1}`.padStart(4), key);
  process.exit(0);
}
const calls = Object.values(reference.endState.modelCalls).reduce((sum, times) => sum + times, 0);
console.log(
  `The sample makes ${reference.writes.length} writes and ${calls} model calls. ${points.length} points, ${options.jobs} at a time.\n`,
);
const results: Result[] = [];
await inParallel(points, options.jobs, async (point) => {
  const before = known.get(name(point));
  const result = before ?? (await killed(reference, point));
  results.push(result);
  if (!before) kept.add(result);
  const verdict = result.faults.length === 0 ? "same" : "DIFFERENT";
  const how = before ? "known" : `${result.seconds} s, ${result.sweeps} sweeps`;
  console.log(
    `${String(results.length).padStart(4)}/${points.length}  ${verdict.padEnd(9)} ${point.at} ${point.when} ${point.loss}: ${point.key} (${how})`,
  );
});

const bad = results.filter(({ faults }) => faults.length > 0).sort((a, b) => a.at - b.at);
if (bad.length > 0) {
  console.log("");
  console.log(
    table(
      ["at", "when", "lost", "write"],
      bad.map(({ at, when, loss, key }) => [at, when, loss, key]),
    ),
  );
  for (const { at, when, faults } of bad) console.log(`\n${at} ${when}:\n  ${faults.join("\n  ")}`);
}
console.log(`\n${points.length} points, ${results.length - bad.length} same end state`);
process.exit(bad.length === 0 && points.length > 0 ? 0 : 1);

async function makeReference(results: Kept): Promise<Reference> {
  const { writes, endState, subjects, sweeps, seconds } = await runApart(null, options.sample);
  if (sweeps !== 0) throw new Error(`The run in which nobody is killed ended as ${endState.run}.`);
  const made: Reference = {
    type: "reference",
    sample: options.sample,
    writes: [...writes],
    endState,
    subjects,
    seconds,
  };
  results.add(made);
  return made;
}

async function killed(reference: Reference, point: Numbered): Promise<Result> {
  const { at, key, when, loss } = point;
  const base = { type: "point" as const, at, key, when, loss };
  try {
    const run = await runApart({ key, when, loss }, options.sample);
    return { ...base, faults: faultsOf(reference, run, point), sweeps: run.sweeps, seconds: run.seconds };
  } catch (error) {
    return {
      ...base,
      faults: [error instanceof Error ? error.message : String(error)],
      sweeps: 0,
      seconds: 0,
    };
  }
}
