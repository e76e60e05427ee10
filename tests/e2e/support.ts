/** Running the `slipway` command as a person does, and looking at what it leaves. */
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Happening, happeningSchema, type Report, reportSchema } from "@slipway/cli/schemas";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** What `bin/slipway.mjs` and `npm start` come to once the dependencies are there. */
const COMMAND = ["--import", join(ROOT, "scripts/json-imports.mjs"), join(ROOT, "packages/cli/src/main.ts")];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of the surroundings but what any machine has: no key, no variable of the test runner. */
function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", LANG: "C.UTF-8" };
}

export function slipway(args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...COMMAND, ...args], {
      cwd,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Every line of `--json`, each as its schema has it. */
export function happenings(stdout: string): Happening[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => happeningSchema.parse(JSON.parse(line)));
}

export function readReport(out: string): Report {
  return reportSchema.parse(JSON.parse(readFileSync(join(out, "report.json"), "utf8")));
}

export function jsonLines(path: string): unknown[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
  }).trim();
}

/** A person's commit on a branch of a bare repository, with these files at its top; gives its name. */
export function commitOn(
  bare: string,
  branch: string,
  files: Readonly<Record<string, string>>,
  message: string,
): string {
  const fed = (input: string, ...args: string[]) =>
    execFileSync("git", args, { cwd: bare, encoding: "utf8", input }).trim();
  const entries = Object.entries(files).map(
    ([name, content]) => `100644 blob ${fed(content, "hash-object", "-w", "--stdin")}\t${name}`,
  );
  const kept = git(bare, "ls-tree", branch)
    .split("\n")
    .filter((line) => !((line.split("\t")[1] ?? "") in files));
  const tree = fed(`${[...kept, ...entries].join("\n")}\n`, "mktree");
  const commit = git(bare, "commit-tree", tree, "-p", branch, "-m", message);
  git(bare, "update-ref", `refs/heads/${branch}`, commit);
  return commit;
}

/** For the message of a failed test: what went wrong, instead of a bare exit code. */
export function explain(ended: Ended): string {
  return `exit code ${ended.code}\n${ended.stderr.slice(-3_000)}\n${ended.stdout.slice(-3_000)}`;
}
