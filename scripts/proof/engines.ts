// The sample of `npm start` on both engines: the same end state, field by field, and how long each took.
//   --sample small  the proofs' own sample instead, which takes a quarter of the time
//   --out DIR       keeps both end states there
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ACT_LIMITS, ACT_REWRITES, ACT_VERSION, createActEngine, findAct } from "@slipway/local-runner";
import { table } from "../bench/table.ts";
import { differences, differenceText, type Value } from "./differences.ts";
import { judge } from "./engines/documented.ts";
import { type Ran, runSample } from "./engines/run.ts";

const { values } = parseArgs({
  options: { sample: { type: "string", default: "sample" }, out: { type: "string" } },
});
const { sample } = values;
if (sample !== "sample" && sample !== "small") {
  console.error(`--sample ${sample}: there are two, sample and small.`);
  process.exit(2);
}
const act = findAct(process.env);
if (act.kind !== "found") {
  console.log(`\n*** ${act.problem}\n*** The comparison of the engines is skipped.\n`);
  process.exit(0);
}

console.log(
  `local-runner and nektos/act ${ACT_VERSION} in host mode, on the ${sample === "small" ? "small sample" : "sample of npm start"}\n`,
);
const { program } = act;
const ours = await runSample(sample);
tell("local-runner", ours);
const theirs = await runSample(sample, (settings) => createActEngine({ ...settings, program }));
tell("act", theirs);

const reference = JSON.parse(JSON.stringify(ours.endState)) as Readonly<Record<string, Value>>;
const other = JSON.parse(JSON.stringify(theirs.endState)) as Readonly<Record<string, Value>>;
if (values.out !== undefined) {
  mkdirSync(values.out, { recursive: true });
  for (const [name, state] of Object.entries({ "local-runner": reference, act: other })) {
    writeFileSync(join(values.out, `${name}.json`), `${JSON.stringify(state, null, 2)}\n`);
  }
}
const judged = judge(differences(reference, other));
console.log(
  `\n${table(
    ["compared", "values", "differences"],
    Object.entries(reference).map(([field, value]) => [
      field,
      countValues(value),
      judged.filter(({ difference }) => difference.path.split("/")[0] === field).length,
    ]),
  )}`,
);
for (const { difference, cause } of judged) {
  console.log(
    `\n${differenceText(difference)}\n  ${cause === undefined ? "NOT DOCUMENTED" : `cause: ${cause}`}`,
  );
}
console.log("\nRewrites, in a copy of the files that act reads:");
for (const { what, why } of ACT_REWRITES) console.log(`  ${what}. ${why}`);
console.log("\nLimits of act:");
for (const { what, so } of ACT_LIMITS) console.log(`  ${what} ${so}`);
const open = judged.filter(({ cause }) => cause === undefined).length;
console.log(
  `\nwall time: ${ours.seconds.toFixed(1)} s to ${theirs.seconds.toFixed(1)} s, a ratio of ${(ours.seconds / theirs.seconds).toFixed(2)} (ours to act's)`,
);
console.log(`${judged.length} differences, ${open} differences not documented`);
process.exit(open === 0 ? 0 : 1);

function tell(name: string, { endState, seconds, workflowRuns, jobs, unwell }: Ran): void {
  console.log(
    `${name.padEnd(12)}  ${endState.run} after ${seconds.toFixed(1)} s: ${workflowRuns} workflow runs, ${jobs} jobs`,
  );
  for (const line of unwell) console.log(`  ${line}`);
}

function countValues(value: Value): number {
  if (typeof value !== "object" || value === null) return 1;
  const inner: readonly Value[] = Object.values(value);
  return inner.map(countValues).reduce((sum, count) => sum + count, 0);
}
