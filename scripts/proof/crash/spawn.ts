/** Runs of the sample, each in a process of its own. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { CrashSample, Point, PointRun } from "./point.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
/** Far beyond what a run takes on a busy machine. */
const PATIENCE_MS = 15 * 60_000;
const OUTPUT_MAX = 64 * 1024 * 1024;

/** @throws Error with the end of what the process said, when it did not come to its end */
export function runApart(point: Point | null, sample: CrashSample): Promise<PointRun> {
  const args = [
    "--import",
    join(ROOT, "scripts/json-imports.mjs"),
    join(import.meta.dirname, "worker.ts"),
    JSON.stringify(point),
    sample,
  ];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: ROOT, timeout: PATIENCE_MS, killSignal: "SIGTERM", maxBuffer: OUTPUT_MAX },
      (error, stdout, stderr) => {
        if (!error) return resolve(JSON.parse(stdout) as PointRun);
        const why = error.killed ? `did not end within ${PATIENCE_MS / 60_000} minutes` : "ended by an error";
        reject(new Error(`The process ${why}: ${stderr.slice(-2_000) || error.message.slice(-500)}`));
      },
    );
  });
}

/** Takes one item after another off the list, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const take = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, take));
}
