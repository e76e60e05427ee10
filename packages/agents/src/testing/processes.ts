import { readdirSync, readFileSync } from "node:fs";

/** Finds our processes from outside by an argument that no other has. */
export function running(argument: string): boolean {
  return readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      return false;
    }
  });
}
