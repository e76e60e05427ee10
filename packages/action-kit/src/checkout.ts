import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GIT_ENVIRONMENT } from "@slipway/github";
import { ConfigurationError } from "@slipway/model";

export interface CheckoutRequest {
  /** `https://github.com`, no trailing slash. */
  readonly serverUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: string;
  /** Full commit SHA: a branch could move between two jobs. */
  readonly sha: string;
  readonly directory: string;
  readonly submodules: boolean;
  readonly lfs: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Checks out one exact commit, shallow, into an emptied directory. The token reaches git through its
 * environment for the time of the fetch and is never written to disk (rule 9).
 *
 * @throws ConfigurationError when the commit cannot be fetched
 */
export async function checkout(request: CheckoutRequest): Promise<void> {
  await empty(request.directory);
  const git = await gitIn(request);
  await git(["init", "--quiet", "--initial-branch=slipway"], "local");
  await git(["remote", "add", "origin", `${request.serverUrl}/${request.owner}/${request.repo}`], "local");
  await git(
    ["fetch", "--quiet", "--no-tags", "--depth=1", "--no-recurse-submodules", "origin", request.sha],
    "remote",
  );
  await git(
    ["-c", "advice.detachedHead=false", "checkout", "--quiet", "--detach", request.sha],
    request.lfs ? "remote" : "local",
  );
  if (request.submodules) await git(["submodule", "update", "--init", "--recursive", "--depth=1"], "remote");
}

async function empty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory))
    await rm(join(directory, name), { recursive: true, force: true });
}

/** Tries at a command that talks to the server: networks and servers fail for a moment. */
const TRIES = 4;
const GONE = /not our ref|not found|Authentication failed|returned error: 40[134]/i;

async function gitIn(request: CheckoutRequest) {
  const { exec } = await import("@actions/exec");
  const base: Record<string, string> = {
    ...pick(request.env, GIT_ENVIRONMENT),
    HOME: request.env.HOME ?? "",
    LANG: "C.UTF-8",
    GIT_TERMINAL_PROMPT: "0",
    // Hooks, attributes and filters of the machine's user must not run on foreign content.
    GIT_CONFIG_NOSYSTEM: "1",
    ...(request.lfs ? {} : { GIT_LFS_SKIP_SMUDGE: "1" }),
  };
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${request.token}`).toString("base64")}`;
  const credentials = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `http.${request.serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: header,
  };
  const attempt = async (
    args: string[],
    env: Record<string, string>,
  ): Promise<{ code: number; errors: string }> => {
    let errors = "";
    const code = await exec("git", args, {
      cwd: request.directory,
      env,
      silent: true,
      ignoreReturnCode: true,
      listeners: {
        stderr: (data) => {
          errors += data.toString();
        },
      },
    });
    return { code, errors };
  };
  return async (args: string[], reach: "local" | "remote"): Promise<void> => {
    for (let tried = 1; ; tried += 1) {
      const { code, errors } = await attempt(args, reach === "remote" ? { ...base, ...credentials } : base);
      if (code === 0) return;
      if (reach === "local" || tried === TRIES || GONE.test(errors)) {
        throw new ConfigurationError(
          `git ${args.find((argument) => !argument.startsWith("-")) ?? ""} of ${request.owner}/${request.repo} at ${request.sha} failed (exit ${code}): ${errors.trim().slice(-1_000)}`,
        );
      }
      await sleep(500 * 2 ** tried);
    }
  };
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
