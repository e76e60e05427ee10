import { readdirSync, readFileSync } from "node:fs";
import { TRACKING_VARIABLE } from "./orphans.ts";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/**
 * Kills whatever a job has running, in this very moment: all of it is gone, or about to be reaped, when this returns.
 * It begins at the processes that carry the job's tracking id and takes all that descend from them or share a process
 * group or session with them: a command that was given an environment of its own (git, what an agent runs) carries no
 * tracking id. Where there is no `/proc`, nothing is found.
 *
 * @returns the ids of what was killed
 */
export function killProcesses(trackingId: string): readonly number[] {
  const killed = new Set<number>();
  // A process may start another while we look: once more until nothing new turns up.
  for (let round = 0; round < 5; round += 1) {
    const found = family(trackingId, killed).filter((pid) => !killed.has(pid));
    if (found.length === 0) break;
    for (const pid of found) {
      killed.add(pid);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }
  return [...killed];
}

/** Those that carry the tracking id or belong to the known ones, and everything below and beside them. */
function family(trackingId: string, known: ReadonlySet<number>): readonly number[] {
  const all = processes();
  const entry = `${TRACKING_VARIABLE}=${trackingId}`;
  const members = new Set(known);
  for (const { pid } of all) {
    if (read(`/proc/${pid}/environ`).split("\0").includes(entry)) members.add(pid);
  }
  for (let before = -1; before !== members.size; ) {
    before = members.size;
    for (const { pid, parent, group, session } of all) {
      if (members.has(parent) || members.has(group) || members.has(session)) members.add(pid);
    }
  }
  return all.map(({ pid }) => pid).filter((pid) => members.has(pid));
}

/** Every process that runs, as proc(5) tells of it; those that have ended and wait for their parent are left out. */
function processes(): readonly Process[] {
  return names("/proc").flatMap((name) => {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : "";
    // The name in parentheses may hold anything, parentheses too.
    const [state, ...numbers] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [parent, group, session] = numbers.map(Number);
    if (state === undefined || state === "" || state === "Z") return [];
    if (parent === undefined || group === undefined || session === undefined) return [];
    return [{ pid: Number(name), parent, group, session }];
  });
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
