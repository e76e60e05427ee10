import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type GitOptions, gitOutput } from "../process/git.ts";
import { blobSizes, readBlobs } from "../process/git-objects.ts";
import { FIXED } from "./staging.ts";
import { confined } from "./workspace-path.ts";

/** Git LFS specification, "The Pointer": smaller than 1,024 bytes, `version` first. */
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
const POINTER_MAX = 1_024;

interface Changed {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * What to make of files that the base keeps in Git LFS. A checkout with LFS holds their content where
 * the commit holds a pointer, so that they look changed although nobody touched them.
 *
 * A new file that the attributes give to LFS would be committed with its content, which LFS takes for damage.
 *
 * @returns `same` for those, `changed` for files with other content than the pointer names, and for new ones; files
 * that are not in LFS are not in the map
 */
export async function judgeLfs(
  workDir: string,
  entries: readonly Changed[],
  objects: GitOptions,
): Promise<Map<string, "same" | "changed">> {
  const known = entries.filter(({ before }) => !/^0+$/.test(before));
  const sizes = await blobSizes(
    known.map(({ before }) => before),
    objects,
  );
  const small = known.filter((_entry, index) => (sizes[index] ?? POINTER_MAX) < POINTER_MAX);
  const contents = await readBlobs(
    small.map(({ before }) => before),
    objects,
  );
  const judged = new Map<string, "same" | "changed">();
  for (const [index, { path }] of small.entries()) {
    const oid = POINTER.exec(contents[index]?.toString("utf8") ?? "")?.[1];
    if (oid !== undefined) judged.set(path, (await digest(workDir, path)) === oid ? "same" : "changed");
  }
  const made = entries.filter(({ before }) => /^0+$/.test(before)).map(({ path }) => path);
  for (const path of await givenToLfs(made, objects)) judged.set(path, "changed");
  return judged;
}

/** Those of the paths that the attributes of the change give to LFS. */
async function givenToLfs(paths: readonly string[], objects: GitOptions): Promise<string[]> {
  if (paths.length === 0) return [];
  const ask = ["check-attr", "--cached", "-z", "--stdin", "filter"];
  const told = await gitOutput([...FIXED, ...ask], { ...objects, input: paths.join("\0") });
  // Records of `path NUL filter NUL value NUL`.
  const fields = told.toString("utf8").split("\0");
  return fields.filter((_path, index) => index % 3 === 0 && fields[index + 2] === "lfs");
}

/** Null for what cannot be read: it is then not what the pointer names. */
async function digest(workDir: string, path: string): Promise<string | null> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(await confined(workDir, path)), hash);
  } catch {
    return null;
  }
  return hash.digest("hex");
}
