#!/usr/bin/env node
// A coding program as small as can be: it reads the task, changes files, and says what it did. `CODER_MODE` has it fail.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";

const [resultFile, mode] = process.argv.slice(2);
const prompt = readFileSync(0, "utf8");
if (!prompt.includes("farewell.txt says goodbye.")) throw new Error("The task does not name its objective.");

// What such programs do: they print what they were given.
console.log(
  `Working with the key ${process.env.CODER_KEY}; a token is ${process.env.GITHUB_TOKEN ?? "not here"}.`,
);
writeFileSync("farewell.txt", "Goodbye.\n");
if (mode === "fail") {
  console.error(`no more credit for ${process.env.CODER_KEY}`);
  process.exit(7);
}
if (mode === "hang") {
  // Its child would outlive it, and neither of them listens.
  process.on("SIGTERM", () => undefined);
  spawn("sleep", ["3207"], { detached: true, stdio: "ignore" }).unref();
  setInterval(() => undefined, 1_000);
} else {
  writeFileSync("greeting.txt", "Hello, and later: goodbye.\n");
  mkdirSync(".github/workflows", { recursive: true });
  writeFileSync(".github/workflows/own.yml", "on: push\n");
  symlinkSync("greeting.txt", "link");
  writeFileSync(
    resultFile,
    JSON.stringify({ title: "Add a farewell", summary: "farewell.txt says goodbye (AC-001)." }),
  );
}
