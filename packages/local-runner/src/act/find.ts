import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ACT_VERSION, INSTALL_ACT } from "./limits.ts";

export type FoundAct =
  | { readonly kind: "found"; readonly program: string }
  /** A sentence that says what is wrong and how it is mended. */
  | { readonly kind: "missing" | "other-version"; readonly problem: string };

/** Where `npm run tools` of this checkout puts programs. */
const TOOLS = join(import.meta.dirname, "../../../../.tools/bin");

/** Looks for act where this checkout installs it, then on the path, and checks what it finds. */
export function findAct(env: Readonly<Record<string, string | undefined>>): FoundAct {
  const folders = [TOOLS, ...(env.PATH ?? "").split(delimiter)].filter((folder) => folder !== "");
  return checkAct(folders.map((folder) => join(folder, "act")).find(isProgram));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether act can be used: its way of logging and its flags are known of one version alone.
 *
 * @param program where act was found, if it was
 */
export function checkAct(program: string | undefined): FoundAct {
  if (program === undefined) {
    return { kind: "missing", problem: `second engine not installed: there is no act. ${INSTALL_ACT}` };
  }
  let said: string;
  try {
    said = execFileSync(program, ["--version"], {
      encoding: "utf8",
      timeout: 10_000,
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return {
      kind: "missing",
      problem: `second engine not installed: ${program} does not run. ${INSTALL_ACT}`,
    };
  }
  const version = /(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === ACT_VERSION) return { kind: "found", program };
  return {
    kind: "other-version",
    problem: `second engine of another version: ${program} is act ${version ?? `of no known version ("${said}")`}, and ${ACT_VERSION} is needed. ${INSTALL_ACT}`,
  };
}
