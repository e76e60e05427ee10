import type { ReleaseCommit } from "@slipway/model";
import { CommitParser } from "conventional-commits-parser";

const parser = new CommitParser({
  headerPattern: /^(\w+)(?:\(([^)]*)\))?(!)?: (.*)$/,
  headerCorrespondence: ["type", "scope", "breaking", "subject"],
  noteKeywords: ["BREAKING CHANGE", "BREAKING-CHANGE"],
});

/** A commit message read as a conventional commit; what is none has the type null. */
export function readCommit(sha: string, message: string): ReleaseCommit {
  const parsed = parser.parse(message || "(no message)");
  const subject = parsed.subject ?? parsed.header ?? "";
  const pull = /\s\(#(\d+)\)$/.exec(subject);
  const trailers = readTrailers(message);
  return {
    sha,
    type: parsed.type ?? null,
    scope: parsed.scope ?? null,
    subject: subject.replace(/\s\(#\d+\)$/, ""),
    breaking: Boolean(parsed.breaking) || parsed.notes.some((note) => note.title.startsWith("BREAKING")),
    releaseAs: trailers.get("Release-As")?.at(-1) ?? null,
    trailers,
    pull: pull ? Number(pull[1]) : null,
  };
}

/** Written below the message by whoever merges it. */
const ADDED = /^(-{3,}|(Co-authored-by|Signed-off-by): .*)$/i;

/** The `Key: value` lines of the last paragraph, as git reads trailers; of the one before where that only thanks. */
function readTrailers(message: string): Map<string, string[]> {
  const paragraphs = message.trimEnd().split(/\n\s*\n/);
  const last = paragraphs.findLast((one) => !one.split("\n").every((line) => ADDED.test(line.trim()))) ?? "";
  const found = new Map<string, string[]>();
  for (const line of last.split("\n")) {
    const match = /^([A-Za-z][A-Za-z-]*): (.+)$/.exec(line.trim());
    if (match?.[1] && match[2]) found.set(match[1], [...(found.get(match[1]) ?? []), match[2]]);
  }
  return found;
}
