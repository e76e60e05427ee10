/** The folder of a run's result: everything that is left of it when the local GitHub is gone. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { git, OWN_REPOSITORY } from "../git.ts";

/** A file's name for a job: `slipway / T1 / QA` becomes `slipway-T1-QA`. */
export function fileNameOf(name: string): string {
  const safe = name
    .replace(/[^\p{L}\p{N}.]+/gu, "-")
    .replace(/^[-.]+|-+$/g, "")
    .slice(0, 120);
  return safe || "job";
}

/** Gives each of a list a file name; a second of the same name is numbered. */
export function uniqueFileNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const base = fileNameOf(name);
    let unique = base;
    for (let number = 2; used.has(unique.toLowerCase()); number += 1) unique = `${base}-${number}`;
    used.add(unique.toLowerCase());
    return unique;
  });
}

export interface RunFiles {
  /** Names the folder under `runs/`: unique over all workflows, unlike the number that GitHub shows. */
  readonly index: number;
  /** `run.json` */
  readonly run: unknown;
  /** `<file>.log` and `<file>.md`; an empty one is not written. */
  readonly jobs: readonly { readonly file: string; readonly log: string; readonly summary: string }[];
  /** `artifacts/<file>.zip`, as GitHub hands them out. */
  readonly artifacts: readonly { readonly file: string; readonly zip: Buffer | Readable }[];
}

export interface ResultFiles {
  readonly report: unknown;
  /** `github/<name>.json` */
  readonly github: Readonly<Record<string, unknown>>;
  readonly runs: readonly RunFiles[];
  readonly requests: readonly unknown[];
  readonly model: readonly unknown[];
  /** Bare repository to copy with all its refs. */
  readonly repository: string;
}

export async function writeResult(out: string, files: ResultFiles): Promise<void> {
  await mkdir(out, { recursive: true });
  await writeFile(join(out, "report.json"), json(files.report));
  await writeFile(join(out, "requests.jsonl"), jsonLines(files.requests));
  await writeFile(join(out, "model.jsonl"), jsonLines(files.model));
  await mkdir(join(out, "github"), { recursive: true });
  for (const [name, content] of Object.entries(files.github)) {
    await writeFile(join(out, "github", `${name}.json`), json(content));
  }
  for (const run of files.runs) await writeRun(join(out, "runs", String(run.index)), run);
  await copyRepository(files.repository, join(out, "repository.git"));
}

async function writeRun(folder: string, { run, jobs, artifacts }: RunFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "run.json"), json(run));
  for (const { file, log, summary } of jobs) {
    if (log !== "") await writeFile(join(folder, `${file}.log`), log);
    if (summary !== "") await writeFile(join(folder, `${file}.md`), summary);
  }
  if (artifacts.length > 0) await mkdir(join(folder, "artifacts"), { recursive: true });
  for (const { file, zip } of artifacts) await writeFile(join(folder, "artifacts", `${file}.zip`), zip);
}

/** All refs, the ledger's and the pull requests' included; nothing of the server's configuration or hooks. */
async function copyRepository(from: string, to: string): Promise<void> {
  await git(["clone", "--quiet", "--mirror", "--no-hardlinks", "--", from, to], { env: OWN_REPOSITORY });
  // The copy stands alone: where it came from is gone once the run is over.
  await git(["remote", "remove", "origin"], { cwd: to, env: OWN_REPOSITORY });
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const jsonLines = (values: readonly unknown[]) =>
  values.map((value) => `${JSON.stringify(value)}\n`).join("");
