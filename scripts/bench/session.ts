/** A session of thirty turns in a repository of 5,000 files: what each request shares with the one before, and what it takes. */
import {
  brokenBySession,
  CHANGED,
  LAST_RESULTS,
  MEMORY_MAX,
  megabytes,
  OBSERVATION_MAX,
  type PrefixRow,
  percent,
  prefixRows,
  type SessionFigures,
  SHARE_MIN,
  sessionFigures,
  TURNS,
} from "./session/figures.ts";
import { idlePeak, measureSessions } from "./session/measure.ts";
import { type Cell, table, tenth } from "./table.ts";

const FILES = 5_000;

/** Prints the tables and returns the bounds that are broken. */
export async function benchSession(print: (text: string) => void): Promise<string[]> {
  const idle = await idlePeak();
  const measured = await measureSessions(["anthropic", "openai"], FILES);
  const prefixes = measured.flatMap(({ wire, requests }) =>
    prefixRows(
      wire,
      requests.map(({ body }) => body),
    ),
  );
  const sessions = measured.map((one) => sessionFigures(one, idle));
  printPrefixes(prefixes, print);
  print("");
  printSessions(sessions, print);
  return brokenBySession(sessions, prefixes);
}

function printPrefixes(rows: readonly PrefixRow[], print: (text: string) => void): void {
  print(
    `What each of ${TURNS} requests shares with the one before, from the first byte on: bodies as the stand-in received them\n`,
  );
  print(
    table(
      ["wire form", "history", "median %", "least %", "of the one before %", "read anew kB", "of kB"],
      rows.map(({ wire, what, figures }) => [
        wire,
        what,
        percent(figures.median),
        percent(figures.least),
        percent(figures.ofPrevious),
        kilobytes(figures.readAnew),
        kilobytes(figures.all),
      ]),
    ),
  );
  print(
    `\n  Order of the cache: what is asked with, tools, system, messages, without the marks that tell where to cache. The last two of each wire form were not sent: they are the same conversation by a loop that shows the last ${LAST_RESULTS} results alone, and by one that tells the number of the turn in the system prompt.`,
  );
  const times = rows
    .filter(({ sent }) => !sent)
    .map(({ wire, what, figures }) => {
      const own = rows.find((row) => row.wire === wire)?.figures.readAnew ?? Number.NaN;
      return `${wire}, ${what}: ${tenth(figures.readAnew / own)} times as much read anew`;
    });
  print(`  ${times.join("; ")}.`);
  print(`  Bound: the median of what was sent at least ${percent(SHARE_MIN)} %.`);
}

function printSessions(sessions: readonly SessionFigures[], print: (text: string) => void): void {
  const rows: readonly [string, (figures: SessionFigures) => number][] = [
    ["requests", ({ requests }) => requests],
    ["files changed", ({ files }) => files],
    ["wall time s", ({ ms }) => seconds(ms.total)],
    ["within the model's answers s", ({ ms }) => seconds(ms.model)],
    ["beyond the model s", ({ ms }) => seconds(ms.beyondModel)],
    ["  before the first turn s", ({ ms }) => seconds(ms.start)],
    ["  commands s", ({ ms }) => seconds(ms.commands)],
    ["  editor s", ({ ms }) => seconds(ms.editor)],
    ["  two submissions, with the tests s", ({ ms }) => seconds(ms.submissions)],
    ["  collecting the change s", ({ ms }) => seconds(ms.collecting)],
    ["  all else s", ({ ms }) => seconds(ms.rest)],
    ["peak memory MB", ({ bytes }) => megabytes(bytes.peak)],
    ["  of an idle process MB", ({ bytes }) => megabytes(bytes.idle)],
    ["  above it MB", ({ bytes }) => megabytes(bytes.aboveIdle)],
    ["observations", ({ observations: { count } }) => count],
    ["  median characters", ({ observations }) => observations.median],
    ["  longest, characters", ({ observations }) => observations.longest],
    ["  cut to head and tail", ({ observations }) => observations.trimmed],
  ];
  print(
    `The session: ${TURNS} turns that change ${CHANGED} files in a repository of ${FILES.toLocaleString("en")}, with real commands\n`,
  );
  print(
    table(
      ["figure", ...sessions.map(({ wire }) => wire)],
      rows.map(([name, of]): Cell[] => [name, ...sessions.map(of)]),
    ),
  );
  print(
    `\n  Memory is that of the process with the loop, its commands not counted; the idle one has loaded the same.\n  Bounds: ${megabytes(MEMORY_MAX)} MB above an idle process; ${OBSERVATION_MAX.toLocaleString("en")} characters for one call.`,
  );
}

const kilobytes = (bytes: number) => Math.round(bytes / 1_000);
const seconds = (ms: number) => tenth(ms / 1_000);
