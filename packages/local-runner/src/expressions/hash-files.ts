import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Minimatch } from "minimatch";

/**
 * The SHA-256 over the SHA-256 of each matching file, in the order of a walk; empty when nothing matches.
 * Patterns are relative to the workspace, `!` takes files away again, a matched folder means all below it,
 * and `#` starts a comment: the rules of `@actions/glob`, which GitHub's runner uses for `hashFiles`.
 */
export function hashFiles(workspace: string, patterns: readonly string[]): string {
  const lines = patterns.flatMap((pattern) => pattern.split(/\r?\n/)).map((line) => line.trim());
  const rules = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => rule(workspace, line));
  const total = createHash("sha256");
  let count = 0;
  for (const file of files(workspace, new Set())) {
    if (!selected(relative(workspace, file), rules)) continue;
    total.update(createHash("sha256").update(readFileSync(file)).digest());
    count += 1;
  }
  return count === 0 ? "" : total.digest("hex");
}

interface Rule {
  readonly take: boolean;
  readonly matches: (path: string) => boolean;
}

function rule(workspace: string, line: string): Rule {
  const take = !line.startsWith("!");
  const text = take ? line : line.slice(1).trim();
  const absolute = resolve(workspace, text.startsWith("~") ? text.slice(2) : text);
  const pattern = relative(workspace, absolute) || ".";
  const options = { dot: true, nocomment: true, nonegate: true, nobrace: true, noext: true };
  const exact = new Minimatch(pattern, options);
  const below = new Minimatch(pattern === "." ? "**" : `${pattern}/**`, options);
  return { take, matches: (path) => exact.match(path) || below.match(path) };
}

function selected(path: string, rules: readonly Rule[]): boolean {
  let result = false;
  for (const { take, matches } of rules) if (matches(path)) result = take;
  return result;
}

function* files(folder: string, seen: Set<string>): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const stat = entry.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : entry;
    if (stat?.isFile()) yield path;
    else if (stat?.isDirectory()) {
      const { ino, dev } = statSync(path);
      const id = `${dev}:${ino}`;
      if (seen.has(id)) continue;
      seen.add(id);
      yield* files(path, seen);
    }
  }
}
