import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { chmod, open, readdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { visibleText } from "../prompt/text.ts";
import { locate } from "./place.ts";
import { PathRefused } from "./workspace-path.ts";

/** An edit that cannot be done as asked. The message is for the model and says what would work. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

const TEXT_MAX_BYTES = 5_000_000;
/** A pipe or a device in the place of a file must not keep us waiting, nor a link be followed. */
const SAFE = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** The text of a file in the work tree. @throws EditRefused, PathRefused */
export async function readText(root: string, named: string): Promise<string> {
  const place = await locate(root, named);
  try {
    if (place.kind === "nothing")
      throw new EditRefused(`${named} does not exist. Use create to make it.${await alike(root, named)}`);
    if (place.kind !== "file") throw new EditRefused(`${named} is not a file.`);
    const file = await open(place.path, constants.O_RDONLY | SAFE);
    try {
      const { size } = await file.stat();
      if (size > TEXT_MAX_BYTES)
        throw new EditRefused(
          `${named} has ${size} bytes, too many for the editor. Use the shell, sed -n '1,100p' for instance.`,
        );
      const bytes = await file.readFile();
      if (!isUtf8(bytes) || bytes.includes(0))
        throw new EditRefused(`${named} is not a text file. Use the shell.`);
      return bytes.toString("utf8");
    } finally {
      await file.close();
    }
  } finally {
    await place.close();
  }
}

/** Writes a file in the work tree, with the folders it needs. Its mode stays, unless one is given. @throws EditRefused, PathRefused */
export async function writeInside(
  root: string,
  named: string,
  content: string | Buffer,
  mode?: 0o644 | 0o755,
): Promise<void> {
  const place = await locate(root, named, { makeFolders: true });
  try {
    if (place.kind === "folder") throw new EditRefused(`${named} is a folder; name a file.`);
    if (place.kind === "other") throw new EditRefused(`${named} is not a file. Remove it first.`);
    const file = await open(place.path, constants.O_WRONLY | constants.O_CREAT | SAFE, mode ?? 0o644);
    try {
      if (!(await file.stat()).isFile()) throw new EditRefused(`${named} is not a file. Remove it first.`);
      await file.truncate(0);
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    if (mode !== undefined && place.kind === "file") await chmod(place.path, mode);
  } finally {
    await place.close();
  }
}

/** Removes a file of the work tree; one that is not there is no error. @throws PathRefused */
export async function removeInside(root: string, named: string): Promise<void> {
  const place = await locate(root, named);
  try {
    if (place.kind === "file") await rm(place.path);
  } finally {
    await place.close();
  }
}

/** Names in the same folder that a person would take for the one that is missing. */
async function alike(root: string, named: string): Promise<string> {
  const plain = (name: string) => name.normalize("NFKC").toLowerCase();
  const wanted = plain(basename(named));
  try {
    const folder = await locate(root, dirname(named));
    try {
      const found = (await readdir(folder.path)).filter((name) => plain(name) === wanted);
      return found.length === 0
        ? ""
        : ` Did you mean ${found.map((name) => JSON.stringify(visibleText(name))).join(", ")}?`;
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (error instanceof PathRefused || (error as NodeJS.ErrnoException).code !== undefined) return "";
    throw error;
  }
}
