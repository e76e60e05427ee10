import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { EngineEvent, EngineHost, RepositoryName } from "@slipway/model";
import { isJsonObject, type JsonObject } from "../expressions/data.ts";

/**
 * The paths that a push or a pull request changed, by comparing the trees before and after; undefined when
 * there is nothing to compare with (a new branch, an event of another kind).
 */
export async function changedFiles(
  host: EngineHost,
  event: EngineEvent,
  tempDir: string,
): Promise<readonly string[] | undefined> {
  const before = baseOf(event);
  if (before === undefined || /^0+$/.test(before)) return undefined;
  if ((await host.resolveRef(event.repository, before)) === undefined) return undefined;
  const folder = await mkdtemp(join(tempDir, "diff-"));
  try {
    const [old, now] = await Promise.all([
      fingerprints(host, event.repository, before, join(folder, "before")),
      fingerprints(host, event.repository, event.sha, join(folder, "after")),
    ]);
    const paths = new Set([...old.keys(), ...now.keys()]);
    return [...paths].filter((path) => old.get(path) !== now.get(path)).sort();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function baseOf(event: EngineEvent): string | undefined {
  const payload = event.payload as JsonObject;
  if (event.name === "push") return typeof payload.before === "string" ? payload.before : undefined;
  const pull = payload.pull_request;
  const base = isJsonObject(pull) ? pull.base : undefined;
  const sha = isJsonObject(base) ? base.sha : undefined;
  return typeof sha === "string" ? sha : undefined;
}

async function fingerprints(
  host: EngineHost,
  repository: RepositoryName,
  sha: string,
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  await host.exportTree(repository, sha, folder);
  const result = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (entry.isSymbolicLink()) result.set(name, `link ${await readlink(path)}`);
    else if (entry.isFile())
      result.set(
        name,
        createHash("sha1")
          .update(await readFile(path))
          .digest("hex"),
      );
  }
  return result;
}
