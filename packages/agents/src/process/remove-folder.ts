import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Removes a folder in which commands could write. They leave folders that are closed even to their owner (Go keeps its
 * modules so): those are opened first. It never throws: what cannot be removed is no reason to lose what was done.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await openAll(folder);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function openAll(folder: string): Promise<void> {
  try {
    await chmod(folder, 0o700);
    for (const entry of await readdir(folder, { withFileTypes: true }))
      if (entry.isDirectory()) await openAll(join(folder, entry.name));
  } catch {
    // Not ours, or named longer than the system takes.
  }
}
