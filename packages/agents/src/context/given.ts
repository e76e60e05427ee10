import type { ContextPack } from "@slipway/model";
import { redact } from "../prompt/redact.ts";
import { visibleText } from "../prompt/text.ts";
import type { PackName, Room } from "./budget.ts";
import { cutNote } from "./note.ts";
import { byText, inOrder } from "./order.ts";
import { fill, type Piece } from "./part.ts";
import { shared, termsOf } from "./relevance.ts";

/** A pull request that was there before this run. */
export interface EarlierPullRequest {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: "merged" | "closed" | "open";
  /** ISO time at which it got into this state. */
  readonly at: string;
  /** Files that it changed; may be empty when they were not read. */
  readonly paths: readonly string[];
}

/** The log of a job or of a command that ran lately. */
export interface RecentLog {
  /** `CI / test (ubuntu)`, `qa: test`. */
  readonly name: string;
  readonly outcome: "failure" | "success" | "cancelled";
  /** ISO time at which it ended. */
  readonly at: string;
  readonly text: string;
}

/** What another node of the same run has merged. */
export interface SiblingChange {
  readonly nodeId: string;
  readonly title: string;
  readonly summary: string;
  readonly sha: string;
  /** ISO time of the merge. */
  readonly at: string;
  readonly paths: readonly string[];
  /** Unified diff; may be left out. */
  readonly diff?: string;
}

/** What the focus of a task is made of: files it names, and words. */
export interface Focus {
  readonly paths: readonly string[];
  readonly text: string;
}

/** Earlier pull requests: those that touched a file in focus, then by words shared, then the newest. */
export function pullRequests(pulls: readonly EarlierPullRequest[], focus: Focus, room: Room): ContextPack {
  const terms = termsOf(focus.text);
  const ranked = [...pulls].sort(
    inOrder<EarlierPullRequest>(
      byNumber((pull) => touched(pull.paths, focus)),
      byNumber((pull) => shared(terms, pull.title)),
      byNewest,
      (a, b) => b.number - a.number,
    ),
  );
  const pieces = ranked.map(({ number, title, body, state, at, paths }) => ({
    name: `#${number}`,
    source: `pull request #${number}`,
    text: `${title}\n${state} ${at.slice(0, 10)}${filesLine(paths)}\n\n${body.trim() || "(no description)"}`,
  }));
  return packOf("pull-requests", pieces, room);
}

/** Recent logs: failures first, then the newest; of each the end, where it says what went wrong. */
export function recentLogs(logs: readonly RecentLog[], room: Room): ContextPack {
  const ranked = [...logs].sort(
    inOrder<RecentLog>(
      byNumber(({ outcome }) => Number(outcome === "failure")),
      byNewest,
      (a, b) => byText(a.name, b.name),
      (a, b) => byText(a.text, b.text),
    ),
  );
  const pieces = ranked.map(
    ({ name, outcome, at, text }): Piece => ({
      name,
      source: `log ${name}, ${outcome}, ${at}`,
      // What colours a part of a credential must not keep it from being found.
      text: redact(plainLog(visibleText(text))) || "(nothing was printed)",
      keep: "tail",
    }),
  );
  return packOf("logs", pieces, room);
}

/** Sibling changes: those that touched a file in focus, then the newest. */
export function siblingChanges(siblings: readonly SiblingChange[], focus: Focus, room: Room): ContextPack {
  const ranked = [...siblings].sort(
    inOrder<SiblingChange>(
      byNumber((one) => touched(one.paths, focus)),
      byNewest,
      (a, b) => byText(a.nodeId, b.nodeId),
      (a, b) => byText(a.sha, b.sha),
    ),
  );
  const pieces = ranked.map(({ nodeId, title, summary, sha, paths, diff }) => ({
    name: nodeId,
    source: `change of ${nodeId}, merged as ${sha.slice(0, 12)}`,
    text: `${title}${filesLine(paths)}\n\n${summary.trim() || "(no summary)"}${diff ? `\n\n${diff}` : ""}`,
  }));
  return packOf("siblings", pieces, room);
}

function packOf(name: PackName, pieces: readonly Piece[], room: Room): ContextPack {
  const { text, cut } = fill(pieces, room);
  return { name, text, tokens: room.measure(text), cut: cutNote(cut) };
}

const PATHS_SHOWN = 20;

function filesLine(paths: readonly string[]): string {
  if (paths.length === 0) return "";
  const sorted = [...paths].sort(byText);
  const more = sorted.length > PATHS_SHOWN ? ` and ${sorted.length - PATHS_SHOWN} more` : "";
  return `\nFiles: ${sorted.slice(0, PATHS_SHOWN).join(", ")}${more}`;
}

/** Without the time that GitHub puts before each line of a log, and without repeated lines. */
function plainLog(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z /, ""));
  const kept: string[] = [];
  let same = 0;
  for (const line of [...lines, null]) {
    if (line !== null && line === kept.at(-1) && line !== "") {
      same += 1;
      continue;
    }
    if (same > 0) kept.push(`[… the same line ${same} more times …]`);
    same = 0;
    if (line !== null) kept.push(line);
  }
  return kept.join("\n").trimEnd();
}

function touched(paths: readonly string[], focus: Focus): number {
  const wanted = new Set(focus.paths);
  return paths.filter((path) => wanted.has(path)).length;
}

/** The higher number first. */
function byNumber<T>(of: (item: T) => number): (a: T, b: T) => number {
  return (a, b) => of(b) - of(a);
}

function byNewest(a: { readonly at: string }, b: { readonly at: string }): number {
  return byText(b.at, a.at);
}
