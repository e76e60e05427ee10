import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** A path that the model named and that must not be followed. The message is for the model. */
export class PathRefused extends Error {
  override readonly name = "PathRefused";
}

/**
 * The absolute path of what the model named, when it lies in the work tree also after every link on
 * the way has been followed.
 *
 * @throws PathRefused with what to do instead
 */
export async function confined(root: string, named: string): Promise<string> {
  if (named.includes("\0")) throw new PathRefused("The path contains a NUL character.");
  const realRoot = await realpath(root);
  const lexical = isAbsolute(named) ? rebased(named, root, realRoot) : resolve(realRoot, named);
  if (!inside(realRoot, lexical)) {
    throw new PathRefused(`${named} lies outside the repository. Use a path relative to its root.`);
  }
  if (
    relative(realRoot, lexical)
      .split(sep)
      .some((part) => part.toLowerCase() === ".git")
  ) {
    throw new PathRefused(`${named} belongs to Git itself and cannot be read or changed here.`);
  }
  const real = await followed(lexical);
  if (real === null || !inside(realRoot, real)) {
    throw new PathRefused(`${named} is, or lies behind, a link that leads out of the repository.`);
  }
  return real;
}

function rebased(named: string, root: string, realRoot: string): string {
  const absolute = resolve(named);
  const givenRoot = resolve(root);
  return inside(givenRoot, absolute) ? join(realRoot, relative(givenRoot, absolute)) : absolute;
}

function inside(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep);
}

/** The real path of the deepest part that exists, with the rest put behind it; null for a dangling link. */
async function followed(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    const isLink = await lstat(path).then(
      () => true,
      () => false,
    );
    if (isLink) return null;
    const parent = await followed(dirname(path));
    return parent === null ? null : join(parent, path.slice(dirname(path).length).replace(/^[/\\]+/, ""));
  }
}
