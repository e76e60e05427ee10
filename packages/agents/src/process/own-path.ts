import { delimiter } from "node:path";

/** Where a system keeps its programs: only its administrator can write there. */
const SYSTEM = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/**
 * Where our own programs (git, and what makes namespaces) are looked for. The PATH of a job begins with folders of its
 * user on many machines; a command that put a `git` of its own there would be run by us, outside of what confines it.
 */
export function ownPath(path = process.env.PATH ?? ""): string {
  return [...new Set([...SYSTEM, ...path.split(delimiter)])]
    .filter((folder) => folder !== "")
    .join(delimiter);
}
