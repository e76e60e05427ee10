/** What a session has shown, as figures, and the bounds that it breaks. Pure. */
import { median } from "../stats.ts";
import { tenth } from "../table.ts";
import type { Measured } from "./measure.ts";
import { type PrefixFigures, prefixFigures } from "./prefix.ts";
import { inCacheOrder, observations, parsed, type Wire, withLastResults, withTurnAhead } from "./wire.ts";

export const TURNS = 30;
export const CHANGED = 6;
/** What a request of the loop is to share with the one before it, in the median. */
export const SHARE_MIN = 0.95;
/** Bytes of memory above an idle process. */
export const MEMORY_MAX = 150_000_000;
/** Characters that the model is shown for one call: a file's head and tail are the longest. */
export const OBSERVATION_MAX = 25_000;
/** Results that a loop keeps which rewrites its history. */
export const LAST_RESULTS = 5;

export interface PrefixRow {
  readonly wire: Wire;
  readonly what: string;
  /** Whether these are requests that were sent; else what another loop would have sent. */
  readonly sent: boolean;
  readonly figures: PrefixFigures;
}

/** The requests as they were sent, and the same conversation as other loops would have sent it. */
export function prefixRows(wire: Wire, sent: readonly string[]): PrefixRow[] {
  const bodies = sent.map(parsed);
  const row = (what: string, isSent: boolean, texts: readonly string[]): PrefixRow => ({
    wire,
    what,
    sent: isSent,
    figures: prefixFigures(texts),
  });
  return [
    row("as sent, in the order of the cache", true, bodies.map(inCacheOrder)),
    row("as sent, the bare bytes", true, sent),
    row(
      `last ${LAST_RESULTS} results alone`,
      false,
      bodies.map((body) => inCacheOrder(withLastResults(body, LAST_RESULTS))),
    ),
    row(
      "number of the turn ahead",
      false,
      bodies.map((body, at) => inCacheOrder(withTurnAhead(body, at + 1))),
    ),
  ];
}

export interface SessionFigures {
  readonly wire: Wire;
  readonly requests: number;
  readonly files: number;
  readonly ms: {
    readonly total: number;
    /** Within the stand-in's answers. */
    readonly model: number;
    readonly beyondModel: number;
    readonly start: number;
    readonly commands: number;
    readonly editor: number;
    readonly submissions: number;
    readonly collecting: number;
    readonly rest: number;
  };
  readonly bytes: { readonly peak: number; readonly idle: number; readonly aboveIdle: number };
  /** Characters of what the model was shown for each call. */
  readonly observations: {
    readonly count: number;
    readonly median: number;
    readonly longest: number;
    readonly trimmed: number;
  };
  /** Why the work does not count as finished; null when it does. */
  readonly unfinished: string | null;
}

export function sessionFigures(
  { wire, outcome, peakBytes, requests }: Measured,
  idle: number,
): SessionFigures {
  const { totalMs: total, startMs: start, collectMs: collecting, toolMs } = outcome;
  const model = requests.reduce((sum, { ms }) => sum + ms, 0);
  const { bash = 0, str_replace_based_edit_tool: editor = 0, submit = 0 } = toolMs;
  const last = requests.at(-1);
  const shown = last ? observations(parsed(last.body)) : [];
  const sizes = shown.map((text) => text.length);
  return {
    wire,
    requests: requests.length,
    files: outcome.changed.length,
    ms: {
      total,
      model,
      beyondModel: total - model,
      start,
      commands: bash,
      editor,
      submissions: submit,
      collecting,
      rest: total - model - start - bash - editor - submit - collecting,
    },
    bytes: { peak: peakBytes, idle, aboveIdle: peakBytes - idle },
    observations: {
      count: sizes.length,
      median: median(sizes),
      longest: Math.max(...sizes),
      trimmed: shown.filter((text) => /\[… \d+ characters left out …\]/.test(text)).length,
    },
    unfinished: outcome.outcome === "finished" ? null : outcome.reason,
  };
}

/** A sentence for each bound that is broken. */
export function brokenBySession(
  sessions: readonly SessionFigures[],
  prefixes: readonly PrefixRow[],
): string[] {
  const ofSessions = sessions.flatMap((figures) => {
    const { wire, requests, files, bytes, observations: shown, unfinished } = figures;
    const says = (broken: boolean, text: string) => (broken ? [`the session with ${wire} ${text}`] : []);
    return [
      ...says(unfinished !== null, `was not finished: ${unfinished}`),
      ...says(requests !== TURNS, `took ${requests} requests; ${TURNS} were scripted`),
      ...says(files !== CHANGED, `changed ${files} files; ${CHANGED} were scripted`),
      ...says(
        bytes.aboveIdle > MEMORY_MAX,
        `took ${megabytes(bytes.aboveIdle)} MB more than an idle process; ${megabytes(MEMORY_MAX)} are allowed`,
      ),
      ...says(
        shown.longest > OBSERVATION_MAX,
        `showed ${shown.longest} characters for one call; ${OBSERVATION_MAX} are allowed`,
      ),
    ];
  });
  const ofPrefixes = prefixes
    .filter(({ sent, figures }) => sent && !(figures.median >= SHARE_MIN))
    .map(
      ({ wire, what, figures }) =>
        `requests to ${wire} (${what}) share ${percent(figures.median)} % with the one before; ${percent(SHARE_MIN)} % are asked for`,
    );
  return [...ofSessions, ...ofPrefixes];
}

export const percent = (share: number) => tenth(share * 100);
export const megabytes = (bytes: number) => tenth(bytes / 1_000_000);
