import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rewriteForAct } from "@slipway/local-runner";
import { findTool, missing } from "./find.ts";

/** What a linter said of this repository. */
export type Verdict =
  | { readonly kind: "clean" }
  | { readonly kind: "findings"; readonly text: string }
  | { readonly kind: "skipped"; readonly why: string };

export interface Linter {
  readonly name: string;
  readonly lint: (root: string, find?: typeof findTool) => Verdict;
}

const CALLER = "examples/caller/slipway.yml";

export const LINTERS: readonly Linter[] = [
  { name: "zizmor", lint: zizmor },
  { name: "actionlint", lint: actionlint },
  { name: "gitleaks", lint: gitleaks },
];

function zizmor(root: string, find = findTool): Verdict {
  const program = find("zizmor");
  if (program === undefined) return { kind: "skipped", why: missing("zizmor") };
  const actions = actionFolders(root).map((name) => `${name}/action.yml`);
  const config = join(root, ".github/zizmor.yml");
  const options = ["--quiet", "--offline", "--persona", "pedantic", "--config", config];
  return said(program, [...options, ".github/workflows", ...actions, CALLER], root);
}

/** On a copy in which `$/x` is `./x`, so that inputs and outputs of our own actions and workflows are checked too. */
function actionlint(root: string, find = findTool): Verdict {
  const program = find("actionlint");
  if (program === undefined) return { kind: "skipped", why: missing("actionlint") };
  return inScratch((copy) => {
    const folder = ".github/workflows";
    mkdirSync(join(copy, folder), { recursive: true });
    // The folder with `.git` is where actionlint takes `./` to begin.
    mkdirSync(join(copy, ".git"));
    for (const name of actionFolders(root)) symlinkSync(join(root, name), join(copy, name));
    cpSync(join(root, ".github/actionlint.yaml"), join(copy, ".github/actionlint.yaml"));
    const files = readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
    for (const file of [...files, CALLER]) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      const text = readFileSync(join(root, file), "utf8");
      writeFileSync(
        join(copy, file),
        rewriteForAct(text, (path) => `./${path}`),
      );
    }
    // What it finds in shell scripts depends on a program that may be on this machine or not.
    return said(program, ["-shellcheck=", "-pyflakes=", ...files, CALLER], copy);
  });
}

/** The history, and the files as they are now: bundles too, which Git is told to take for binary. */
function gitleaks(root: string, find = findTool): Verdict {
  const program = find("gitleaks");
  if (program === undefined) return { kind: "skipped", why: missing("gitleaks") };
  const options = ["--no-banner", "--log-level=error", "--verbose", "--redact=80", "--no-color"];
  options.push(`--config=${join(root, ".gitleaks.toml")}`);
  const history = said(program, ["git", ".", ...options], root);
  const files = inScratch((copy) => {
    copyDistinct(root, copy);
    return said(program, ["dir", ".", ...options], copy);
  });
  const found = [history, files].flatMap((one) => (one.kind === "findings" ? [one.text] : []));
  return found.length === 0 ? { kind: "clean" } : { kind: "findings", text: found.join("\n") };
}

/** Copies what Git knows or would take in; of files with the same bytes, as bundles have many, one. */
function copyDistinct(root: string, copy: string): void {
  const listed = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed in ${root}: ${listed.stderr}`);
  const seen = new Set<string>();
  for (const path of new Set(listed.stdout.split("\0").filter((one) => one !== ""))) {
    const bytes = bytesOf(join(root, path));
    if (bytes === undefined) continue;
    const hash = createHash("sha256").update(bytes).digest("hex");
    if (seen.has(hash)) continue;
    seen.add(hash);
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), bytes);
  }
}

/** Nothing for a file that was removed and is still in the index. */
function bytesOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function actionFolders(root: string): readonly string[] {
  return readdirSync(root).filter((name) => name.startsWith("action-"));
}

function inScratch<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "slipway-lint-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A linter that could not do its work has found something, too: it is never taken for clean. */
function said(program: string, args: readonly string[], cwd: string): Verdict {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (status === 0) return { kind: "clean" };
  const text = `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim();
  return { kind: "findings", text: text === "" ? `${program} ended with ${status} and said nothing` : text };
}
