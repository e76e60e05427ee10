import { readdir, readFile } from "node:fs/promises";

/** The variable that every process of a job inherits, with a value of that job alone. */
export const TRACKING_VARIABLE = "RUNNER_TRACKING_ID";

/**
 * Kills whatever a job has left running (servers in the background, daemons that changed their process group)
 * and resolves with the ids of what was killed. Processes are found by the job's tracking id in their
 * environment, as GitHub's runner finds them; where there is no `/proc`, none is found.
 */
export async function killOrphans(trackingId: string): Promise<readonly number[]> {
  const killed: number[] = [];
  // A process may start another while we look: once more until nothing new turns up.
  for (let round = 0; round < 5; round += 1) {
    const found = await findProcesses(`${TRACKING_VARIABLE}=${trackingId}`);
    if (found.length === 0) break;
    for (const pid of found) {
      try {
        process.kill(pid, "SIGKILL");
        killed.push(pid);
      } catch {
        // It has ended by itself.
      }
    }
  }
  return killed;
}

async function findProcesses(entry: string): Promise<readonly number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      if (!environment.split("\0").includes(entry)) return [];
      const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
      const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
      return state === "Z" || state === "" ? [] : [pid];
    }),
  );
  return found.flat();
}
