import {
  canonicalJson,
  type EventRecord,
  foldEvents,
  InternalError,
  ledgerRef,
  type RunState,
} from "@slipway/model";
import { MissingRefError } from "../git/errors.ts";
import { parseBatch } from "../git/parse.ts";
import type { GitRemote } from "../git/remote.ts";
import { parseState, parseTurn, STATE_FILE, TURN_FILE, type Turn } from "./format.ts";

export interface LedgerHead {
  /** Newest commit of the run's ledger. */
  readonly sha: string;
  readonly state: RunState;
}

/**
 * Where a run stands: the snapshot of the newest commit of its ledger. One git fetch of one commit; no API request.
 *
 * @returns undefined when there is no such run
 * @throws InternalError when the commit is not what Slipway writes
 */
export async function readLedger(git: GitRemote, runId: string): Promise<LedgerHead | undefined> {
  const ref = ledgerRef(runId);
  try {
    await git.fetch([`+${ref}:${ref}`], { depth: 1 });
  } catch (error) {
    if (error instanceof MissingRefError) return undefined;
    throw error;
  }
  const result = await git.run(["cat-file", "--batch"], {
    input: `${ref}\n${ref}:${TURN_FILE}\n${ref}:${STATE_FILE}\n`,
  });
  const sha = result.stdout.subarray(0, 40).toString("utf8");
  const [, turnBytes, stateBytes] = parseBatch(result.stdout);
  const where = `ledger commit ${sha} of ${runId}`;
  const turn = parseTurn(turnBytes, where);
  const state = parseState(stateBytes, where);
  if (state.runId !== runId) throw new InternalError(`The ${where} belongs to ${state.runId}.`);
  if (state.seq !== turn.to) {
    throw new InternalError(`The ${where} ends at event ${turn.to}, its snapshot at ${state.seq}.`);
  }
  return { sha, state };
}

export interface LedgerCommit {
  readonly sha: string;
  readonly turn: Turn;
  readonly state: RunState;
}

/**
 * Every event of a run, oldest first. Fetches the whole chain; no API request.
 *
 * @throws MissingRefError when there is no such run, InternalError when the chain has a gap
 */
export async function readEvents(git: GitRemote, runId: string): Promise<EventRecord[]> {
  const chain = await readChain(git, runId);
  const records = chain.flatMap(({ turn }) => turn.events);
  records.forEach((record, index) => {
    if (record.seq !== index + 1) {
      throw new InternalError(
        `The ledger of ${runId} has event ${record.seq} where event ${index + 1} belongs.`,
      );
    }
  });
  return records;
}

/**
 * Whether each snapshot in the chain equals the fold of the events up to it.
 *
 * @returns the number of events, and one sentence for each commit that is wrong (none: the ledger is sound)
 */
export async function verifyLedger(
  git: GitRemote,
  runId: string,
): Promise<{ events: number; problems: string[] }> {
  const problems: string[] = [];
  let state: RunState | null = null;
  for (const { sha, turn, state: snapshot } of await readChain(git, runId)) {
    try {
      state = foldEvents(state, turn.events);
    } catch (error) {
      problems.push(`${sha}: ${(error as Error).message}`);
      return { events: state?.seq ?? 0, problems };
    }
    if (canonicalJson(state) !== canonicalJson(snapshot)) {
      problems.push(`${sha}: its snapshot is not the fold of the events up to ${turn.to}.`);
    }
  }
  return { events: state?.seq ?? 0, problems };
}

async function readChain(git: GitRemote, runId: string): Promise<LedgerCommit[]> {
  const ref = ledgerRef(runId);
  await git.fetch([`+${ref}:${ref}`]);
  const list = await git.run(["rev-list", "--reverse", "--topo-order", "--parents", ref]);
  const commits = list.stdout.toString("utf8").trim().split("\n");
  const shas = commits.map((line) => {
    const [sha = "", ...parents] = line.split(" ");
    if (parents.length > 1)
      throw new InternalError(`Ledger commit ${sha} of ${runId} has more than one parent.`);
    return sha;
  });
  const input = shas.map((sha) => `${sha}:${TURN_FILE}\n${sha}:${STATE_FILE}\n`).join("");
  const contents = parseBatch((await git.run(["cat-file", "--batch"], { input })).stdout);
  return shas.map((sha, index) => {
    const where = `ledger commit ${sha} of ${runId}`;
    return {
      sha,
      turn: parseTurn(contents[2 * index], where),
      state: parseState(contents[2 * index + 1], where),
    };
  });
}
