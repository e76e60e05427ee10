/** The run of the large example: its repository, its answers, and what came of it. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Happening,
  NO_OPTIONS,
  type RunHooks,
  type RunResult,
  runSlipway,
} from "../../packages/cli/src/index.ts";
import { largeAnswers } from "./answers.ts";
import { readCatalogue } from "./catalogue.ts";
import { type JournalLine, waitsTold } from "./costs.ts";

const EXAMPLE = join(import.meta.dirname, "..", "..", "examples", "large");

export interface LargeRun extends RunResult {
  /** Every request to the local GitHub. */
  readonly journal: readonly JournalLine[];
  readonly workflowRuns: number;
  /** Seconds that jobs said they waited for limits. */
  readonly toldToWait: number;
  /** The last lines that it printed. */
  readonly said: string;
}

export interface LargeInput {
  readonly scratch: string;
  readonly out: string;
  /** Groups of units that are added, the first so many. Default: all. */
  readonly groups?: number;
  /** What executes the workflows, as `npm start --engine` names it. */
  readonly engine: "local" | "act";
  readonly rateLimit?: RunHooks["rateLimit"];
  readonly signal: AbortSignal;
  readonly onHappening: (happening: Happening) => void;
}

export async function runLarge(input: LargeInput): Promise<LargeRun> {
  const { scratch, out, rateLimit, signal } = input;
  const said: string[] = [];
  const output = { write: (text: string) => void said.push(text) };
  const result = await runSlipway(
    {
      ...NO_OPTIONS,
      engine: input.engine,
      repo: makeRepository(scratch),
      idea: `@${join(EXAMPLE, "idea.md")}`,
      policy: join(EXAMPLE, "slipway.yml"),
      fixtures: writeAnswers(scratch, input.groups),
      out,
    },
    { stdout: output, stderr: output, stdin: nothing(), env: process.env, cwd: scratch, signal },
    { onEvent: input.onHappening, ...(rateLimit ? { rateLimit } : {}) },
  );
  const done = result.outDir !== null;
  return {
    ...result,
    journal: done ? readJournal(join(out, "requests.jsonl")) : [],
    workflowRuns: done ? readdirSync(join(out, "runs")).length : 0,
    toldToWait: done ? sumOfWaits(join(out, "runs")) : 0,
    said: said.slice(-20).join(""),
  };
}

function makeRepository(scratch: string): string {
  const folder = join(scratch, "measures");
  cpSync(join(EXAMPLE, "repository"), folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd: folder,
    });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "feat: convert between units of a group");
  git("tag", "v0.3.0");
  return folder;
}

/** What a unit is derived from is listed before it: the first groups stand without the others. */
function writeAnswers(scratch: string, groups?: number): string {
  const folder = join(scratch, "fixtures");
  mkdirSync(folder);
  const catalogue = readCatalogue(JSON.parse(readFileSync(join(EXAMPLE, "units.json"), "utf8")));
  for (const [name, fixtures] of largeAnswers(catalogue.slice(0, groups)).files) {
    writeFileSync(join(folder, name), JSON.stringify({ fixtures }));
  }
  return folder;
}

const readJournal = (path: string) =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as JournalLine);

const sumOfWaits = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".log"))
    .reduce((sum, name) => sum + waitsTold(readFileSync(join(folder, name), "utf8")), 0);

async function* nothing(): AsyncGenerator<Uint8Array> {}
