import type { ChangedFile, Policy } from "@slipway/model";
import { isScript } from "./content.ts";

/** What a commit has at a path: the mode of a file, a link, a submodule or a folder, as Git writes it. */
export type BaseModes = ReadonlyMap<string, string>;

const FOLDER = "040000";
export const EXECUTABLE = "100755";
export const SUBMODULE = "160000";

/**
 * Why a change may not be put on the commit that it starts from, one sentence for each reason; empty when it may. What
 * collects a change sees to the same; whoever applies one that was handed over takes nobody's word for it.
 *
 * @param base what the commit has at each path of the change, above it and below it
 */
export function checkBase(
  files: readonly ChangedFile[],
  base: BaseModes,
  { executables }: Pick<Policy["execute"], "executables">,
): string[] {
  const deleted = new Set(files.flatMap(({ status, path }) => (status === "deleted" ? [path] : [])));
  const folders = new Set([...base.keys()].flatMap((path) => upTo(path).slice(0, -1)));
  return files.flatMap((file) => {
    const name = JSON.stringify(file.path.slice(0, 200));
    if (upTo(file.path).some((path) => base.get(path) === SUBMODULE))
      return [
        `The path ${name} replaces, removes or lies in a submodule, which no change of an agent may touch.`,
      ];
    const inTheWay = upTo(file.path)
      .slice(0, -1)
      .find((path) => ![undefined, FOLDER].includes(base.get(path)) && !deleted.has(path));
    if (inTheWay !== undefined)
      return [
        `The path ${name} lies in what is a file, ${JSON.stringify(inTheWay.slice(0, 200))}, and the change does not remove that.`,
      ];
    if (folders.has(file.path)) {
      const below = [...base].filter(
        ([path, mode]) => path.startsWith(`${file.path}/`) && mode !== FOLDER && !deleted.has(path),
      );
      const [first] = below;
      if (first !== undefined)
        return [
          `The path ${name} is a folder, and the change does not name all that it would remove there: ${JSON.stringify(first[0].slice(0, 200))}.`,
        ];
    }
    if (file.status === "deleted" || file.mode !== EXECUTABLE || base.get(file.path) === EXECUTABLE)
      return [];
    if (!executables)
      return [
        `The file ${name} is made executable, and execute.executables of .github/slipway.yml keeps that out.`,
      ];
    const content = Buffer.from(file.content, file.encoding === "base64" ? "base64" : "utf8");
    return isScript(content) ? [] : [`The file ${name} is made executable and is no script.`];
  });
}

/** A path and the folders above it. */
export function upTo(path: string): string[] {
  return [...[...path.matchAll(/\//g)].slice(0, 200).map(({ index }) => path.slice(0, index)), path];
}
