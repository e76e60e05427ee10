/** A program that works on a task, well and badly: `cli.ts MODE [--prompt FILE] [--result FILE]`. */
import { execFileSync, spawn } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { prompt: { type: "string" }, result: { type: "string" }, task: { type: "string" } },
});
const prompt = readFileSync(values.prompt ?? 0, "utf8");
const name = prompt.includes("Slipway node: T1\n") ? "name" : "lost";
const git = (...args: string[]) => execFileSync("git", args);
const greet = (text: string) =>
  writeFileSync("greet.mjs", `export const greet = (${name}) => \`${text}\`;\n`);

const MODES: Readonly<Record<string, () => void | Promise<void>>> = {
  work() {
    greet("Hello, $" + "{name}!");
    mkdirSync("docs", { recursive: true });
    writeFileSync("docs/greet.md", "It greets.\n");
    console.log("Put the name in.\nCloses #4 for @octocat; nothing is missing.");
    if (values.result) {
      const task: unknown = values.task ? JSON.parse(readFileSync(values.task, "utf8")) : null;
      const said = {
        title: "Greet by name.",
        summary: `Done: ${task === null ? "?" : "with a task"}`,
        notes: ["see docs"],
      };
      const commits = [{ type: "docs", subject: "Say it", paths: ["docs/greet.md"] }];
      const usage = { inputTokens: 5, outputTokens: 2 };
      writeFileSync(
        values.result,
        JSON.stringify({ ...said, commits, usage, kind: "agent-result", extra: 1 }),
      );
    }
  },
  commits() {
    greet("Hi");
    git("add", "-A");
    git("commit", "-q", "-m", "fix(greet): say hi\n\nIt was too stiff.");
    writeFileSync("new.txt", "1\n");
    git("add", "-A");
    git("commit", "-q", "-m", "Add a file");
    appendFileSync("README.md", "more\n");
  },
  async hang() {
    greet("half");
    const child = spawn("sleep", ["300"], { stdio: "inherit" });
    process.on("SIGTERM", () => console.log("not yet"));
    console.log(`before ${child.pid}`);
    await new Promise(() => setInterval(() => {}, 1_000));
  },
  flood() {
    greet("flood");
    const block = Buffer.alloc(1_000_000, `${"x".repeat(99)}\n`);
    console.log("first line");
    for (let count = 0; count < 100; count += 1) process.stdout.write(block);
    console.log("last line");
  },
  fails() {
    greet("half");
    console.error("no such model: key-1234567890");
    process.exitCode = 3;
  },
  hostile() {
    greet("Hello");
    mkdirSync(".github/workflows", { recursive: true });
    writeFileSync(".github/workflows/x.yml", "on: push\n");
    symlinkSync("/etc/passwd", "passwd");
    if (values.result) symlinkSync("/etc/passwd", values.result);
  },
  nothing: () => console.log("Please log in first."),
  environment() {
    writeFileSync(
      "env.json",
      JSON.stringify({ ...process.env, cwd: process.cwd(), argv: process.argv.slice(2) }),
    );
  },
};
await MODES[positionals[0] ?? ""]?.();
