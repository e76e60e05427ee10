import { ConfigurationError } from "@slipway/model";
import type { ProcessResult } from "./process.ts";

/** A git command that failed in a way that only its caller can judge. */
export class GitError extends Error {
  override readonly name: string = "GitError";
  readonly code: number;
  readonly stderr: string;
  constructor(message: string, result: Pick<ProcessResult, "code" | "stderr">) {
    super(message);
    this.code = result.code;
    this.stderr = result.stderr;
  }
}

/** The server could not be reached, or gave up half-way. Reads may be repeated; after a push, look first. */
export class GitTransportError extends GitError {
  override readonly name = "GitTransportError";
}

/** A ref or commit that is not on the server. */
export class MissingRefError extends GitError {
  override readonly name = "MissingRefError";
}

const REFUSED =
  /Authentication failed|could not read (Username|Password)|returned error: 40[13]|HTTP 40[13]|Permission to .* denied|Write access to repository not granted|remote: (Permission|Invalid username or)/i;
const NO_REPOSITORY =
  /repository '.*' not found|Repository not found|returned error: 404|does not appear to be a git repository/i;
const MISSING =
  /couldn't find remote ref|no such remote ref|not our ref|upload-pack: not our ref|bad revision|unknown revision|Not a valid object name|invalid object name/i;

/**
 * What a failed git command that talked to the server means.
 *
 * @param what for people: `git fetch of refs/heads/main`
 */
export function gitFailure(what: string, url: string, result: ProcessResult): Error {
  const said = lastLines(result.stderr);
  if (result.timedOut) {
    return new GitTransportError(`${what} from ${url} took too long and was stopped. ${said}`, result);
  }
  if (REFUSED.test(result.stderr)) {
    return new ConfigurationError(
      `${url} refused ${what}: ${said} The job's token needs \`contents: read\` to fetch, \`contents: write\` to push.`,
    );
  }
  if (NO_REPOSITORY.test(result.stderr)) {
    return new ConfigurationError(
      `${url} was not found for ${what}: ${said} Check its name, and that the job's token may read it.`,
    );
  }
  if (MISSING.test(result.stderr))
    return new MissingRefError(`${what}: it is not at ${url}. ${said}`, result);
  return new GitTransportError(`${what} from ${url} failed (exit code ${result.code}): ${said}`, result);
}

/** The end of what git said, on one line, bounded. */
export function lastLines(stderr: string): string {
  const lines = stderr
    .split(/\r?\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const text = lines.slice(-4).join(" / ");
  return text.length > 500 ? `…${text.slice(-500)}` : text || "(no message)";
}
