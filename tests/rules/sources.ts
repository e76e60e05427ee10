/** The source files of packages and actions, as paths from the root. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Packages and actions by name, `action-*` meaning each action. */
export function partsOf(root: string): string[] {
  const actions = readdirSync(root).filter((name) => name.startsWith("action-"));
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}`);
  return [...actions, ...packages].sort();
}

/** What is shipped: TypeScript below `src`, without tests and what only tests use. */
export function sourceFiles(root: string, parts: readonly string[]): string[] {
  return sourcesWithTests(root, parts).filter(
    (path) => !path.endsWith(".test.ts") && !/\/(?:testing|hostile)\//.test(path),
  );
}

export function sourcesWithTests(root: string, parts: readonly string[]): string[] {
  const wanted = partsOf(root).filter((part) =>
    parts.some((name) => (name.endsWith("*") ? part.startsWith(name.slice(0, -1)) : part === name)),
  );
  return wanted.flatMap((part) => {
    const folder = join(root, part, "src");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${part}/src/${name.replaceAll("\\", "/")}`)
      .sort();
  });
}
