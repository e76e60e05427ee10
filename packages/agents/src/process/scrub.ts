import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";

export interface Secrets {
  /** Variables whose values are blanked. */
  readonly names?: readonly string[];
  /** Texts; a variable whose value contains one is blanked whole. Those shorter than 6 characters are passed over. */
  readonly values?: readonly string[];
}

/** Shorter texts stand in too many innocent values. */
const SHORTEST = 6;

/**
 * Blanks secrets in the block of variables that this process was started with. Deleting one from `process.env` does
 * not touch it, and every process of the same user can read it as `/proc/<pid>/environ` (proc(5)). `process.env` gives
 * the empty string for what was blanked, unless it was set anew; all else stays.
 *
 * Call it once the secrets have been read. It never throws.
 *
 * @returns how many variables were blanked; 0 where the system does not allow it
 */
export function scrubEnvironment({ names = [], values = [] }: Secrets): number {
  if (process.platform !== "linux") return 0;
  let memory: number | undefined;
  try {
    const [start, end] = bounds(readFileSync("/proc/self/stat", "latin1"));
    memory = openSync("/proc/self/mem", "r+");
    const block = Buffer.alloc(end - start);
    const length = readSync(memory, block, 0, block.length, start);
    const secret = values.filter((value) => value.length >= SHORTEST).map((value) => Buffer.from(value));
    const spans = valuesIn(block.subarray(0, length)).filter(
      ({ name, from, to }) =>
        to > from &&
        (names.includes(name) || secret.some((value) => block.subarray(from, to).includes(value))),
    );
    for (const { from, to } of spans) writeSync(memory, Buffer.alloc(to - from), 0, to - from, start + from);
    return spans.length;
  } catch {
    // A system that hides its processes' memory also from themselves.
    return 0;
  } finally {
    if (memory !== undefined) closeSync(memory);
  }
}

/** `env_start` and `env_end`, fields 50 and 51 of `/proc/<pid>/stat`; the second, in parentheses, may hold spaces. */
function bounds(stat: string): [number, number] {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [start, end] = [Number(fields[50 - 3]), Number(fields[51 - 3])];
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start <= 0 || end <= start)
    throw new Error("no bounds");
  return [start, end];
}

/** Where each value of `NAME=value NUL NAME=value NUL …` lies, in bytes from the beginning. */
function valuesIn(block: Buffer): { name: string; from: number; to: number }[] {
  const found: { name: string; from: number; to: number }[] = [];
  for (let at = 0; at < block.length; ) {
    const nul = block.indexOf(0, at);
    const to = nul === -1 ? block.length : nul;
    const equals = block.subarray(at, to).indexOf("=");
    if (equals !== -1)
      found.push({ name: block.toString("utf8", at, at + equals), from: at + equals + 1, to });
    at = to + 1;
  }
  return found;
}
