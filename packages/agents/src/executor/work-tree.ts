import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath, rename, unlink } from "node:fs/promises";
import { makeReadable } from "./staging.ts";

/** The folder that an execution works in, whatever its commands do to it. */
export interface WorkTree {
  /**
   * Sees to it that the folder lies where it belongs: one that a command has moved is put back, and a link in its
   * place is not followed, since it may lead to what no command can reach.
   *
   * @throws Error when that cannot be done, with a message for the model and for people
   */
  ready(): Promise<void>;
  close(): Promise<void>;
}

export async function holdWorkTree(path: string): Promise<WorkTree> {
  const real = await realpath(path);
  // Open, it is found again wherever it was moved to. Only Linux tells where that is.
  const held =
    process.platform === "linux" ? await open(real, constants.O_RDONLY | constants.O_DIRECTORY) : null;
  return {
    async ready() {
      if (await liesAt(path, real)) {
        // A folder that was closed even to its owner cannot be worked in.
        await makeReadable(real);
        return;
      }
      if (held) await putBack(held, real).catch(() => {});
      if (await liesAt(path, real)) return;
      throw new Error(
        `The working directory ${real} is gone: a command removed it, or put something else in its place`,
      );
    },
    close: async () => held?.close(),
  };
}

/** Another folder in its place is one that was made anew; a link is not. */
async function liesAt(path: string, real: string): Promise<boolean> {
  try {
    return (await realpath(path)) === real && (await lstat(real)).isDirectory();
  } catch {
    return false;
  }
}

async function putBack(held: FileHandle, real: string): Promise<void> {
  const where = await readlink(`/proc/self/fd/${held.fd}`);
  const [known, found] = [await held.stat({ bigint: true }), await lstat(where, { bigint: true })];
  if (known.dev !== found.dev || known.ino !== found.ino) return;
  const inItsPlace = await lstat(real).catch(() => null);
  if (inItsPlace?.isSymbolicLink()) await unlink(real);
  await rename(where, real);
}
