// House rules that need no tool: lines of at most 110 characters, no blanks at their ends, relative
// imports with their extension, and every function of the public interface in the README.
import { readdir, readFile } from "node:fs/promises";

const root = new URL("../", import.meta.url);
const problems = [];

for (const folder of ["src/", "test/", "scripts/"]) {
  for (const name of (await readdir(new URL(folder, root))).sort()) {
    const lines = (await readFile(new URL(folder + name, root), "utf8")).split("\n");
    lines.forEach((line, index) => {
      const say = (problem) => problems.push(`${folder}${name}:${index + 1}: ${problem}`);
      if (folder !== "scripts/" && line.length > 110) say("the line is longer than 110 characters");
      if (/[ \t]$/.test(line)) say("the line ends in blanks");
      if (/ from "\.{1,2}\/[^"]*(?<!\.ts|\.mjs)"/.test(line)) say("the import lacks the extension .ts");
    });
  }
}

const [index, readme] = await Promise.all(
  ["src/index.ts", "README.md"].map((path) => readFile(new URL(path, root), "utf8")),
);
for (const [, names = ""] of index.matchAll(/^export \{(.*?)\}/gms)) {
  for (const name of names.split(",").map((part) => part.trim())) {
    if (name === "" || name.startsWith("type ")) continue;
    if (!readme.includes(name)) problems.push(`README.md: says nothing of ${name}`);
  }
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log("No problems.");
