import { execFile } from "node:child_process";
import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineHost, RepositoryName } from "@slipway/model";
import { rewriteForEngine } from "./workarounds.ts";

const run = promisify(execFile);

/** Copies of repositories for act: its rewrites made, each commit once. */
export interface Copies {
  /** A folder that is a Git repository at this commit. Nothing may write there. */
  of(repository: RepositoryName, sha: string): Promise<string>;
}

export function createCopies(host: EngineHost, folder: string): Copies {
  const made = new Map<string, Promise<string>>();

  async function make({ owner, name }: RepositoryName, sha: string): Promise<string> {
    const final = join(folder, owner, name, sha);
    const partial = `${final}.partial`;
    for (const old of [final, partial]) await rm(old, { recursive: true, force: true });
    await host.exportTree({ owner, name }, sha, partial);
    for (const file of await workflowsAndActions(partial)) {
      const text = await readFile(file, "utf8");
      const rewritten = rewriteForEngine(text, (path) =>
        path === "" ? `${owner}/${name}@${sha}` : `${owner}/${name}/${path}@${sha}`,
      );
      if (rewritten !== text) await writeFile(file, rewritten);
    }
    await run("git", ["init", "--quiet", partial]);
    // act reads owner and name off this, and its address must look like one of github.com.
    await run("git", ["-C", partial, "remote", "add", "origin", `https://github.com/${owner}/${name}.git`]);
    // And the commit off this. That the commit itself is not here is of no matter: act asks for nothing in it.
    await writeFile(join(partial, ".git", "HEAD"), `${sha}\n`);
    await rename(partial, final);
    return final;
  }

  return {
    of: (repository, sha) => {
      const key = `${repository.owner}/${repository.name}@${sha}`;
      const known = made.get(key) ?? make(repository, sha);
      made.set(key, known);
      known.catch(() => made.delete(key));
      return known;
    },
  };
}

async function workflowsAndActions(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .filter(({ name, parentPath }) => {
      const isWorkflow = parentPath === join(folder, ".github", "workflows");
      return isWorkflow || /^action\.ya?ml$/.test(name);
    })
    .map(({ name, parentPath }) => join(parentPath, name));
}
