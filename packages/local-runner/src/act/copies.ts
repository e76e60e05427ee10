import { execFile } from "node:child_process";
import { cp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EngineHost, RepositoryName } from "@slipway/model";
import { rewriteForEngine } from "./workarounds.ts";

const run = promisify(execFile);

/** Copies of repositories for act: its rewrites made, each commit once. */
export interface Copies {
  /** A folder that is a Git repository at this commit. Nothing may write there. */
  of(repository: RepositoryName, sha: string): Promise<string>;
  /** A folder that holds one folder of the repository, in its place, and nothing else. */
  part(repository: RepositoryName, sha: string, path: string): Promise<string>;
}

/**
 * The ref by which an action is asked for in place of `$/path`. act copies all that is behind a ref for every step:
 * so the action stands alone behind one of its own.
 */
export function partRef(sha: string, path: string): string {
  return path === "" ? sha : `${sha}.${path.replaceAll("/", ".")}`;
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
      const rewritten = rewriteForEngine(text, (path) => {
        const ref = path.startsWith(WORKFLOWS) ? sha : partRef(sha, path);
        return `${owner}/${name}${path === "" ? "" : `/${path}`}@${ref}`;
      });
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

  async function takeOut(whole: string, path: string): Promise<string> {
    const final = join(`${whole}.parts`, path.replaceAll("/", "."));
    await rm(final, { recursive: true, force: true });
    await cp(join(whole, path), join(final, path), { recursive: true, verbatimSymlinks: true });
    return final;
  }

  function once(key: string, make: () => Promise<string>): Promise<string> {
    const known = made.get(key) ?? make();
    made.set(key, known);
    known.catch(() => made.delete(key));
    return known;
  }

  const of: Copies["of"] = (repository, sha) =>
    once(`${repository.owner}/${repository.name}@${sha}`, () => make(repository, sha));
  return {
    of,
    part: async (repository, sha, path) => {
      const whole = await of(repository, sha);
      return path === "" ? whole : once(`${whole}:${path}`, () => takeOut(whole, path));
    },
  };
}

const WORKFLOWS = ".github/workflows/";

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
