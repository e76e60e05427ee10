import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { type AgentTask, type Ending, NO_USAGE, type Usage } from "@slipway/model";
import { collectOr } from "../executor/draft.ts";
import { resume } from "../executor/earlier.ts";
import { cleanEnvironment } from "../process/environment.ts";
import type { Confinement } from "../process/isolation.ts";
import { marked } from "../process/landmarks.ts";
import { HeadTail } from "../process/output.ts";
import { removeFolder } from "../process/remove-folder.ts";
import { expandArgv } from "./argv.ts";
import { baselineOf, checksOf } from "./collected.ts";
import type { Executor, ExecutorWorld } from "./executor.ts";
import { ownCommits } from "./own-commits.ts";
import { type ProgramEnd, runProgram } from "./program.ts";
import { type PromptOptions, taskPrompt } from "./prompt.ts";
import { readerOf } from "./readers.ts";
import type { Recipe } from "./recipes.ts";
import { ExecutionRecord } from "./record.ts";
import { type Reply, readReply } from "./reply.ts";
import type { Report } from "./report.ts";
import { resultOf } from "./result.ts";
import { type Stops, watchStops } from "./stop.ts";

/** A recipe (`...RECIPES.codex`), or one's own: only `argv` has to be named. */
export type CommandExecutorOptions = Pick<Recipe, "argv"> &
  Partial<Omit<Recipe, "argv" | "environment">> & {
    /** What it may know beside the clean environment: its own key. Values are masked wherever they come out. */
    readonly variables?: Readonly<Record<string, string>>;
    /** For `{model}`. */
    readonly model?: string | null;
    /** How often `interrupted` is asked. Default 30 s. */
    readonly askedEveryMs?: number;
  };

/** Of the runner and of ours: none of them is a program's own. */
const NOT_TO_PASS = /^(?:GITHUB|GH|RUNNER|ACTIONS|INPUT|STATE|SLIPWAY)_|^(?:HOME|PATH)$/i;

/** So that a program can commit; nobody's name and address is in reach. */
const IDENTITY = {
  GIT_AUTHOR_NAME: "slipway-agent",
  GIT_AUTHOR_EMAIL: "slipway-agent@users.noreply.github.com",
  GIT_COMMITTER_NAME: "slipway-agent",
  GIT_COMMITTER_EMAIL: "slipway-agent@users.noreply.github.com",
};

/**
 * Has a program work on the task in the work tree. What it leaves there is the change, also when it
 * failed, was stopped or has committed by itself.
 *
 * @throws Error when a variable is named that no program may have, or no program is named
 */
export function commandExecutor(options: CommandExecutorOptions): Executor {
  const wrong = Object.keys(options.variables ?? {}).filter((name) => NOT_TO_PASS.test(name));
  if (wrong.length > 0) {
    throw new Error(`The variables ${wrong.join(", ")} are the runner's and are passed to no program.`);
  }
  if (options.argv.length === 0 || typeof options.argv[0] !== "string") {
    throw new Error("The command of an executor begins with the name of a program.");
  }
  return { execute: (task, world) => execute(options, task, world) };
}

interface Ended {
  readonly ending: Ending;
  readonly reason: string;
}

async function execute(options: CommandExecutorOptions, task: AgentTask, world: ExecutorWorld) {
  // One folder, so that a confinement has one to leave in reach.
  const own = await mkdtemp(join(tmpdir(), "slipway-command-"));
  try {
    return await inFolder(own, options, task, world);
  } finally {
    await removeFolder(own);
  }
}

async function inFolder(own: string, options: CommandExecutorOptions, task: AgentTask, world: ExecutorWorld) {
  const { workDir, earlier } = world;
  const variables = options.variables ?? {};
  const secrets = [...(world.secrets ?? []), ...Object.values(variables)];
  const [home, temp, exchange] = [join(own, "home"), join(own, "tmp"), join(own, "exchange")];
  for (const folder of [home, temp, exchange]) await mkdir(folder);
  const baseline = await baselineOf(task, workDir, own);
  const { startSha, constraints } = task;
  const { protectedPaths } = constraints;
  const resumed = earlier && (await resume(earlier, { workDir, startSha, baseline, protectedPaths, home }));
  const stops = await watchStops(task, world, options.askedEveryMs);
  try {
    const record = new ExecutionRecord(secrets, world.onStep);
    const clean = cleanEnvironment({ home, temp, ...(world.env ? { extra: world.env } : {}) });
    const rootBefore = new Set(await readdir(workDir));
    const confinement =
      world.confinement &&
      marked({
        ...world.confinement,
        hidden: [...world.confinement.hidden, baseline.folder],
        reachable: [...world.confinement.reachable, workDir, home, temp, exchange],
      });
    const kept = confinement ? { confinement } : {};
    const run = await runIt(options, task, {
      ...kept,
      workDir,
      record,
      exchange,
      stops,
      ...(earlier && resumed ? { before: { earlier, resumed } } : {}),
      env: { ...clean, ...IDENTITY, ...(options.settings ?? {}), ...variables },
    });

    // Where it is gone, collecting says so.
    await baseline.ready().then(
      () => removeLitter(workDir, rootBefore, options.litter ?? []),
      () => {},
    );
    const answer = await readReply(join(exchange, "result.json"));
    const reply: Reply = answer.kind === "read" ? answer.reply : {};
    const collected = await collectOr(baseline);
    const problems = collected.failures;
    const idle = collected.files.length + collected.refused.length === 0 && answer.kind !== "read";
    const ended = endOf(options, task, run, stops, idle);
    const commits = reply.commits ? [] : await ownCommits(workDir, task.startSha);
    const toCheck = ended.ending === "submitted" && problems.length === 0;
    const where = { ...kept, cwd: workDir, env: clean, signal: stops.signal };
    const checks = toCheck ? await checksOf(task, where, record) : [];
    const usage = usageOf(reply, run.report, options.model);
    record.add({ type: "end", ...ended, usage, dollars: run.report.dollars });
    return resultOf(task, {
      executor: "command",
      ...ended,
      problems,
      checks,
      said: {
        title: reply.title ?? (commits.length === 1 ? commits[0]?.subject : undefined),
        summary: reply.summary ?? run.report.message ?? undefined,
        commits: reply.commits ?? commits,
        notes: [
          ...(reply.notes ?? []),
          ...(answer.kind === "unusable" ? [answer.reason] : []),
          ...costNotes(task, run.report),
        ],
      },
      collected,
      usage,
      documents: [record.document],
      secrets,
      ...(world.commit ? { commit: world.commit } : {}),
    });
  } finally {
    await baseline.dispose();
    stops.dispose();
  }
}

interface Run {
  readonly end: ProgramEnd;
  readonly report: Report;
  /** The end of its standard error. */
  readonly complaint: string;
}

interface RunWorld {
  readonly workDir: string;
  readonly exchange: string;
  readonly env: Readonly<Record<string, string>>;
  readonly record: ExecutionRecord;
  readonly stops: Stops;
  readonly confinement?: Confinement;
  readonly before?: NonNullable<PromptOptions["before"]>;
}

async function runIt(options: CommandExecutorOptions, task: AgentTask, world: RunWorld): Promise<Run> {
  const inExchange = (name: string) => join(world.exchange, name);
  const resultFile = options.reply === false ? null : inExchange("result.json");
  const prompt = taskPrompt(task, { resultFile, ...(world.before ? { before: world.before } : {}) });
  await writeFile(inExchange("prompt.md"), prompt);
  await writeFile(inExchange("task.json"), JSON.stringify(task));
  const reader = readerOf(options.reader ?? "plain");
  const complaint = new HeadTail(0, 1_000);
  let end: ProgramEnd;
  try {
    const argv = expandArgv(options.argv, {
      "prompt-file": inExchange("prompt.md"),
      "task-file": inExchange("task.json"),
      "result-file": inExchange("result.json"),
      "exchange-dir": world.exchange,
      "work-dir": world.workDir,
      model: options.model ?? null,
      dollars: task.constraints.dollars === null ? null : String(task.constraints.dollars),
    });
    world.record.start(task, "command", argv, prompt);
    end = world.stops.signal.aborted
      ? { kind: "stopped" }
      : await runProgram(argv, {
          cwd: world.workDir,
          env: world.env,
          input: (options.prompt ?? "stdin") === "stdin" ? inExchange("prompt.md") : devNull,
          ...(world.confinement ? { confinement: world.confinement } : {}),
          signal: world.stops.signal,
          onText: (stream, text) => {
            world.record.output(text);
            if (stream === "stdout") reader.write(text);
            else complaint.write(Buffer.from(text));
          },
        });
  } catch (error) {
    end = { kind: "not-started", missing: false, reason: (error as Error).message };
  }
  world.record.outputEnd();
  return { end, report: reader.end(), complaint: complaint.end() };
}

function endOf(
  options: CommandExecutorOptions,
  task: AgentTask,
  run: Run,
  stops: Stops,
  idle: boolean,
): Ended {
  const program = JSON.stringify(options.argv[0]);
  const { end, report } = run;
  if (end.kind === "stopped") {
    return stops.reached() ?? { ending: "interrupted", reason: "The job was asked to stop." };
  }
  if (end.kind === "not-started") {
    const reason = end.missing
      ? `The program ${program} was not found. ${options.install ?? "Install it in .github/slipway/setup/action.yml, or correct its name in .github/slipway.yml."}`
      : `The program ${program} could not be started: ${end.reason}`;
    return { ending: "executor-failed", reason };
  }
  if (report.failure !== null) {
    const { ending, reason } = report.failure;
    return { ending, reason: `${program} did not get through: ${reason}` };
  }
  if (end.code !== 0) {
    const why = lastLines(run.complaint) || lastLines(report.loose ?? "") || lastLines(report.message ?? "");
    const ending = options.exits?.[end.code] ?? "executor-failed";
    return { ending, reason: `${program} ended with exit code ${end.code}${why === "" ? "." : `: ${why}`}` };
  }
  if (idle && task.stage === "execute") {
    const said = lastLines(report.message ?? "") || lastLines(run.complaint);
    const reason = `${program} ended well and changed nothing${said === "" ? "." : `. It said: ${said}`}`;
    return { ending: "executor-failed", reason };
  }
  return { ending: "submitted", reason: `${program} ended well.` };
}

/** The end of what was said, on one line. */
function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ").trim().slice(-400);
}

function usageOf(reply: Reply, report: Report, model: string | null | undefined): Usage {
  const { model: named, ...tokens } = reply.usage ?? report.usage;
  const name = named ?? report.usage.model ?? model ?? null;
  if (tokens.calls === 0) return NO_USAGE;
  return { ...(name === null ? {} : { model: name }), ...tokens };
}

/** A program's own limits are its own: what it went beyond is said, not undone. */
function costNotes(task: AgentTask, report: Report): string[] {
  const { dollars } = task.constraints;
  if (dollars === null || report.dollars === null || report.dollars <= dollars) return [];
  return [`It cost $${report.dollars.toFixed(2)}, and the limit is $${dollars.toFixed(2)}.`];
}

/** Files that a program keeps for itself are no part of the change; one that was there before stays. */
async function removeLitter(
  workDir: string,
  before: ReadonlySet<string>,
  litter: readonly string[],
): Promise<void> {
  if (litter.length === 0) return;
  for (const name of await readdir(workDir).catch(() => [])) {
    const isLitter = !before.has(name) && litter.some((beginning) => name.startsWith(beginning));
    if (isLitter) await rm(join(workDir, name), { recursive: true, force: true });
  }
}
