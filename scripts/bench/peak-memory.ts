/** The most memory that this process ever had. */
import { readFileSync } from "node:fs";

/**
 * In bytes. Linux counts `maxRSS` on from what the parent had when it started the process, so that a child of a large
 * process looks large; the high-water mark of the address space begins anew with the program.
 */
export function peakBytes(): number {
  const kib = process.platform === "linux" ? highWater(readFileSync("/proc/self/status", "utf8")) : null;
  return (kib ?? process.resourceUsage().maxRSS) * 1_024;
}

/** `VmHWM` of `/proc/<pid>/status`, in KiB; null where the kernel does not tell. */
export function highWater(status: string): number | null {
  const found = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return found === undefined ? null : Number(found);
}
