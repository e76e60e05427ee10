import {
  type EventRecord,
  eventRecordSchema,
  foldEvents,
  InternalError,
  type RunState,
  stateSchema,
} from "@slipway/model";
import { z } from "zod";

/** Files in the tree of each ledger commit. */
export const TURN_FILE = "turn.json";
export const STATE_FILE = "state.json";

/** The events of one turn: `turn.json`. */
export const turnSchema = z.lazy(() =>
  z
    .strictObject({
      version: z.literal(1),
      /** Made up for this turn, so that two turns that say the same are still two commits. */
      id: z.string().min(1).max(64),
      /** First and last event number of the turn. */
      from: z.number().int().positive(),
      to: z.number().int().positive(),
      events: z.array(eventRecordSchema).min(1),
    })
    .superRefine((turn, context) => {
      const expected = turn.events.map((_, index) => turn.from + index);
      if (
        turn.events.some((record, index) => record.seq !== expected[index]) ||
        turn.to !== expected.at(-1)
      ) {
        context.addIssue({
          code: "custom",
          message: `its events are not numbered ${turn.from} to ${turn.to}`,
        });
      }
    }),
);
export type Turn = z.infer<typeof turnSchema>;

/** JSON with one key a line: readable with `git show`, and small in a pack beside the turn before. */
export function ledgerJson(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

/** @throws InternalError naming the ledger commit and what is wrong with the file */
export function parseTurn(bytes: Buffer | undefined, where: string): Turn {
  return parseFile(turnSchema, bytes, `${TURN_FILE} of ${where}`);
}

/** @throws InternalError naming the ledger commit and what is wrong with the file */
export function parseState(bytes: Buffer | undefined, where: string): RunState {
  return parseFile(stateSchema, bytes, `${STATE_FILE} of ${where}`);
}

function parseFile<T>(schema: z.ZodType<T>, bytes: Buffer | undefined, where: string): T {
  if (bytes === undefined)
    throw new InternalError(`${where} is missing: this commit was not written by Slipway.`);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    throw new InternalError(`${where} is not JSON: ${(error as Error).message}`);
  }
  return checked(schema, value, where);
}

/** One line for people: `r-20261120-7f3k2a #12-14 node.claimed T3, node.claimed T4`. */
export function turnTitle(runId: string, records: readonly EventRecord[]): string {
  const first = records[0]?.seq ?? 0;
  const last = records.at(-1)?.seq ?? 0;
  const names = records.map(({ event }) => {
    const about = "nodeId" in event ? event.nodeId : "stage" in event ? event.stage : null;
    return about === null ? event.type : `${event.type} ${about}`;
  });
  const shown = names.length > 4 ? [...names.slice(0, 3), `and ${names.length - 3} more`] : names;
  return `${runId} #${first === last ? first : `${first}-${last}`} ${shown.join(", ")}`;
}

/**
 * Both files of the ledger commit that follows `previous`. Pure. They are checked before they are written: a turn that
 * cannot be read again would stop its run for good.
 *
 * @throws InternalError when the events or the state that they give are not what the schemas describe
 */
export function nextCommit(previous: RunState | null, records: readonly EventRecord[], id: string) {
  const from = records[0]?.seq ?? 0;
  const turn = checked(
    turnSchema,
    { version: 1, id, from, to: from + records.length - 1, events: records },
    "The turn to be recorded",
  );
  const state = checked(
    stateSchema,
    foldEvents(previous, turn.events),
    "The state after the turn to be recorded",
  );
  return { turn, state, files: { [TURN_FILE]: ledgerJson(turn), [STATE_FILE]: ledgerJson(state) } };
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  throw new InternalError(
    `${what} is damaged${path ? ` at ${path}` : ""}: ${issue?.message ?? "unknown reason"}.`,
  );
}
