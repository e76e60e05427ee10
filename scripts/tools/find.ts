import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { toolNamed } from "./catalog.ts";

/** Everything that `npm run tools` installs. */
export const TOOLS_DIR: string = join(import.meta.dirname, "../../.tools");
export const TOOLS_BIN: string = join(TOOLS_DIR, "bin");

/** The program's path: what `npm run tools` installed, else what `PATH` has. Versions are not looked at. */
export function findTool(
  name: string,
  folders: readonly string[] = [TOOLS_BIN, ...(process.env.PATH ?? "").split(delimiter)],
): string | undefined {
  const file = process.platform === "win32" ? `${name}.exe` : name;
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, file))
    .find(isProgram);
}

/** The sentence for whoever skips something because a tool is not there. */
export function missing(name: string): string {
  const { version, purpose } = toolNamed(name);
  return `${name} ${version} (${purpose}) is not installed: skipped. \`npm run tools\` installs it.`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
