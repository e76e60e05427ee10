/** Commands of agents and of QA that stand still until a test lets them go on, so that it knows when it acts. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Latches {
  /** A shell command that ends once it was let go on. */
  wait(name: string): string;
  /** Resolves when the command has begun. */
  reached(name: string): Promise<void>;
  open(name: string): void;
  remove(): void;
}

const PATIENCE_MS = 120_000;

export function createLatches(): Latches {
  const folder = mkdtempSync(join(tmpdir(), "slipway-latches-"));
  const there = (name: string) => join(folder, `${name}.there`);
  const free = (name: string) => join(folder, `${name}.free`);
  return {
    wait: (name) => `touch ${there(name)} && while test ! -e ${free(name)}; do sleep 0.1; done`,
    async reached(name) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20))
        if (existsSync(there(name))) return;
      throw new Error(`Nothing has come to ${name} within ${PATIENCE_MS / 1_000} s.`);
    },
    open: (name) => writeFileSync(free(name), ""),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
