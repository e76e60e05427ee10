import { isUtf8 } from "node:buffer";

/** Files that tools write and people do not read. */
const LOCK_FILES: ReadonlySet<string> = new Set([
  "bun.lock",
  "cargo.lock",
  "composer.lock",
  "deno.lock",
  "flake.lock",
  "gemfile.lock",
  "go.sum",
  "gopkg.lock",
  "gradle.lockfile",
  "mix.lock",
  "npm-shrinkwrap.json",
  "package-lock.json",
  "package.resolved",
  "packages.lock.json",
  "pdm.lock",
  "pipfile.lock",
  "pnpm-lock.yaml",
  "podfile.lock",
  "poetry.lock",
  "pubspec.lock",
  "uv.lock",
  "yarn.lock",
]);

/** Folders that hold other people's code or what a build leaves. */
const FOREIGN_FOLDER = /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|dist|\.yarn)\//;
const MINIFIED = /[.-]min\.(?:js|mjs|cjs|css)$|\.(?:js|mjs|cjs|css)\.map$/i;
const SNAPSHOT = /(?:^|\/)__snapshots__\/|\.snap$/;

/** Git LFS specification, "The Pointer": smaller than 1,024 bytes, `version` first. */
const LFS_POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n/;
/** What generators write into the first lines of what they generate. */
const GENERATED =
  /@generated\b|\bcode generated\b.*\bdo not edit\b|\b(?:auto-?)?generated (?:by|from|code|file)\b.*/i;
const GENERATED_WITHIN = 600;
/** Lines as long as these were written by a program. */
const LONG_LINES_MEAN = 400;
const DATA_LIKE = /\.(?:md|markdown|txt|rst|adoc|tex|csv|tsv)$/i;

/** Why an entry of this mode has no text; null when it may have one. */
export function unfitEntry(mode: string): string | null {
  if (mode === "120000") return "link";
  return mode === "160000" ? "submodule" : null;
}

/** Why a file of this name says little for its length; null when it may say something. */
export function unfitPath(path: string, askedFor = false): string | null {
  const base = path.slice(path.lastIndexOf("/") + 1);
  if (LOCK_FILES.has(base.toLowerCase())) return "lock file";
  if (MINIFIED.test(base)) return "minified";
  if (SNAPSHOT.test(path)) return "snapshot";
  return !askedFor && FOREIGN_FOLDER.test(path) ? "vendored or built" : null;
}

/** Why these bytes are not to be shown; null when they are. */
export function unfitBytes(path: string, bytes: Buffer): string | null {
  if (!isUtf8(bytes) || bytes.includes(0)) return "binary";
  const head = bytes
    .subarray(0, 4 * GENERATED_WITHIN)
    .toString("utf8")
    .slice(0, GENERATED_WITHIN);
  if (LFS_POINTER.test(head)) return "Git LFS pointer";
  const start = head.split("\n").slice(0, 5).join("\n");
  if (!DATA_LIKE.test(path) && GENERATED.test(start)) return "generated";
  if (!DATA_LIKE.test(path) && bytes.length > 4_000 && bytes.length / lineCount(bytes) > LONG_LINES_MEAN)
    return "minified";
  return null;
}

function lineCount(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
