import {
  ConfigurationError,
  type EventRecord,
  InternalError,
  type LedgerEvent,
  ledgerRef,
  type RunState,
} from "@slipway/model";
import type { Clock, Log } from "../context.ts";
import { GitTransportError } from "../git/errors.ts";
import type { GitRemote } from "../git/remote.ts";
import { nextCommit, turnTitle } from "./format.ts";
import { type LedgerHead, readLedger } from "./read.ts";

export type Turned =
  | {
      readonly kind: "appended";
      readonly sha: string;
      readonly state: RunState;
      readonly records: readonly EventRecord[];
    }
  /** Nothing to record: the ledger is as it was. */
  | { readonly kind: "unchanged"; readonly sha: string | null; readonly state: RunState | null }
  | { readonly kind: "refused"; readonly reason: string; readonly state: RunState | null };

export interface Append extends Clock {
  readonly git: GitRemote;
  readonly log: Log;
  readonly runId: string;
  /** Login that caused the events. */
  readonly by: string;
  /**
   * What happened, given where the run stands (null: no ledger yet). Pure: it is called again with the newer state
   * when another turn was recorded first. An empty list records nothing.
   */
  readonly decide: (
    state: RunState | null,
  ) => { readonly events: readonly LedgerEvent[] } | { readonly refuse: string };
  /** A ledger head that was just read; spares the first fetch. It is not trusted: a newer one wins. */
  readonly head?: LedgerHead;
}

/** Twelve nodes in progress at once have been seen to need seven; each further try waits 2.5 s on average. */
const TRIES = 24;
const BACKOFF_BASE_MS = 200;
const BACKOFF_CAP_MS = 5_000;
const PUSHES_OF_ONE_COMMIT = 4;

/** Nobody's account: the commits say what made them, and are never on a branch. */
const IDENTITY = { name: "Slipway", email: "slipway@users.noreply.github.com" } as const;

/**
 * Appends one turn to a run's ledger: read, decide, commit, push; a compare-and-swap, so that of two turns at the
 * same time one is decided again on what the other recorded. Two git round trips, no API request.
 *
 * @throws ConfigurationError when the repository refuses the push; GitTransportError when the server stays away
 */
export async function appendToLedger(append: Append): Promise<Turned> {
  const { git, runId, decide, log } = append;
  let head = append.head ?? (await readLedger(git, runId));
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const state = head?.state ?? null;
    const decided = decide(state);
    if ("refuse" in decided) return { kind: "refused", reason: decided.refuse, state };
    if (decided.events.length === 0) return { kind: "unchanged", sha: head?.sha ?? null, state };
    const records = numbered(decided.events, state?.seq ?? 0, append);
    const made = await makeCommit(append, head, records);
    if (await pushCommit(append, made.sha, head?.sha ?? null)) {
      return { kind: "appended", sha: made.sha, state: made.state, records };
    }
    const wait = Math.round(append.random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** attempt));
    log.info(`Ledger of ${runId}: another turn was recorded first; deciding again (${attempt} of ${TRIES}).`);
    await append.sleep(wait);
    head = await readLedger(git, runId);
  }
  throw new ConfigurationError(
    `The ledger of ${runId} moved ${TRIES} times while one turn was to be recorded: too many jobs write at once. ` +
      "Lower `limits.parallel` in .github/slipway.yml, then send `advance`.",
  );
}

function numbered(events: readonly LedgerEvent[], after: number, { by, now }: Append): EventRecord[] {
  const at = now().toISOString();
  return events.map((event, index) => ({ seq: after + index + 1, at, by, event }));
}

async function makeCommit(
  { git, runId, now, random }: Append,
  head: LedgerHead | undefined,
  records: readonly EventRecord[],
) {
  const { state, files } = nextCommit(head?.state ?? null, records, turnId(random));
  if (state.runId !== runId)
    throw new InternalError(`Events of ${state.runId} do not belong into the ledger of ${runId}.`);
  const blobs = await Promise.all(
    Object.entries(files).map(async ([name, content]) => {
      const result = await git.run(["hash-object", "-w", "--stdin"], { input: content });
      return `100644 blob ${result.stdout.toString("utf8").trim()}\t${name}\n`;
    }),
  );
  const tree = (await git.run(["mktree"], { input: blobs.join("") })).stdout.toString("utf8").trim();
  const date = `${Math.floor(now().getTime() / 1_000)} +0000`;
  const parent = head ? ["-p", head.sha] : [];
  const result = await git.run(["commit-tree", tree, ...parent], {
    input: turnTitle(runId, records),
    env: {
      GIT_AUTHOR_NAME: IDENTITY.name,
      GIT_AUTHOR_EMAIL: IDENTITY.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: IDENTITY.name,
      GIT_COMMITTER_EMAIL: IDENTITY.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return { sha: result.stdout.toString("utf8").trim(), state };
}

/** 96 bits from the clock's chance, as hex. */
function turnId(random: () => number): string {
  return Array.from({ length: 24 }, () => Math.floor(random() * 16).toString(16)).join("");
}

/**
 * Pushes one commit; false when another turn was first. After an unclear failure the very same commit is pushed
 * again only while the ref is still where it was: if the lost push did arrive, or arrives late, the result is the
 * same commit, never a second one.
 */
async function pushCommit(
  { git, runId, log, sleep, random }: Append,
  sha: string,
  expected: string | null,
): Promise<boolean> {
  const ref = ledgerRef(runId);
  for (let attempt = 1; ; attempt++) {
    try {
      const outcome = await git.push(sha, ref, expected);
      if (outcome.kind === "pushed") return true;
      // Even the first answer may be about a push that arrived: on a connection that breaks, curl sends again by itself.
      return await contains(git, ref, sha);
    } catch (error) {
      if (!(error instanceof GitTransportError)) throw error;
      log.warn(`Ledger of ${runId}: the push ended unclearly; looking whether it arrived. ${error.message}`);
      await sleep(Math.round(BACKOFF_BASE_MS * 2 ** attempt * (0.5 + random() / 2)));
      const tip = (await git.lsRemote([ref])).get(ref) ?? null;
      if (tip === sha) return true;
      if (tip !== expected) return await contains(git, ref, sha);
      if (attempt >= PUSHES_OF_ONE_COMMIT) throw error;
    }
  }
}

/** Whether a commit of ours is in the chain on the server: others may already have built on it. */
async function contains(git: GitRemote, ref: string, sha: string): Promise<boolean> {
  await git.fetch([`+${ref}:${ref}`], { filter: "tree:0" });
  return (await git.run(["merge-base", "--is-ancestor", sha, ref], { codes: [0, 1] })).code === 0;
}
