import { isUtf8 } from "node:buffer";

/** ELF, Mach-O (both orders of bytes, and for several machines at once), PE. */
export function isProgram(content: Buffer): boolean {
  const start = content.subarray(0, 4).toString("hex");
  const machO = ["feedface", "feedfacf", "cefaedfe", "cffaedfe"];
  const pe = start.startsWith("4d5a") && !isText(content);
  return start === "7f454c46" || machO.includes(start) || pe;
}

export function isText(content: Buffer): boolean {
  return isUtf8(content) && !content.includes(0);
}

export function isScript(content: Buffer): boolean {
  return content.subarray(0, 2).toString("latin1") === "#!";
}

/** Why no change may have a file with this content, as the end of a sentence; null when it may. */
export function contentProblem(content: Buffer, { binaries }: { readonly binaries: boolean }): string | null {
  if (isProgram(content)) return "it is a compiled program";
  if (!binaries && !isText(content))
    return "it is no text, and execute.binaries of .github/slipway.yml keeps such files out";
  return null;
}
