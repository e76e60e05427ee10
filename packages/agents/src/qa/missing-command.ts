import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Policy } from "@slipway/model";

const run = promisify(execFile);

/** Command lines of the policy, in the order in which QA runs them. */
const NAMES = ["setup", "lint", "test", "coverage"] as const;

export interface MissingCommandRequest {
  /** A checkout of the commit that the run starts from. */
  readonly workDir: string;
  readonly qa: Policy["qa"];
  /** Default: that of this process. */
  readonly path?: string;
}

/**
 * A sentence that names the first command of the policy which this machine does not have, found before
 * anything was paid for or written; undefined when there is none. What cannot be told without running
 * something is not doubted: a line that does not begin with a plain name, tools that `qa.setup` or the
 * repository's own setup action may bring.
 */
export async function missingCommand({
  workDir,
  qa,
  path = process.env.PATH ?? "",
}: MissingCommandRequest): Promise<string | undefined> {
  if (existsSync(join(workDir, ".github", "slipway", "setup", "action.yml"))) return undefined;
  for (const name of NAMES) {
    const line = qa[name];
    const word = line === undefined ? undefined : /^[\w.+/-]+(?=\s|$)/.exec(line)?.[0];
    if (word !== undefined && !(await isThere(word, workDir, path))) {
      return `qa.${name} in .github/slipway.yml begins with \`${word}\`, which is not a command here: correct it, or bring it in by qa.setup or .github/slipway/setup/action.yml, then start a new run.`;
    }
    // What comes after `setup` may be what it installs.
    if (name === "setup" && line !== undefined) return undefined;
  }
  return undefined;
}

async function isThere(word: string, cwd: string, path: string): Promise<boolean> {
  try {
    await run("bash", ["--noprofile", "--norc", "-c", 'command -v -- "$1"', "slipway", word], {
      cwd,
      env: { PATH: path },
    });
    return true;
  } catch {
    return false;
  }
}
