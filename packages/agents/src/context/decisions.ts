import type { ContextPack } from "@slipway/model";
import type { Room } from "./budget.ts";
import { cutNote } from "./note.ts";
import { byText, inOrder } from "./order.ts";
import { fill } from "./part.ts";
import { shared, termsOf } from "./relevance.ts";
import { readTexts, type TrackedFile } from "./tracked.ts";

/** Where projects keep the records of their decisions (adr.github.io, adr-tools, MADR, log4brains). */
const FOLDER =
  /(?:^|\/)(?:adrs?|decisions?|decision-records|architecture-decisions?|docs?\/arch(?:itecture)?)\/[^/]+\.(?:md|markdown|rst|adoc|txt)$/i;
const NO_DECISION = /^(?:readme|index|template|_.*|.*[-_.]template|template[-_.].*)\.[a-z]+$/i;
/** Read at most so many, the newest: more than a person could keep to. */
const READ_MAX = 300;
/** What a decision says of its own standing: `Status: Superseded by 12`, or a heading and the word below it. */
const GIVEN_UP =
  /(?:^|\n)[#*\-\s]*status\b[*:\s]*(?:\n\s*)*[*\s]*(?:superseded|deprecated|rejected|abandoned)\b/i;

interface Decision {
  readonly path: string;
  readonly text: string;
  readonly standing: boolean;
  readonly score: number;
  readonly number: number;
}

/**
 * The architecture decisions of a repository. Those that stand come before those that were given up;
 * among them those that share most words with the task (a word of the title counts as three), then the
 * newest by the number or date in the file's name.
 */
export async function decisions(
  workDir: string,
  files: readonly TrackedFile[],
  focus: string,
  room: Room,
): Promise<ContextPack> {
  const terms = termsOf(focus);
  const records = files.filter(({ path }) => FOLDER.test(path) && !NO_DECISION.test(baseOf(path)));
  const newest = [...records].sort(
    inOrder(
      (a, b) => numberOf(b.path) - numberOf(a.path),
      (a, b) => byText(b.path, a.path),
    ),
  );
  const texts = await readTexts(workDir, newest.slice(0, READ_MAX));
  const ranked = texts
    .flatMap((one) => (one.kind === "text" ? [decisionOf(one.file.path, one.text, terms)] : []))
    .sort(
      inOrder<Decision>(
        (a, b) => Number(b.standing) - Number(a.standing),
        (a, b) => b.score - a.score,
        (a, b) => b.number - a.number,
        (a, b) => byText(b.path, a.path),
      ),
    );
  const pieces = ranked.map(({ path, text }) => ({ name: path, source: `decision ${path}`, text }));
  const { text, cut } = fill(pieces, room);
  const unfit = texts.flatMap((one) => (one.kind === "unfit" ? [{ name: one.file.path, why: one.why }] : []));
  const older = newest.length - texts.length;
  const more = older > 0 ? [`${older} older decisions were not read`] : [];
  return { name: "decisions", text, tokens: room.measure(text), cut: cutNote({ ...cut, unfit, more }) };
}

function decisionOf(path: string, text: string, terms: ReadonlySet<string>): Decision {
  const title = `${baseOf(path)} ${/^#+\s+(.*)$/m.exec(text)?.[1] ?? ""}`;
  return {
    path,
    text,
    standing: !GIVEN_UP.test(text.slice(0, 4_000)),
    score: 3 * shared(terms, title) + shared(terms, text),
    number: numberOf(path),
  };
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** `0012-…` is 12, `adr-7-…` is 7, `2026-05-01-…` is 20260501; a name without a number is the oldest. */
function numberOf(path: string): number {
  const found = /^(?:adr[-_ ]?)?(\d{4}-\d{2}-\d{2}|\d{1,8})(?!\d)/i.exec(baseOf(path))?.[1];
  return found === undefined ? -1 : Number(found.replaceAll("-", ""));
}
