// Carries runs out in any order of what reaches them, and prints what came of it.
//   --only PART      rules: the pure rules, in virtual time; bench: the whole machine
//   --schedules N    of the pure rules; 10,000 when not given
//   --minutes N      of the whole machine; 10 when not given
//   --from N         the first seed; by the clock when not given
//   --seed N         one schedule alone, of the part that --only names (rules when not given), in full
import { parseArgs } from "node:util";
import { proveBench, proveSeed } from "./schedules/bench.ts";
import { proveRules } from "./schedules/rules.ts";
import { added, NO_SUM, type Sum, sumOf, totalLine } from "./schedules/sum.ts";
import { runSchedule } from "./schedules/virtual/schedule.ts";

const SCHEDULES = 10_000;
const MINUTES = 10;
const PARTS = ["rules", "bench"];
const TOLD_MAX = 20;

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    schedules: { type: "string" },
    minutes: { type: "string" },
    from: { type: "string" },
    seed: { type: "string" },
  },
});
const print = (text: string) => void process.stdout.write(`${text}\n`);
const wants = (part: string) => values.only === undefined || values.only === part;

if (values.only !== undefined && !PARTS.includes(values.only)) stop(`--only ${values.only}: rules or bench.`);
let sum: Sum = NO_SUM;
if (values.seed !== undefined) {
  const seed = number("seed", 0);
  const result = values.only === "bench" ? await proveSeed(seed) : runSchedule(seed);
  print(JSON.stringify(result, null, 2));
  sum = sumOf(result);
} else {
  const from = number("from", 1 + (Date.now() % 2 ** 30));
  if (wants("rules")) sum = added(sum, await proveRules(from, number("schedules", SCHEDULES), print));
  if (wants("bench")) sum = added(sum, await proveBench(from, number("minutes", MINUTES), print));
}
for (const { seed, kind, text } of sum.problems.slice(0, TOLD_MAX)) print(`\nseed ${seed}, ${kind}: ${text}`);
if (sum.problems.length > TOLD_MAX) print(`And ${sum.problems.length - TOLD_MAX} more.`);
print(`\n${totalLine(sum)}`);
// A thread or an idle connection must not hold the process.
process.exit(sum.problems.length === 0 && sum.schedules > 0 ? 0 : 1);

function number(name: "schedules" | "minutes" | "from" | "seed", usual: number): number {
  const given = values[name];
  const read = given === undefined ? usual : Number(given);
  if (!(read >= 0)) stop(`--${name} ${given}: give a number.`);
  return read;
}

function stop(reason: string): never {
  console.error(reason);
  process.exit(2);
}
