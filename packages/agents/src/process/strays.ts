import { readdir, readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/** The variable that marks what belongs to one command where it has no namespace of its own. */
export const MARK = "SLIPWAY_COMMAND";
/** A second in all: killed processes take a moment, and one that forks while it is looked for takes another round. */
const ROUNDS = 50;
const PAUSE_MS = 20;

/**
 * Kills whatever still carries a command's mark, wherever it has gone to: another group, another session, another
 * parent. A process that cleared its environment is not found. Nothing is done where there is no `/proc`.
 */
export async function killStrays(mark: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await marked(mark);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    await pause(PAUSE_MS);
  }
}

async function marked(mark: string): Promise<number[]> {
  const entry = `${MARK}=${mark}`;
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const hits = await Promise.all(
    pids.map(async (pid) => {
      // Ended processes that nobody has waited for have no environment any more.
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.split("\0").includes(entry) ? [Number(pid)] : [];
    }),
  );
  return hits.flat();
}
