/** The local GitHub with a consumer's repository on it, for tests that send its events themselves. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultHook, LocalGitHub, LocalGitHubOptions, WorkflowRunRecord } from "@slipway/local-github";
import { type Engine, type EventRecord, type LedgerEvent, ledgerRef } from "@slipway/model";
import { checkRun } from "../../packages/cli/src/check.ts";
import { createLedgerReader } from "../../packages/cli/src/follow/ledger.ts";
import { NO_OPTIONS } from "../../packages/cli/src/options.ts";
import { errorLines } from "../../packages/cli/src/report/runs.ts";
import { type EngineMaker, startBench } from "../../packages/cli/src/start/bench.ts";
import { prepare } from "../../packages/cli/src/start/prepare.ts";
import type { ModelExchange } from "../../packages/cli/src/start/scripted-model.ts";
import { wrongExchanges } from "./journal.ts";
import { git } from "./support.ts";

/** Far beyond what any step takes, also on a machine that is busy. */
const PATIENCE_MS = 120_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What a workflow run has come to. */
export interface Turn {
  readonly conclusion: string | null;
  /** Lines that its logs mark as errors. */
  readonly errors: readonly string[];
  /** Job summaries, one text. */
  readonly summary: string;
  /** Names of the jobs that ran. */
  readonly ran: readonly string[];
}

export interface TestBench {
  readonly bare: string;
  /** Holds everything that the local GitHub and the engine keep on disk. */
  readonly folder: string;
  readonly github: LocalGitHub;
  /** The repository under work. */
  readonly repository: { readonly owner: string; readonly name: string };
  /** `POST /repos/…/{path}` as the person who asks. */
  post(path: string, body: unknown): Promise<Answer>;
  dispatch(type: string, payload?: unknown): Promise<Answer>;
  /** Waits until no workflow run is in progress; the runs that have been started since the last time. */
  turns(): Promise<Turn[]>;
  events(runId: string): Promise<readonly EventRecord[]>;
  /** Waits until the ledger holds an event of this type. */
  until(runId: string, type: LedgerEvent["type"]): Promise<unknown>;
  /** Ids of the runs that there are, in no order. */
  runIds(): string[];
  /** Waits for a run that is not among the known ones, and gives its id. */
  newRun(known: readonly string[]): Promise<string>;
  /** Everything that a run could write: refs, issues, pull requests, comments, releases, checks. */
  written(): unknown;
  modelCalls(): number;
  /** Every request to the model so far. */
  exchanges(): readonly ModelExchange[];
  readonly engine: Engine;
  /** What the engine could not do, in its own words; `turns` throws when there is any. */
  readonly troubles: readonly string[];
  /** @throws when an exchange of a job's was not as GitHub describes it */
  stop(): Promise<void>;
}

/** Something that stands before the model: gives the address that the suite asks, and ends. */
export interface ModelFront {
  readonly url: string;
  stop(): Promise<void>;
}

export async function openBench(input: {
  repo: string;
  policy?: string;
  fixtures: string;
  /** Is asked before each request; may delay it, fail it, or have something else happen first. */
  faults?: FaultHook;
  /** Default: the engine of this repository. */
  engine?: EngineMaker;
  /** Enforces GitHub's request limits; by default requests are counted only. */
  rateLimit?: LocalGitHubOptions["rateLimit"];
  /** Stands between the suite and the scripted model, whose address it is given. */
  model?: (baseUrl: string) => Promise<ModelFront>;
}): Promise<TestBench> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8" };
  const now = () => new Date();
  const { repo, policy, fixtures } = input;
  const checked = await checkRun(
    { ...NO_OPTIONS, repo, idea: "Sent by the test itself.", fixtures, ...(policy ? { policy } : {}) },
    { cwd: folder, env, stdin: nothing(), now: now() },
  );
  const prepared = await prepare(checked, folder, () => undefined, new AbortController().signal);
  const scripted = await checked.model.server.start();
  const front = await input.model?.(scripted);
  const troubles: string[] = [];
  const bench = await startBench({
    folder,
    prepared,
    model: { ...checked.model, baseUrl: front?.url ?? scripted },
    env,
    now,
    faults: input.faults,
    rateLimit: input.rateLimit,
    engine: input.engine,
    onDiagnostic: (text) => troubles.push(text),
  });
  const [owner = "", name = ""] = bench.repository.split("/");
  let seen = 0;
  const post: TestBench["post"] = async (path, body) => {
    const response = await fetch(`${bench.github.apiUrl}/repos/${bench.repository}/${path}`, {
      method: "POST",
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${bench.token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const runIds = () =>
    git(bench.bare, "for-each-ref", "--format=%(refname)", ledgerRef("*"))
      .split("\n")
      .filter(Boolean)
      .map((ref) => ref.slice(ledgerRef("").length));
  return {
    bare: bench.bare,
    folder,
    github: bench.github,
    repository: { owner, name },
    post,
    dispatch: (type, payload) =>
      post("dispatches", { event_type: type, ...(payload === undefined ? {} : { client_payload: payload }) }),
    async turns() {
      await bench.engine.idle();
      if (troubles.length > 0) throw new Error(troubles.join("\n"));
      const runs = bench.runs().slice(seen);
      seen += runs.length;
      return runs.map(turnOf);
    },
    events: (runId) => createLedgerReader(bench.bare, runId).read(),
    until: (runId, type) => {
      const reader = createLedgerReader(bench.bare, runId);
      return eventually(`event ${type} of run ${runId}`, async () =>
        (await reader.read()).some(({ event }) => event.type === type) ? true : undefined,
      );
    },
    runIds,
    newRun: (known) => eventually("new run", async () => runIds().find((id) => !known.includes(id))),
    written() {
      const repository = bench.github.repository({ owner, name });
      return {
        refs: git(bench.bare, "for-each-ref"),
        issues: [...repository.issues.values()].map((issue) => [
          issue.number,
          issue.state,
          issue.labels.map((label) => label.name),
          issue.comments.map((comment) => comment.body),
        ]),
        releases: repository.releases.length,
        checks: repository.checkRuns.length,
        labels: [...repository.labels.keys()],
      };
    },
    modelCalls: () => checked.model.server.exchanges().length,
    exchanges: () => checked.model.server.exchanges(),
    engine: bench.engine,
    troubles,
    async stop() {
      await bench.stop();
      await front?.stop();
      await checked.model.server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
      const wrong = wrongExchanges(bench.github.journal);
      if (wrong.length > 0)
        throw new Error(`Requests that are not as GitHub describes them:\n${wrong.join("\n")}`);
    },
  };
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(25)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(`There was no ${what}, after ${PATIENCE_MS / 1_000} s of waiting.`);
}

function turnOf(run: WorkflowRunRecord): Turn {
  return {
    conclusion: run.conclusion,
    errors: run.jobs.flatMap((job) => errorLines(job.log)),
    summary: run.jobs.flatMap((job) => [...job.summaries.values()]).join("\n\n"),
    ran: run.jobs.filter((job) => job.conclusion !== "skipped").map((job) => job.name),
  };
}

// biome-ignore lint/correctness/useYield: a standard input with nothing in it
async function* nothing(): AsyncGenerator<Uint8Array> {
  return;
}
