/**
 * `npm run proof:faults`: the proofs' sample is run among faults of GitHub, of the network and of the model, on every
 * kind of request that it makes. Each run ends as the one that nothing happens to, or stops and says why, and ends so
 * once the fault is over. See docs/proof.md.
 */
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../bench/table.ts";
import { FAULTS, type Times } from "./faults/catalog.ts";
import { alone, cellText, faultRows, type Outcome, outcomeOf } from "./faults/outcome.ts";
import {
  type Cell,
  faultsOf,
  lasting,
  PLAIN_MERGE,
  passing,
  type RunPlan,
  refused,
  spreadOf,
} from "./faults/plan.ts";
import type { Reference, RunResult } from "./faults/run.ts";

const USAGE = `npm run proof:faults -- [--spread N] [--jobs N] [--out DIR]
npm run proof:faults -- --fault NAME --on KIND [--times once|twice|always] [--from N]

--spread N   only N of the runs, as far from each other as can be
--only TEXT  only the runs whose name holds this: passing, refused, lasting 3
--jobs N     runs at the same time; default 2
--out DIR    keeps what became of each run
--reference FILE  the run that nothing happens to, as --out has kept it; default: it is made first
--list       only says which faults each run meets
--fault, --on  one fault on one kind of request, by itself`;

const LASTING_PER_RUN = 7;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      spread: { type: "string" },
      only: { type: "string" },
      jobs: { type: "string", default: "2" },
      out: { type: "string" },
      reference: { type: "string" },
      list: { type: "boolean", default: false },
      fault: { type: "string" },
      on: { type: "string" },
      times: { type: "string", default: "once" },
      from: { type: "string", default: "0" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const started = performance.now();
  const reference = values.reference
    ? (JSON.parse(readFileSync(values.reference, "utf8")) as Reference)
    : await child<Reference>(null);
  const plans = plansOf(reference, values);
  if (plans.length === 0) {
    console.error(`There is nothing to run.\n\n${USAGE}`);
    return 1;
  }
  if (values.list) {
    for (const plan of plans)
      console.log(`${plan.id}\n${plan.cells.map((cell) => `  ${cellText(cell)}`).join("\n")}`);
    return 0;
  }
  if (values.out) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, "reference.json"), JSON.stringify(reference, null, 1));
  }
  const outcomes = await inParallel(plans, Number(values.jobs), async (plan) => {
    const outcome = await judged(reference, plan, values.out);
    report(outcome);
    return outcome;
  });
  // What a run did not come to, since another fault had led it elsewhere, has a run of its own.
  const missed = plans.length === 1 ? [] : missedIn(plans, outcomes);
  const again = await inParallel(missed, Number(values.jobs), async (plan) => {
    const outcome = await judged(reference, plan, values.out);
    report(outcome);
    return outcome;
  });
  return summary(
    reference,
    [...outcomes.map(withoutMissed), ...again],
    (performance.now() - started) / 60_000,
  );
}

function missedIn(plans: readonly RunPlan[], outcomes: readonly Outcome[]): RunPlan[] {
  const plain = new Map(plans.map(({ id, plainMerge }) => [id, plainMerge]));
  return outcomes
    .flatMap(({ id, cells }) =>
      cells
        .filter(({ hits }) => hits === 0)
        .map(({ cell }) => ({ cell, plainMerge: plain.get(id) ?? false })),
    )
    .map(({ cell, plainMerge }, at) => ({ id: `alone ${at + 1}`, cells: [cell], plainMerge }));
}

const withoutMissed = (outcome: Outcome): Outcome => ({
  ...outcome,
  cells: outcome.cells.filter(({ hits }) => hits > 0),
});

interface Choice {
  readonly spread?: string | undefined;
  readonly only?: string | undefined;
  readonly fault?: string | undefined;
  readonly on?: string | undefined;
  readonly times: string;
  readonly from: string;
}

function plansOf({ seen }: Reference, { spread, only, fault, on, times, from }: Choice): RunPlan[] {
  if (fault !== undefined && on !== undefined) {
    const cell: Cell = { kind: on, fault, times: times as Times, from: Number(from) };
    return faultsOf(on).some(({ name }) => name === fault)
      ? [{ id: "alone", cells: [cell], plainMerge: on === PLAIN_MERGE }]
      : [];
  }
  const all = [...passing(seen), ...refused(seen), ...lasting(seen, LASTING_PER_RUN)];
  const chosen = only === undefined ? all : all.filter(({ id }) => id === only || id.startsWith(only));
  return spread === undefined ? chosen : spreadOf(chosen, Number(spread));
}

async function judged(reference: Reference, plan: RunPlan, out: string | undefined): Promise<Outcome> {
  try {
    const result = await child<RunResult>(plan);
    if (out)
      writeFileSync(join(out, `${plan.id.replaceAll(" ", "-")}.json`), JSON.stringify(result, null, 1));
    return outcomeOf(reference, result);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const cells = plan.cells.map((cell) => ({ cell, hits: 0, verdict: "LOST" as const }));
    return { id: plan.id, lost: [`the run could not be made: ${said}`], doubled: [], unnamed: [], cells };
  }
}

/** A run is a process of its own: none sees what another has left behind. */
function child<Result>(plan: RunPlan | null): Promise<Result> {
  return new Promise((resolve, reject) => {
    const running = fork(join(import.meta.dirname, "faults", "run.ts"), {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    running.once("message", (message: { ok: boolean; result: Result; error: string }) =>
      message.ok ? resolve(message.result) : reject(new Error(message.error)),
    );
    running.once("exit", (code) => reject(new Error(`its process ended with ${code}`)));
    running.send(plan as object);
  });
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const left = [...items.entries()];
  const results: Result[] = [];
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.max(1, most) }, worker));
  return results;
}

function report({ id, lost, doubled, unnamed, cells }: Outcome): void {
  const hit = cells.filter(({ hits }) => hits > 0).length;
  const stopped = cells.filter(({ verdict }) => verdict === "stopped").length;
  const wrong = [
    ...lost.map((text) => `  LOST     ${text}`),
    ...doubled.map((text) => `  DOUBLED  ${text}`),
    ...unnamed.map((text) => `  UNNAMED  ${text}`),
  ];
  const how = wrong.length > 0 ? "NOT THE SAME" : stopped > 0 ? `same, after ${stopped} named stops` : "same";
  console.log([`${id}: ${hit} of ${cells.length} faults met; ${how}`, ...wrong].join("\n"));
  if (wrong.length > 0 && cells.length > 1)
    for (const { cell, hits } of cells) if (hits > 0) console.log(`    ${alone(cell)}`);
}

function summary({ seen }: Reference, outcomes: readonly Outcome[], minutes: number): number {
  const cells = outcomes.flatMap((outcome) => outcome.cells);
  const missed = cells.filter(({ hits }) => hits === 0);
  const header = [
    "fault",
    "kinds",
    "requests",
    "same",
    "named stop, then same",
    "lost",
    "doubled",
    "unnamed",
  ];
  const names = FAULTS.map(({ name }) => name);
  console.log(`\n${table(header, faultRows(names, outcomes))}`);
  for (const { cell } of missed) console.log(`not met: ${cellText(cell)}`);
  const sum = (of: (outcome: Outcome) => readonly string[]) =>
    outcomes.filter((outcome) => of(outcome).length > 0).length;
  const [lost, doubled, unnamed] = [
    sum((one) => one.lost),
    sum((one) => one.doubled),
    sum((one) => one.unnamed),
  ];
  console.log(
    `\n${outcomes.length} runs, ${cells.length - missed.length} of ${cells.length} faults met, on ${seen.length} kinds of request, ` +
      `in ${Math.round(minutes)} min: ${lost} lost, ${doubled} doubled, ${unnamed} unnamed`,
  );
  return lost + doubled + unnamed > 0 ? 1 : 0;
}

process.exitCode = await main();
