import type { ChangedFile, Policy } from "@slipway/model";
import picomatch from "picomatch";
import { contentProblem } from "./content.ts";

/** What of a file the rules look at. A change that was collected and one that was handed over both have it. */
export type CheckedFile = Pick<ChangedFile, "status" | "path"> & {
  readonly content?: string;
  readonly encoding?: "utf-8" | "base64";
};

export type PathPolicy = Pick<Policy, "protectedPaths"> & {
  readonly limits: Pick<Policy["limits"], "files" | "bytes">;
  /** Default: files that are no text may be part of it. */
  readonly execute?: Pick<Policy["execute"], "binaries">;
};

/**
 * Why a change may not be published, one sentence for each reason; empty when it may. Applied when the
 * agent asks and again when the job with the write token applies the change.
 */
export function checkPaths(files: readonly CheckedFile[], policy: PathPolicy): string[] {
  const { limits } = policy;
  const problems = files.flatMap((file) => {
    const problem =
      pathProblem(file.path) ??
      protectionProblem(file.path, policy.protectedPaths) ??
      unfitContent(file, policy.execute?.binaries ?? true);
    return problem === null ? [] : [problem];
  });
  const doubles = repeated(files.map((file) => file.path));
  if (doubles.length > 0) problems.push(`The change names ${quoted(doubles)} more than once.`);
  const within = insideOthers(files.filter(({ status }) => status === "written").map(({ path }) => path));
  if (within.length > 0)
    problems.push(
      `The change has ${quoted(within)} inside of what it has as a file: one of the two must go.`,
    );
  if (files.length > limits.files) {
    problems.push(
      `The change has ${files.length} files and limits.files allows ${limits.files}: split the task or raise the limit in .github/slipway.yml.`,
    );
  }
  const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
  if (bytes > limits.bytes) {
    problems.push(
      `The change has ${bytes} bytes and limits.bytes allows ${limits.bytes}: split the task or raise the limit in .github/slipway.yml.`,
    );
  }
  return problems;
}

/** Why no file may be written at this path, whatever the policy says; null when one may. */
export function pathProblem(path: string): string | null {
  const shown = quoted([path]);
  if (path === "") return "A file of the change has no path.";
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd]|(?!\ufe0f)\p{DI}/u.test(path))
    return `The path ${shown} contains control, invisible or undecodable characters.`;
  if (path.includes("\\")) return `The path ${shown} contains a backslash.`;
  if (path.startsWith("/") || /^[a-z]:/i.test(path))
    return `The path ${shown} is absolute; paths are relative to the root of the repository.`;
  if (path.length > 1_024) return `The path ${shown} is longer than 1,024 characters.`;
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return `The path ${shown} has an empty part, "." or "..".`;
  if (parts.some(isGitName)) return `The path ${shown} lies inside Git's own folder.`;
  if (parts.some(isGitSettings))
    return `The path ${shown} is Git's list of submodules, which no change of an agent may touch.`;
  if (parts.some((part) => /[.\p{Zs}]$/u.test(part)))
    return `The path ${shown} has a part that ends in a dot or a blank, which some systems leave out: rename it.`;
  if (parts.some((part) => part.startsWith(":")))
    return `The path ${shown} has a part that begins with a colon, which names no file on Windows: rename it.`;
  if (parts.some((part) => SHORT_NAME.test(part)))
    return `The path ${shown} has a part that is a short name on Windows and may stand for another file there: rename it.`;
  return null;
}

/** Where the suite takes its own rules from: no policy gives them to an agent. */
const OWN_PATHS = [".github/slipway.{yml,yaml}", ".github/slipway.{yml,yaml}/**", ".github/slipway/**"];

/**
 * Whether a path is one that a glob of the policy names. A leading dot is a letter like any other; so is a capital, and
 * so is every other spelling that some file system takes for the same name.
 */
export function matchesGlob(path: string, glob: string): boolean {
  // On some systems .GitHub/Workflows is the very same folder as .github/workflows.
  const matches = (one: string, pattern: string) =>
    picomatch.isMatch(one, pattern, { dot: true, nocase: true });
  return matches(path, glob) || matches(folded(path), folded(glob));
}

/** Why the policy keeps this path from agents; null when it does not. */
export function protectionProblem(path: string, protectedPaths: readonly string[]): string | null {
  const shown = quoted([path]);
  if (OWN_PATHS.some((glob) => matchesGlob(path, glob)))
    return `The path ${shown} is protected: Slipway takes its own rules from there.`;
  const hit = protectedPaths.find((glob) => matchesGlob(path, glob));
  if (hit !== undefined)
    return `The path ${shown} is protected by protectedPaths ("${hit}") of .github/slipway.yml.`;
  const above = [...OWN_PATHS, ...protectedPaths].find((glob) => isAbove(path, glob));
  return above === undefined
    ? null
    : `The path ${shown} is a folder that holds what is protected ("${above}"): a file in its place would remove it.`;
}

/** Whether a file at this path would take the place of a folder in which a glob names something. */
function isAbove(path: string, glob: string): boolean {
  const parts = folded(glob).split("/");
  const first = parts.findIndex((part) => /[*?[\]{}()!+@|]/.test(part));
  const fixed = first < 0 ? parts : [...parts.slice(0, first), ""];
  return fixed.join("/").startsWith(`${folded(path)}/`);
}

/**
 * A path as the most forgiving file systems take it: compatible characters are the same (HFS+ and APFS fold Unicode),
 * so are capitals, trailing dots and blanks, and what follows a colon is a stream of the file before it (NTFS).
 */
function folded(path: string): string {
  return path
    .normalize("NFKC")
    .replace(/\p{DI}/gu, "")
    .toUpperCase()
    .toLowerCase()
    .normalize("NFC")
    .split("/")
    .map((part) => part.replace(/:.*$/, "").replace(/(?<![. ])[. ]+$/, "") || part)
    .join("/");
}

/** `WORKFL~1`, `GI7EBA~1.YML`: what Windows makes of a longer name. */
const SHORT_NAME = /^[^./~]{1,6}~\d{1,3}(?:\.[^./]{0,3})?$/;

/** `.git` in every spelling that some file system takes for it. */
function isGitName(part: string): boolean {
  return /^(?:\.git|git~\d+)[. ]*(?::.*)?$/i.test(part) || folded(part) === ".git";
}

/** Submodules bring code from elsewhere into every checkout. */
function isGitSettings(part: string): boolean {
  return folded(part) === ".gitmodules";
}

function unfitContent({ path, content, encoding }: CheckedFile, binaries: boolean): string | null {
  if (content === undefined) return null;
  const problem = contentProblem(Buffer.from(content, encoding === "base64" ? "base64" : "utf8"), {
    binaries,
  });
  return problem === null ? null : `The file ${quoted([path])} cannot be part of a change: ${problem}.`;
}

function sizeOf(file: CheckedFile): number {
  if (file.content === undefined) return 0;
  return Buffer.byteLength(file.content, file.encoding === "base64" ? "base64" : "utf8");
}

function repeated(paths: readonly string[]): string[] {
  return [...new Set(paths.filter((path, index) => paths.indexOf(path) !== index))];
}

/** Paths below another one of the list. */
function insideOthers(paths: readonly string[]): string[] {
  const all = new Set(paths);
  const foldersOf = (path: string) =>
    [...path.matchAll(/\//g)].slice(0, 200).map(({ index }) => path.slice(0, index));
  return paths.filter((path) => foldersOf(path).some((folder) => all.has(folder)));
}

function quoted(paths: readonly string[]): string {
  const shown = paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path));
  return shown.join(", ") + (paths.length > 5 ? ` and ${paths.length - 5} more` : "");
}
