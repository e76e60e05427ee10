import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Fixture, nodeFixtures, stageFixtures } from "./build.ts";
import { nodeScriptSchema, stageScriptSchema } from "./script.ts";

/** A folder of scripts, and the folder that its fixtures go to. */
export interface ScriptFolder {
  readonly script: string;
  readonly fixtures: string;
}

/**
 * `examples/<name>/script` makes `examples/<name>/fixtures`, `script-blocked` makes `fixtures-blocked`.
 *
 * @param examples the folder `examples`
 */
export function scriptFolders(examples: string): ScriptFolder[] {
  return readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) =>
      readdirSync(join(examples, name))
        .filter((folder) => /^script(?:-|$)/.test(folder))
        .sort()
        .map((folder) => ({
          script: join(examples, name, folder),
          fixtures: join(examples, name, folder.replace("script", "fixtures")),
        })),
    );
}

/**
 * The fixture files that a folder of scripts makes: one `<name>.json` of each `<name>.yml`.
 *
 * @throws Error that names the script and what is wrong in it
 */
export function fixtureFiles(script: string): Map<string, string> {
  const names = readdirSync(script).filter((name) => name.endsWith(".yml"));
  return new Map(
    names.sort().map((name) => {
      const file = join(script, name);
      try {
        const text = JSON.stringify({ fixtures: fixturesOf(file) }, null, 2);
        return [name.replace(/yml$/, "json"), `${text}\n`];
      } catch (error) {
        const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
        throw new Error(`${file}: ${what}`, { cause: error });
      }
    }),
  );
}

function fixturesOf(file: string): Fixture[] {
  const name = basename(file, ".yml");
  const value: unknown = parse(readFileSync(file, "utf8"));
  if (name === "spec" || name === "plan") return stageFixtures(name, stageScriptSchema.parse(value));
  const folder = file.replace(/\.yml$/, "");
  return nodeFixtures(nodeScriptSchema.parse(value), (path) => {
    if (!existsSync(join(folder, path))) throw new Error(`it creates ${path}, which is not in ${folder}`);
    return readFileSync(join(folder, path), "utf8");
  });
}
