/** Repositories under work for the tests: a copy of a folder, under Git, in a folder of its own. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { git, ROOT } from "./support.ts";

export const CONFLICT = join(ROOT, "examples/conflict");
export const BROKEN = join(ROOT, "examples/broken");
/** An epic with one task: the smallest run that comes to DONE. */
export const ONE_TASK = join(ROOT, "tests/e2e/shapes/one-task");

export interface Place {
  /** Where the command is run. */
  readonly folder: string;
  /** The repository under work in it. */
  readonly repo: string;
  remove(): void;
}

/** @param more copies further files over it before the one commit is made */
export function repositoryFrom(source: string, more: (repo: string) => void = () => undefined): Place {
  const folder = mkdtempSync(join(tmpdir(), "slipway-e2e-"));
  const repo = join(folder, "repository");
  cpSync(source, repo, { recursive: true });
  more(repo);
  git(repo, "init", "-q", "-b", "main");
  git(repo, "add", "-A");
  git(repo, "commit", "-q", "-m", "feat: start");
  return { folder, repo, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
