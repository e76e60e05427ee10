import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigurationError } from "@slipway/model";
import { GitError, lastLines } from "./errors.ts";
import { type GitAccess, gitEnvironment, runGitProcess } from "./process.ts";

export interface TemporaryRepository {
  readonly dir: string;
  /** The whole environment of git processes in it. */
  readonly env: Record<string, string>;
}

/**
 * An empty bare repository whose remote is the server. The caller removes it.
 *
 * @throws ConfigurationError when git is not installed
 */
export async function makeRepository(
  options: GitAccess & { readonly tempDir?: string },
  timeoutMs: number,
): Promise<TemporaryRepository> {
  const dir = await mkdtemp(join(options.tempDir ?? tmpdir(), "slipway-git-"));
  const env = gitEnvironment(options, dir);
  try {
    // A promisor remote: files left out of a fetch are asked for when they are needed.
    const config = {
      "remote.origin.url": options.url,
      "remote.origin.promisor": "true",
      "extensions.partialClone": "origin",
    };
    const made = await runGitProcess(["init", "--bare", "--quiet", "--template=", dir], {
      cwd: dir,
      env,
      timeoutMs,
    });
    if (made.code !== 0) throw new GitError(`git init failed: ${lastLines(made.stderr)}`, made);
    await appendFile(join(dir, "config"), configText(config));
    return { dir, env };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      throw new ConfigurationError("git was not found on this runner: install git 2.38 or newer.", {
        cause: error,
      });
    }
    throw error;
  }
}

/** One write instead of a process for each setting. */
function configText(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([key, value]) => {
      const [section = "", ...rest] = key.split(".");
      const name = rest.pop() ?? "";
      const head = rest.length > 0 ? `[${section} "${rest.join(".")}"]` : `[${section}]`;
      return `${head}\n\t${name} = ${JSON.stringify(value)}\n`;
    })
    .join("");
}
