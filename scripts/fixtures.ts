// Writes what the scripted model of each example answers (examples/*/fixtures*/*.json) from its scripts
// (examples/*/script*/). tests/examples.test.ts fails when they differ.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtureFiles, scriptFolders } from "./examples/files.ts";

const examples = join(import.meta.dirname, "..", "examples");
for (const { script, fixtures } of scriptFolders(examples)) {
  const files = fixtureFiles(script);
  rmSync(fixtures, { recursive: true, force: true });
  mkdirSync(fixtures, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(fixtures, name), text);
  console.log(`${fixtures}: ${files.size} files`);
}
