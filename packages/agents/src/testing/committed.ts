import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitOutput } from "../process/git.ts";

/** A file of a repository made by `committed`; a link's content is where it leads, a submodule's the commit. */
export interface Entry {
  readonly mode?: "100644" | "100755" | "120000" | "160000";
  readonly content: string | Buffer;
}

export interface Committed {
  readonly dir: string;
  remove(): Promise<void>;
}

/**
 * A real repository with one commit of `files` and an index that matches it, made in three processes
 * however many files there are. Nothing is checked out.
 */
export async function committed(
  files: Readonly<Record<string, string | Buffer | Entry>>,
): Promise<Committed> {
  const dir = await mkdtemp(join(tmpdir(), "slipway-committed-"));
  const remove = () => rm(dir, { recursive: true, force: true });
  try {
    await gitOutput(["init", "-q", "-b", "main"], { cwd: dir });
    if (Object.keys(files).length > 0) {
      execFileSync("git", ["fast-import", "--quiet"], { cwd: dir, input: streamOf(files) });
      await gitOutput(["read-tree", "HEAD"], { cwd: dir });
    }
    return { dir, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Input of `git fast-import`; names are quoted byte by byte, so that any name can be tried. */
function streamOf(files: Readonly<Record<string, string | Buffer | Entry>>): Buffer {
  const parts: Buffer[] = [
    Buffer.from(
      "commit refs/heads/main\ncommitter Test <test@example.com> 1760000000 +0000\ndata 5\nstart\n",
    ),
  ];
  for (const [path, given] of Object.entries(files)) {
    const entry: Entry = typeof given === "string" || Buffer.isBuffer(given) ? { content: given } : given;
    const mode = entry.mode ?? "100644";
    const name = `"${[...Buffer.from(path)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}"`;
    if (mode === "160000") parts.push(Buffer.from(`M 160000 ${String(entry.content)} ${name}\n`));
    else {
      const bytes = Buffer.from(entry.content);
      parts.push(Buffer.from(`M ${mode} inline ${name}\ndata ${bytes.length}\n`), bytes, Buffer.from("\n"));
    }
  }
  return Buffer.concat(parts);
}
