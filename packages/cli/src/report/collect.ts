/** Gathers what is left of a run, while the local GitHub is still up. */

import { createGitRemote, SILENT, SYSTEM_CLOCK, verifyLedger } from "@slipway/github";
import { errorText } from "@slipway/model";
import { type Ending, exitCodeOf } from "../follow/ending.ts";
import { createLedgerReader } from "../follow/ledger.ts";
import type { Progress } from "../follow/progress.ts";
import type { Bench } from "../start/bench.ts";
import { buildReport, type ReportInput } from "./build.ts";
import type { ResultFiles } from "./folder.ts";
import { readGitHub } from "./github.ts";
import { judgeJournal } from "./journal.ts";
import { runFiles } from "./runs.ts";
import type { Report } from "./schema.ts";

export interface CollectInput {
  readonly ending: Ending;
  readonly bench: Bench;
  readonly progress: Progress;
  readonly run: ReportInput["run"];
}

export interface Collected {
  readonly report: Report;
  readonly files: Omit<ResultFiles, "report" | "model">;
}

export async function collect({ ending, bench, progress, run }: CollectInput): Promise<Collected> {
  // What is asked from here on is not part of the run.
  const exchanges = [...bench.github.journal];
  const events = await createLedgerReader(bench.bare, run.id).read();
  progress.ledger(events);
  const { state, jobs } = progress.snapshot();
  const github = await readGitHub(bench);
  const report = buildReport({
    result: resultOf(ending, judgeJournal(exchanges)),
    run,
    state,
    events,
    pullRequests: github.pullRequests,
    jobs: jobs.map((job) => ({ ...job, ran: job.startedMs !== null && job.conclusion !== "skipped" })),
    exchanges,
    ledgerProblems: events.length === 0 ? [] : await ledgerProblems(bench.bare, run.id),
  });
  return {
    report,
    files: {
      github: github.files,
      runs: runFiles(bench.runs(), bench.github.artifacts),
      requests: exchanges,
      repository: bench.bare,
    },
  };
}

/** A run that asked for what GitHub does not have, or got what GitHub does not answer, has shown nothing. */
function resultOf(ending: Ending, journal: Report["journal"]): Report["result"] {
  const result = { ...ending, detail: [...ending.detail], exitCode: exitCodeOf(ending.outcome) };
  const wrong = journal.invalid + journal.unknownRoutes;
  if (wrong === 0 || ending.outcome === "interrupted") return result;
  const requests = wrong === 1 ? "1 request was" : `${wrong} requests were`;
  return {
    ...result,
    exitCode: 1,
    sentence: `${ending.sentence} But ${requests} not as GitHub's API has it.`,
  };
}

async function ledgerProblems(bare: string, runId: string): Promise<string[]> {
  const remote = createGitRemote({
    url: `file://${bare}`,
    environment: process.env,
    log: SILENT,
    clock: SYSTEM_CLOCK,
  });
  try {
    return (await verifyLedger(remote, runId)).problems;
  } catch (error) {
    return [errorText(error)];
  } finally {
    await remote.close();
  }
}
