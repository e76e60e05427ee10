// Carries runs out in any order of what reaches them, and prints what came of it.
//   --only PART      rules: the pure rules, in virtual time; bench: the whole machine
//   --schedules N    of the pure rules; 10,000 when not given
//   --minutes N      of the bench; 10 when not given
//   --from N         the first seed; by the clock when not given
//   --seed N         one schedule alone, of the part that --only names, with all that is wrong with it
import { parseArgs } from "node:util";
import { proveRules } from "./schedules/rules.ts";
import { added, NO_SUM, type Sum, sumOf, totalLine } from "./schedules/sum.ts";
import { runSchedule } from "./schedules/virtual/schedule.ts";

const SCHEDULES = 10_000;

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
const number = (text: string | undefined, usual: number) => (text === undefined ? usual : Number(text));
const wants = (part: string) => values.only === undefined || values.only === part;

let sum: Sum = NO_SUM;
if (values.seed !== undefined) {
  const result = runSchedule(Number(values.seed));
  print(JSON.stringify(result, null, 2));
  sum = sumOf(result);
} else {
  const from = number(values.from, Date.now() % 2 ** 30);
  if (wants("rules")) sum = added(sum, await proveRules(from, number(values.schedules, SCHEDULES), print));
}
for (const { seed, kind, text } of sum.problems.slice(0, 20)) print(`\nseed ${seed}, ${kind}: ${text}`);
print(`\n${totalLine(sum)}`);
process.exit(sum.problems.length === 0 && sum.schedules > 0 ? 0 : 1);
