/** How long context packs take, and how much memory, in a repository and in one of ten times the files. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Committed, committed } from "../../packages/agents/src/testing/committed.ts";
import {
  bestOf,
  brokenByPacks,
  GROWTH_MAX,
  growthOf,
  MEMORY_MAX,
  MS_MAX,
  type PacksOutcome,
  type PacksRow,
  packsOutcomeSchema,
} from "./packs/figures.ts";
import { packFiles } from "./packs/material.ts";
import type { PacksTask } from "./packs/worker.ts";
import { type Cell, table, tenth } from "./table.ts";

const SIZES = [5_000, 50_000] as const;
const TIMES = 3;
/** A bound that looks broken by time alone is measured again, and the best round counts. */
const ROUNDS_MAX = 3;

/** Prints the table and returns the bounds that are broken. */
export async function benchPacks(print: (text: string) => void): Promise<string[]> {
  const repositories: Committed[] = [];
  try {
    for (const size of SIZES) repositories.push(await committed(packFiles(size)));
    const idle = (await inWorker({ workDir: null, times: TIMES })).peakBytes;
    const rounds: PacksRow[][] = [];
    let rows: PacksRow[];
    do {
      rounds.push(await measure(repositories, idle));
      rows = bestOf(rounds);
    } while (brokenByPacks(rows).length > 0 && rounds.length < ROUNDS_MAX);
    printRows(rows, idle, print);
    return brokenByPacks(rows);
  } finally {
    for (const repository of repositories) await repository.remove();
  }
}

async function measure(repositories: readonly Committed[], idle: number): Promise<PacksRow[]> {
  const rows: PacksRow[] = [];
  for (const [at, { dir }] of repositories.entries()) {
    const outcome = await inWorker({ workDir: dir, times: TIMES });
    rows.push({ ...outcome, files: SIZES[at] ?? 0, aboveIdle: outcome.peakBytes - idle });
  }
  return rows;
}

async function inWorker(task: PacksTask): Promise<PacksOutcome> {
  const program = join(import.meta.dirname, "packs", "worker.ts");
  const child = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(task));
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`The process that makes context packs ended with ${code}.`);
  return packsOutcomeSchema.parse(JSON.parse(said));
}

function printRows(rows: readonly PacksRow[], idle: number, print: (text: string) => void): void {
  const mb = (bytes: number) => tenth(bytes / 1_000_000);
  const growth = growthOf(rows);
  print(
    `Context packs: each kind once, as wide as any agent of the catalog has it; a process for each size, median of ${TIMES}\n`,
  );
  print(
    table(
      ["files", "wall ms", "processor ms", "characters", "peak MB", "above idle MB"],
      [
        ...rows.map(({ files, wallMs, ms, characters, peakBytes, aboveIdle }): Cell[] => [
          files.toLocaleString("en"),
          Math.round(wallMs),
          Math.round(ms),
          characters,
          mb(peakBytes),
          mb(aboveIdle),
        ]),
        [
          `× ${tenth(growth.files)}`,
          `× ${tenth(growth.wallMs)}`,
          `× ${tenth(growth.ms)}`,
          "",
          "",
          `× ${tenth(growth.aboveIdle)}`,
        ],
      ],
    ),
  );
  print(
    `\n  An idle process has ${mb(idle)} MB. Processor time is that of the process, git not counted. Bounds: ${GROWTH_MAX} times as much of it for ten times the files; ${MS_MAX.toLocaleString("en")} ms and ${mb(MEMORY_MAX)} MB above idle for the most files.`,
  );
}
