import { isUtf8 } from "node:buffer";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { confined } from "../executor/workspace-path.ts";
import { gitOutput } from "../process/git.ts";
import { asData } from "../prompt/sanitize.ts";
import { visibleText } from "../prompt/text.ts";

export interface ContextRequest {
  readonly workDir: string;
  /** Characters for everything together, quotation marks of ours included. */
  readonly budgetCharacters: number;
  /** Text whose mentions of files bring those files in: an idea, an objective, a failure. */
  readonly focus?: string;
}

const MANIFESTS = [
  "package.json",
  "pyproject.toml",
  "setup.cfg",
  "requirements.txt",
  "Cargo.toml",
  "go.mod",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "Gemfile",
  "composer.json",
  "mix.exs",
  "Makefile",
  "CONTRIBUTING.md",
  "AGENTS.md",
  "tsconfig.json",
];
const FILE_MAX = 16_000;
const FILE_BYTES_MAX = 1_000_000;

/**
 * What a model should know of a repository before it begins: the map of tracked files, README,
 * manifests, and the files that the text at hand names. The same commit, budget and focus give the
 * same bytes. What did not fit is named.
 */
export async function repositoryContext({
  workDir,
  budgetCharacters,
  focus = "",
}: ContextRequest): Promise<string> {
  const listed = (await gitOutput(["ls-files", "-z", "--cached"], { cwd: workDir }))
    .toString("utf8")
    .split("\0");
  const paths = [...new Set(listed.filter((path) => path !== ""))].sort();
  const map = asData({
    source: "repository map",
    text: mapOf(paths, Math.floor(budgetCharacters * 0.35)),
    maxCharacters: budgetCharacters,
  });
  const parts = [map];
  const cut: string[] = [];
  let left = budgetCharacters - map.length - 400;
  for (const path of chosen(paths, focus)) {
    const text = await textOf(workDir, path);
    if (text === null) continue;
    const part = asData({
      source: `file ${path}`,
      text,
      maxCharacters: Math.min(FILE_MAX, Math.max(0, left - 200)),
    });
    if (left < 600) {
      cut.push(path);
      continue;
    }
    parts.push(part);
    left -= part.length + 2;
  }
  if (cut.length > 0) {
    parts.push(
      `(Not shown for want of room: ${visibleText(cut.slice(0, 8).join(", ")).slice(0, 300)}${cut.length > 8 ? ` and ${cut.length - 8} more` : ""}.)`,
    );
  }
  return parts.join("\n\n");
}

/** All paths when they fit; else the files of the upper folders, with counts for what lies deeper. */
function mapOf(paths: readonly string[], max: number): string {
  const whole = paths.join("\n");
  if (whole.length <= max) return whole || "(no files)";
  for (let depth = 6; depth >= 1; depth -= 1) {
    const folded = foldedMap(paths, depth);
    if (folded.length <= max || depth === 1)
      return `${paths.length} files; folders below level ${depth} are counted only.\n${folded}`;
  }
  return whole;
}

function foldedMap(paths: readonly string[], depth: number): string {
  const rows = new Map<string, number>();
  for (const path of paths) {
    const parts = path.split("/");
    const key = parts.length <= depth ? path : `${parts.slice(0, depth).join("/")}/`;
    rows.set(key, (rows.get(key) ?? 0) + 1);
  }
  return [...rows].map(([key, count]) => (key.endsWith("/") ? `${key} (${count} files)` : key)).join("\n");
}

/** Named files first: they are what the work is about. */
function chosen(paths: readonly string[], focus: string): string[] {
  const named = paths.filter((path) => isNamed(path, focus));
  const readme = paths.filter((path) => /^readme(?:\.(?:md|rst|txt|adoc))?$/i.test(path));
  const manifests = MANIFESTS.filter((path) => paths.includes(path));
  return [...new Set([...named, ...readme, ...manifests])];
}

function isNamed(path: string, focus: string): boolean {
  const base = path.slice(path.lastIndexOf("/") + 1);
  return mentions(focus, path) || (base.includes(".") && base.length > 4 && mentions(focus, base));
}

function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? " ";
    const after = text.slice(at + name.length, at + name.length + 2);
    if (!/[\w.-]/.test(before) && !/^(?:[\w-]|\.\w)/.test(after)) return true;
  }
  return false;
}

async function textOf(workDir: string, path: string): Promise<string | null> {
  try {
    const found = await lstat(join(workDir, path));
    if (!found.isFile() || found.size > FILE_BYTES_MAX) return null;
    const bytes = await readFile(await confined(workDir, path));
    return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8") : null;
  } catch {
    return null;
  }
}
