/** `slipway run`: an idea carried through the workflows on this machine, from its check to its report. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type FaultHook, ghExports, type LocalGitHubOptions } from "@slipway/local-github";
import { type CheckedRun, checkRun } from "./check.ts";
import type { Ending } from "./follow/ending.ts";
import { follow } from "./follow/follow.ts";
import type { Happening } from "./follow/happening.ts";
import { createLedgerReader } from "./follow/ledger.ts";
import { createProgress, type Progress } from "./follow/progress.ts";
import type { RunOptions } from "./options.ts";
import { collect } from "./report/collect.ts";
import { writeResult } from "./report/folder.ts";
import { badRuns } from "./report/runs.ts";
import type { Report } from "./report/schema.ts";
import { type Bench, startBench } from "./start/bench.ts";
import { sendDispatch } from "./start/dispatch.ts";
import { OWNER, type Prepared, prepare } from "./start/prepare.ts";
import { UsageError } from "./usage-error.ts";
import { createView, type Output, type View } from "./view/view.ts";

export interface RunIo {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Fires when the person wants it to stop. */
  readonly signal: AbortSignal;
}

/** For those who run it from a program. */
export interface RunHooks {
  /** Fails, delays or cuts requests to the local GitHub. */
  readonly faults?: FaultHook;
  /** Enforces GitHub's request limits; by default requests are counted only. */
  readonly rateLimit?: LocalGitHubOptions["rateLimit"];
  /** Called at each happening, with the local GitHub at hand. */
  readonly onEvent?: (happening: Happening, bench: Bench) => void;
}

export interface RunResult {
  readonly exitCode: number;
  /** Null when it was refused, or stopped before it began. */
  readonly report: Report | null;
  readonly outDir: string | null;
}

/** Never throws for wrong use: that is exit code 2, told on standard error. */
export async function runSlipway(options: RunOptions, io: RunIo, hooks: RunHooks = {}): Promise<RunResult> {
  const startedAt = new Date();
  try {
    const checked = await checkRun(options, { ...io, now: startedAt });
    return await inTemporaryFolder((folder) => carryOut({ options, io, hooks, checked, folder, startedAt }));
  } catch (error) {
    if (io.signal.aborted) return { exitCode: 130, report: null, outDir: null };
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`slipway: ${error.message}\n`);
    return { exitCode: 2, report: null, outDir: null };
  }
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Undertaking {
  readonly options: RunOptions;
  readonly io: RunIo;
  readonly hooks: RunHooks;
  readonly checked: CheckedRun;
  readonly folder: string;
  readonly startedAt: Date;
}

async function carryOut(undertaking: Undertaking): Promise<RunResult> {
  const { options, io, hooks, checked, folder, startedAt } = undertaking;
  const view = createView({ stdout: io.stdout, stderr: io.stderr, json: options.json, env: io.env });
  const { model } = checked;
  let bench: Bench | undefined;
  const now = () => new Date();
  const progress = createProgress({
    runId: checked.request.runId,
    repository: `${OWNER}/${checked.source.name}`,
    now,
    startedAt,
    emit(happening) {
      view.happening(happening);
      if (bench) hooks.onEvent?.(happening, bench);
    },
  });
  const note = (text: string) => progress.tell({ type: "note", text });
  io.signal.addEventListener("abort", () => view.say("Stopping … (Ctrl-C once more leaves at once)"), {
    once: true,
  });
  try {
    for (const text of checked.notes) note(text);
    const prepared = await prepare(checked, folder, note, io.signal);
    const baseUrl = await model.server.start();
    bench = await startBench({
      folder,
      prepared,
      model: { provider: model.provider, apiKey: model.apiKey, baseUrl },
      others: checked.others.map(({ url, ...other }) => ({ ...other, baseUrl: url ?? baseUrl })),
      secrets: checked.secrets,
      env: io.env,
      faults: hooks.faults,
      rateLimit: hooks.rateLimit,
      engine: checked.engine.make,
      now,
      onDiagnostic: note,
    });
    return await onBench({ ...undertaking, view, progress, prepared, bench });
  } finally {
    view.close();
    await bench?.stop();
    await model.server.stop();
  }
}

interface OnBench extends Undertaking {
  readonly view: View;
  readonly progress: Progress;
  readonly prepared: Prepared;
  readonly bench: Bench;
}

async function onBench(input: OnBench): Promise<RunResult> {
  const { options, io, checked, view, progress, prepared, bench } = input;
  const { runId, dispatchId, body } = checked.request;
  const activity = watch(input);
  const suite = prepared.references.map(({ owner, name, ref }) => `${owner}/${name}@${ref}`).join(", ");
  await sendDispatch(bench.github.apiUrl, bench.repository, bench.token, body, io.signal);
  progress.tell({
    type: "started",
    runId,
    dispatchId,
    repository: bench.repository,
    url: `${bench.github.url}/${bench.repository}`,
    suite,
  });
  view.follow(() => ({ snapshot: progress.snapshot(), elapsedMs: progress.elapsedMs() }));
  const ledger = createLedgerReader(bench.bare, runId);
  const stopReading = activity.onChange(() => {
    void ledger
      .read()
      .then((records) => progress.ledger(records))
      .catch(() => undefined);
  });
  const ending = await follow({
    progress,
    ledger,
    idle: () => bench.engine.idle(),
    activity: activity.count,
    badRuns: () => badRuns(bench.runs()),
    now: () => new Date(),
    ...(options.serve ? { onWaiting: (waiting) => tellWaiting(view, waiting, bench) } : {}),
    signal: io.signal,
  });
  stopReading();
  return finish(input, ending, suite);
}

/** Feeds the progress from the local GitHub, and counts whatever happens on it. */
function watch({ bench, progress }: OnBench) {
  const listeners = new Set<() => void>();
  let happened = 0;
  const { events } = bench.github;
  events.on("run", (run) => {
    happened += 1;
    progress.workflowRun(run);
  });
  events.on("job", (job) => {
    happened += 1;
    progress.job(job);
  });
  events.on("request", (request) => {
    happened += 1;
    progress.request(request);
    // Whatever may have moved a ref.
    if (request.method !== "GET") for (const listener of listeners) listener();
  });
  return {
    count: () => happened,
    onChange(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function tellWaiting(view: View, ending: Ending, bench: Bench): void {
  view.say(`${ending.sentence}\n${serveText(bench)}`);
}

async function finish(input: OnBench, ending: Ending, suite: string): Promise<RunResult> {
  const { options, io, checked, view, progress, prepared, bench } = input;
  const endedAt = new Date();
  if (ending.outcome === "interrupted") await bench.engine.stop();
  const model = checked.model.server.exchanges();
  const { report, files } = await collect({
    ending,
    bench,
    progress,
    run: {
      id: checked.request.runId,
      dispatchId: checked.request.dispatchId,
      idea: checked.idea,
      repository: bench.repository,
      defaultBranch: prepared.repository.branch,
      suite: { reference: suite, sha: prepared.suite.sha },
      model: { kind: checked.model.kind, url: checked.model.url },
      startedAt: input.startedAt.toISOString(),
      endedAt: endedAt.toISOString(),
    },
  });
  const outDir = checked.out ?? resolve(io.cwd, ".slipway", report.run.id);
  await writeResult(outDir, { ...files, report, model });
  progress.tell({
    type: "result",
    outcome: report.result.outcome,
    exitCode: report.result.exitCode,
    sentence: report.result.sentence,
    runId: report.run.id,
    state: report.run.state,
    release: report.release?.tag ?? null,
    out: outDir,
    exchanges: report.journal.exchanges,
    invalidExchanges: report.journal.invalid + report.journal.unknownRoutes,
  });
  view.end({
    ok: report.result.exitCode === 0,
    sentence: report.result.sentence,
    lines: summaryLines(report, outDir),
  });
  if (options.serve && !io.signal.aborted) {
    view.say(serveText(bench));
    await new Promise<void>((done) => io.signal.addEventListener("abort", () => done(), { once: true }));
  }
  return { exitCode: report.result.exitCode, report, outDir };
}

function summaryLines(report: Report, outDir: string): string[] {
  const { journal } = report;
  const wrong = journal.invalid + journal.unknownRoutes;
  return [
    ...report.result.detail,
    ...journal.first.map((line) => `not as GitHub's API has it: ${line}`),
    `${journal.validated} API requests and their responses checked against GitHub's OpenAPI description, ${wrong === 0 ? "none" : wrong} wrong; ${journal.exchanges - journal.validated} other requests (git, artifacts)`,
    `They were of ${journal.routes} routes; answered ${journal.statuses.map(({ status, count }) => `${status} × ${count}`).join(", ")}`,
    `Report: ${join(outDir, "report.json")}`,
    `Result: git clone ${join(outDir, "repository.git")}`,
  ];
}

function serveText(bench: Bench): string {
  const { url, apiUrl } = bench.github;
  const { host } = new URL(url);
  return [
    "The local GitHub stays up until Ctrl-C:",
    `  git clone http://developer:${bench.token}@${host}/${bench.repository}.git`,
    `  curl -H 'authorization: Bearer ${bench.token}' '${apiUrl}/repos/${bench.repository}/issues?state=all'`,
    `  ${ghExports(url, bench.token)}; gh issue list --state all --repo ${bench.repository}`,
  ].join("\n");
}
