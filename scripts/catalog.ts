/** Writes `packages/agents/src/catalog/embedded.ts` from `agents/*.md`, so that `dist/` carries the catalog. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

export const EMBEDDED = "packages/agents/src/catalog/embedded.ts";

/** The text of the generated module for the catalog below `root`. */
export async function embeddedModule(root: string): Promise<string> {
  const folder = join(root, "agents");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  const entries = await Promise.all(
    names.map(
      async (name) =>
        `  ${JSON.stringify(name)}: ${JSON.stringify(await readFile(join(folder, name), "utf8"))},\n`,
    ),
  );
  return [
    "// Generated from agents/*.md by scripts/catalog.ts. Change those files and run it again.\n",
    "// biome-ignore-all format: generated\n",
    "export const EMBEDDED_AGENTS: Readonly<Record<string, string>> = {\n",
    ...entries,
    "};\n",
  ].join("");
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  await writeFile(join(root, EMBEDDED), await embeddedModule(root));
}
