import { createHash } from "node:crypto";
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Minimatch } from "minimatch";

/**
 * The SHA-256 over the SHA-256 of each matching file; empty when nothing matches. The order is that of the patterns'
 * fixed beginnings, each walked by name, so that the same files named in another order give another hash.
 * Patterns are relative to the workspace, whether they begin with a slash or not (as GitHub documents it), `!` takes
 * files away again, a matched folder means all below it, and `#` starts a comment: the rules of `@actions/glob`, which
 * GitHub's runner uses for `hashFiles`.
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const lines = patterns.flatMap((pattern) => pattern.split(/\r?\n/)).map((line) => line.trim());
  const rules = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => rule(workspace, line));
  const total = createHash("sha256");
  let count = 0;
  const seen = new Set<string>();
  const found = starts(rules).flatMap((start) => [...below(join(workspace, start), seen)]);
  for (const file of found) {
    if (!selected(relative(workspace, file), rules)) continue;
    total.update(createHash("sha256").update(readFileSync(file)).digest());
    count += 1;
  }
  return count === 0 ? "" : total.digest("hex");
}

interface Rule {
  readonly take: boolean;
  /** The part of the pattern, from its left, that is the same for every file that matches; `.` for none. */
  readonly start: string;
  readonly matches: (path: string) => boolean;
}

function rule(workspace: string, line: string): Rule {
  const take = !line.startsWith("!");
  const text = take ? line : line.slice(1).trim();
  // A slash at its beginning means the top of the workspace, unless it is the workspace's own path.
  const path = text.replace(/^~\//, "/");
  const whole = path === workspace || path.startsWith(`${workspace}/`);
  const absolute = whole ? resolve(path) : resolve(workspace, path.replace(/^\/+/, ""));
  const pattern = relative(workspace, absolute) || ".";
  const options = { dot: true, nocomment: true, nonegate: true, nobrace: true, noext: true };
  const exact = new Minimatch(pattern, options);
  const inside = new Minimatch(pattern === "." ? "**" : `${pattern}/**`, options);
  const fixed = pattern.split("/").findIndex((part) => /[*?[]/.test(part));
  const start = fixed < 0 ? pattern : pattern.split("/").slice(0, fixed).join("/") || ".";
  return { take, start, matches: (path) => exact.match(path) || inside.match(path) };
}

/** Where walks begin, in the order of the patterns; not below another beginning, whose walk comes by anyway. */
function starts(rules: readonly Rule[]): readonly string[] {
  const all = [...new Set(rules.filter(({ take }) => take).map(({ start }) => start))];
  const contains = (other: string, start: string): boolean =>
    other !== start && (other === "." || start.startsWith(`${other}/`));
  // Files outside the workspace do not count.
  const inside = all.filter((start) => !/^\.\.(\/|$)/.test(start));
  return inside.filter((start) => !inside.some((other) => contains(other, start)));
}

function selected(path: string, rules: readonly Rule[]): boolean {
  let result = false;
  for (const { take, matches } of rules) if (matches(path)) result = take;
  return result;
}

/** The file itself, or all files below a folder. */
function* below(path: string, seen: Set<string>): Generator<string> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) yield path;
  if (!stat?.isDirectory()) return;
  seen.add(identity(stat));
  yield* files(path, seen);
}

const identity = ({ dev, ino }: Stats): string => `${dev}:${ino}`;

function* files(folder: string, seen: Set<string>): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const stat = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
    if (stat?.isFile()) yield path;
    else if (stat?.isDirectory()) {
      const id = identity(statSync(path));
      if (seen.has(id)) continue;
      seen.add(id);
      yield* files(path, seen);
    }
  }
}
