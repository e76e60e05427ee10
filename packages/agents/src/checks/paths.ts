import type { ChangedFile, Policy } from "@slipway/model";
import picomatch from "picomatch";

/** What of a file the rules look at. A change that was collected and one that was handed over both have it. */
export type CheckedFile = Pick<ChangedFile, "status" | "path"> & {
  readonly content?: string;
  readonly encoding?: "utf-8" | "base64";
};

export type PathPolicy = Pick<Policy, "protectedPaths"> & {
  readonly limits: Pick<Policy["limits"], "files" | "bytes">;
};

/**
 * Why a change may not be published, one sentence for each reason; empty when it may. Applied when the
 * agent asks and again when the job with the write token applies the change.
 */
export function checkPaths(files: readonly CheckedFile[], policy: PathPolicy): string[] {
  const { limits } = policy;
  const problems = files.flatMap((file) => {
    const problem = pathProblem(file.path) ?? protectionProblem(file.path, policy.protectedPaths);
    return problem === null ? [] : [problem];
  });
  const doubles = repeated(files.map((file) => file.path));
  if (doubles.length > 0) problems.push(`The change names ${quoted(doubles)} more than once.`);
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
  if (/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffd]/u.test(path))
    return `The path ${shown} contains control, invisible or undecodable characters.`;
  if (path.includes("\\")) return `The path ${shown} contains a backslash.`;
  if (path.startsWith("/") || /^[a-z]:/i.test(path))
    return `The path ${shown} is absolute; paths are relative to the root of the repository.`;
  if (path.length > 1_024) return `The path ${shown} is longer than 1,024 characters.`;
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    return `The path ${shown} has an empty part, "." or "..".`;
  if (parts.some(isGitName)) return `The path ${shown} lies inside Git's own folder.`;
  return null;
}

/** Whether a path is one that a glob of the policy names. A leading dot is a letter like any other; so is a capital. */
export function matchesGlob(path: string, glob: string): boolean {
  // On some systems .GitHub/Workflows is the very same folder as .github/workflows.
  return picomatch.isMatch(path, glob, { dot: true, nocase: true });
}

/** Why the policy keeps this path from agents; null when it does not. */
export function protectionProblem(path: string, protectedPaths: readonly string[]): string | null {
  const hit = protectedPaths.find((glob) => matchesGlob(path, glob));
  return hit === undefined
    ? null
    : `The path ${quoted([path])} is protected by protectedPaths ("${hit}") of .github/slipway.yml.`;
}

/** `.git` in every spelling that some file system takes for it. */
function isGitName(part: string): boolean {
  return /^(?:\.git|git~\d+)[. ]*(?::.*)?$/i.test(part);
}

function sizeOf(file: CheckedFile): number {
  if (file.content === undefined) return 0;
  return Buffer.byteLength(file.content, file.encoding === "base64" ? "base64" : "utf8");
}

function repeated(paths: readonly string[]): string[] {
  return [...new Set(paths.filter((path, index) => paths.indexOf(path) !== index))];
}

function quoted(paths: readonly string[]): string {
  const shown = paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path));
  return shown.join(", ") + (paths.length > 5 ? ` and ${paths.length - 5} more` : "");
}
