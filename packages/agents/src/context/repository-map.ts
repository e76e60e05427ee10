import type { ContextPack } from "@slipway/model";
import type { Room } from "./budget.ts";
import { mapLines } from "./map-lines.ts";
import { cutNote } from "./note.ts";
import { marked } from "./part.ts";
import type { TrackedFile } from "./tracked.ts";

const SOURCE = "repository map";

/** The files of the repository, so that a model knows where things are before it looks. */
export function repositoryMap(
  files: readonly TrackedFile[],
  near: readonly string[],
  room: Room,
): ContextPack {
  if (files.length === 0) return packOf(marked(SOURCE, "(no files)"), null, room);
  let size = room.size - room.measure(marked(SOURCE, ""));
  // What marking changes in the text may cost a little more than the lines alone.
  for (let tries = 0; tries < 4 && size > 0; tries += 1) {
    const { text, unnamed } = mapLines(files, near, {
      ...room,
      size: size - room.measure(head(files.length, 1)),
    });
    const whole = marked(SOURCE, `${head(files.length, unnamed)}${text}`);
    const over = room.measure(whole) - room.size;
    if (over <= 0) return packOf(whole, noteOf(unnamed, files.length), room);
    size -= over;
  }
  return { name: "repository-map", text: "", tokens: 0, cut: noteOf(files.length, files.length) };
}

function packOf(text: string, cut: string | null, room: Room): ContextPack {
  return { name: "repository-map", text, tokens: room.measure(text), cut };
}

function head(files: number, unnamed: number): string {
  return unnamed === 0
    ? `${files} files.\n`
    : `${files} files; where a line gives a number, the files of that folder are counted and not named.\n`;
}

function noteOf(unnamed: number, files: number): string | null {
  if (unnamed === 0) return null;
  return cutNote({
    room: [],
    shortened: [],
    unfit: [],
    more: [`${unnamed} of ${files} files are counted only`],
  });
}
