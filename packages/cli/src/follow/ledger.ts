/** Reads a run's ledger straight from the bare repository, each commit once. */
import { type EventRecord, eventRecordSchema, ledgerRef } from "@slipway/model";
import { z } from "zod";
import { git, gitMaybe, OWN_REPOSITORY } from "../git.ts";

/** Only what is needed of `turn.json`; its writer checks the rest. */
const turnSchema = z.object({ events: z.array(eventRecordSchema) });

export interface LedgerReader {
  /** Every event so far, oldest first; none when there is no such run. */
  read(): Promise<readonly EventRecord[]>;
}

export function createLedgerReader(bare: string, runId: string): LedgerReader {
  const records: EventRecord[] = [];
  const at = { cwd: bare, env: OWN_REPOSITORY };
  let known: string | undefined;
  let reading: Promise<readonly EventRecord[]> | undefined;

  const readOnce = async () => {
    const head = await gitMaybe(["rev-parse", "--verify", "--quiet", ledgerRef(runId)], at);
    if (head === undefined || head === known) return records;
    const range = known === undefined ? [head] : [`${known}..${head}`];
    const commits = (await git(["rev-list", "--reverse", "--topo-order", ...range], at))
      .split("\n")
      .filter(Boolean);
    for (const commit of commits) {
      const turn: unknown = JSON.parse(await git(["cat-file", "blob", `${commit}:turn.json`], at));
      records.push(...turnSchema.parse(turn).events);
      known = commit;
    }
    return records;
  };
  return {
    // Two reads at once would take the same commits twice.
    read() {
      const next = (reading ?? Promise.resolve()).catch(() => undefined).then(readOnce);
      reading = next;
      return next;
    },
  };
}
