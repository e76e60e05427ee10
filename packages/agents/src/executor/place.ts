import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, resolve, sep } from "node:path";
import { confined, PathRefused } from "./workspace-path.ts";

/** Where in the work tree something is to be read or written. `path` holds until `close`, and leads through no link. */
export interface Place {
  /** Usable by this process only, and not to be shown. */
  readonly path: string;
  readonly kind: "file" | "folder" | "other" | "nothing";
  close(): Promise<void>;
}

const LINKS_MAX = 40;
/** What a system takes at once (limits.h), less room for the root: what is longer other programs cannot even see. */
const PATH_MAX = 3_000;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * The place that the model named. On Linux every folder on the way is held open and the next one is looked up in it,
 * so that a link that is put there between this check and the use is not followed; links that stay in the work tree
 * are. Elsewhere only a link in the last place is refused after the check.
 *
 * @throws PathRefused with what to do instead
 */
export async function locate(
  root: string,
  named: string,
  options: { readonly makeFolders?: boolean } = {},
): Promise<Place> {
  if (process.platform === "linux") return new Walk(root, await realpath(root), named, options).run();
  const path = await confined(root, named);
  if (options.makeFolders) await mkdir(join(path, ".."), { recursive: true });
  const kind = await kindOf(path);
  return { path, kind: kind === "link" ? "other" : kind, close: async () => {} };
}

class Walk {
  readonly #held: FileHandle[] = [];
  readonly #root: string;
  readonly #realRoot: string;
  readonly #named: string;
  readonly #makeFolders: boolean;
  #links = 0;

  constructor(root: string, realRoot: string, named: string, options: { readonly makeFolders?: boolean }) {
    this.#root = resolve(root);
    this.#realRoot = realRoot;
    this.#named = named;
    this.#makeFolders = options.makeFolders ?? false;
  }

  async run(): Promise<Place> {
    try {
      if (this.#named.includes("\0")) throw new PathRefused("The path contains a NUL character.");
      if (Buffer.byteLength(this.#named) > PATH_MAX)
        throw new PathRefused(`The path is too long: use at most ${PATH_MAX} bytes.`);
      this.#held.push(await open(this.#realRoot, FOLDER));
      return await this.#walk(
        this.#parts(
          this.#named,
          `${this.#named} lies outside the repository. Use a path relative to its root.`,
        ),
      );
    } catch (error) {
      await this.#release();
      throw error;
    }
  }

  async #walk(parts: string[]): Promise<Place> {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      if (part === "" || part === ".") continue;
      if (part === "..") {
        if (this.#held.length === 1)
          throw new PathRefused(
            `${this.#named} lies outside the repository. Use a path relative to its root.`,
          );
        await this.#held.pop()?.close();
        continue;
      }
      if (part.toLowerCase() === ".git")
        throw new PathRefused(`${this.#named} belongs to Git itself and cannot be read or changed here.`);
      const path = `${this.#top()}/${part}`;
      const kind = await kindOf(path);
      if (kind === "link") parts = [...(await this.#follow(path)), ...parts];
      else if (parts.every((rest) => rest === "" || rest === "."))
        return { path, kind, close: () => this.#release() };
      else await this.#enter(path, kind);
    }
    return { path: this.#top(), kind: "folder", close: () => this.#release() };
  }

  #top(): string {
    return `/proc/self/fd/${this.#held.at(-1)?.fd}`;
  }

  async #enter(path: string, kind: Place["kind"]): Promise<void> {
    if (kind === "nothing" && this.#makeFolders) await mkdir(path, { recursive: true });
    else if (kind !== "folder" && kind !== "nothing")
      throw new PathRefused(`${this.#named} leads through something that is no folder.`);
    try {
      this.#held.push(await open(path, FOLDER));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "ENOENT") throw new PathRefused(`${this.#named} does not exist, nor does its folder.`);
      // It was a folder a moment ago.
      if (code === "ELOOP" || code === "ENOTDIR") throw this.#changed();
      throw error;
    }
  }

  async #follow(path: string): Promise<string[]> {
    this.#links += 1;
    const out = `${this.#named} is, or lies behind, a link that leads out of the repository.`;
    if (this.#links > LINKS_MAX)
      throw new PathRefused(`${this.#named} lies behind links that go in a circle.`);
    const target = await readlink(path).catch(() => {
      throw this.#changed();
    });
    const parts = this.#parts(target, out);
    if (isAbsolute(target)) {
      for (const folder of this.#held.splice(1)) await folder.close();
      return parts;
    }
    // What of `..` leads above the root is a way out, and is told as one.
    let depth = this.#held.length - 1;
    for (const part of parts) {
      depth += part === ".." ? -1 : part === "" || part === "." ? 0 : 1;
      if (depth < 0) throw new PathRefused(out);
    }
    return parts;
  }

  /** Of a path that is absolute, those below the root. */
  #parts(path: string, out: string): string[] {
    if (!isAbsolute(path)) return path.split("/");
    const absolute = resolve(path);
    const base = [this.#root, this.#realRoot].find(
      (root) => absolute === root || absolute.startsWith(root + sep),
    );
    if (base === undefined) throw new PathRefused(out);
    return absolute.slice(base.length + 1).split("/");
  }

  #changed(): PathRefused {
    return new PathRefused(`${this.#named} changed while it was looked at.`);
  }

  async #release(): Promise<void> {
    for (const folder of this.#held.splice(0)) await folder.close();
  }
}

async function kindOf(path: string): Promise<Place["kind"] | "link"> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) return "link";
    return found.isFile() ? "file" : found.isDirectory() ? "folder" : "other";
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return "nothing";
    throw error;
  }
}
