// Runs each workflow file of tests/conformance/workflows on this project's engine and on nektos/act, and compares both
// with what GitHub's documentation says. `--only TEXT` for some files, `--required` to fail where act is missing,
// `--logs` to see what a file said that differs.
import { parseArgs } from "node:util";
import { openAct } from "../tests/conformance/runner/act.ts";
import { readCases } from "../tests/conformance/runner/case.ts";
import {
  type Difference,
  differences,
  documented,
  idle,
  knownOfAct,
  shownDifferently,
} from "../tests/conformance/runner/compare.ts";
import { openOurs } from "../tests/conformance/runner/ours.ts";
import { findTool, missing } from "./tools/find.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    required: { type: "boolean", default: false },
    logs: { type: "boolean", default: false },
  },
});
const cases = readCases().filter(({ name }) => name.includes(values.only));
const program = findTool("act");
if (program === undefined) console.error(`SKIPPED  ${missing("act")}`);

const ours = await openOurs();
const act = program === undefined ? undefined : await openAct(program, cases);
const waiting = [...cases];
const rows = new Map<string, string>();
let failed = 0;
let known = 0;
const seconds = { ours: 0, act: 0 };

// Two at a time: this machine's cores. Our engine takes one after another, since it is given them in one repository.
let turn: Promise<unknown> = Promise.resolve();
await Promise.all([1, 2].map(work));
await ours.close();
await act?.close();

const width = Math.max(...cases.map(({ name }) => name.length));
for (const { name } of cases) console.log(`${name.padEnd(width)}  ${rows.get(name)}`);
const same = cases.length - failed - known;
console.log(
  `\n${cases.length} files: ${same} same, ${known} with documented differences, ${failed} failed; ` +
    `${seconds.ours.toFixed(0)} s on our engine, ${act === undefined ? "none" : `${seconds.act.toFixed(0)} s`} on act`,
);
process.exit(failed > 0 || (program === undefined && values.required) ? 1 : 0);

async function work(): Promise<void> {
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    const current = one;
    const problems: string[] = idle(current).map((at) => `'differs' names ${at}, where nothing differs`);
    try {
      const first = turn.then(() => timed("ours", () => ours.run(current)));
      turn = first.catch(() => undefined);
      const outcome = await first;
      const own = [...differences(documented(current), outcome), ...shownDifferently(current, outcome)];
      problems.push(...own.map((one) => told("ours", one)));
      if (values.logs && problems.length > 0) console.error(outcome.log);
      if (act !== undefined) {
        const other = await timed("act", () => act.run(current));
        const found = differences(knownOfAct(current), other).map((one) => told("act", one));
        if (values.logs && found.length > 0) console.error(other.log);
        problems.push(...found);
      }
    } catch (error) {
      problems.push(String(error));
    }
    if (problems.length > 0) failed += 1;
    else if (current.differs.length > 0) known += 1;
    const fine =
      current.differs.length === 0
        ? "same"
        : `documented difference: ${current.differs.map(({ at, page }) => `${at} (${page})`).join("; ")}`;
    rows.set(current.name, problems.length > 0 ? `FAILED\n    ${problems.join("\n    ")}` : fine);
  }
}

async function timed<T>(engine: "ours" | "act", run: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await run();
  } finally {
    seconds[engine] += (performance.now() - began) / 1000;
  }
}

function told(engine: string, { at, expected, found }: Difference): string {
  return `${engine} ${at}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`;
}
