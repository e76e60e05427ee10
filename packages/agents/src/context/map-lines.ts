import type { Room } from "./budget.ts";
import { shownName } from "./note.ts";
import { byText } from "./order.ts";
import type { TrackedFile } from "./tracked.ts";

interface Folder {
  /** Empty for the root. */
  readonly path: string;
  /** Null for the root. */
  readonly parent: Folder | null;
  readonly files: string[];
  readonly folders: Folder[];
  /** Files in it and below it. */
  total: number;
  readonly kinds: Map<string, number>;
}

type Listing =
  | { readonly kind: "open" }
  /** More stands in it than there was room for: these of its folders, and so many of its files. */
  | { readonly kind: "part"; readonly folders: ReadonlySet<Folder>; readonly files: number };

/** A longer list of files says little by its end: it waits until all folders had their turn. */
const MANY_FILES = 40;

export interface MapText {
  readonly text: string;
  /** Files that are counted and not named. */
  readonly unnamed: number;
}

/**
 * The files of a repository, folder by folder: `src/: a.ts b.ts`. When not all fit, folders are opened from
 * the top down, first those that lead to a file in `near`, and the others are counted: `data/: 900 files
 * (.json 899, .md 1)`.
 */
export function mapLines(files: readonly TrackedFile[], near: readonly string[], room: Room): MapText {
  const root = treeOf(files);
  const cost = (line: string) => room.measure(line) + room.measure("\n");
  const wholeCost = (folder: Folder) =>
    ownCost(folder, folder.files.length, cost) + sum(folder.folders, (one) => cost(closedLine(one)));
  const listings = new Map<Folder, Listing>();
  const shown = new Set<Folder>([root]);
  const hot = foldersAbove(near);
  let left = room.size - cost(closedLine(root));
  for (const folder of openingOrder(root, hot)) {
    if (!shown.has(folder)) continue;
    const closed = cost(closedLine(folder));
    const whole = wholeCost(folder);
    const few = folder.files.length <= MANY_FILES || hot.has(folder.path);
    const listing: Listing =
      few && whole - closed <= left
        ? { kind: "open" }
        : part(folder, hot, cost, {
            room: Math.floor(left / 2) + closed,
            files: few ? Number.POSITIVE_INFINITY : MANY_FILES,
          });
    const taken = listing.kind === "open" ? whole : partCost(folder, listing, cost);
    if (taken - closed > left || (listing.kind === "part" && listing.files + listing.folders.size === 0))
      continue;
    left -= taken - closed;
    listings.set(folder, listing);
    for (const one of listing.kind === "open" ? folder.folders : listing.folders) shown.add(one);
  }
  // Where all the rest is shown, the long lists are shown whole too.
  for (const [folder, listing] of listings) {
    if (listing.kind === "open") continue;
    const more = wholeCost(folder) - partCost(folder, listing, cost);
    if (more > left) continue;
    left -= more;
    listings.set(folder, { kind: "open" });
  }
  const lines: string[] = [];
  const unnamed = write(root, listings, lines);
  return { text: lines.join("\n"), unnamed };
}

function treeOf(files: readonly TrackedFile[]): Folder {
  const root = folderAt("", null);
  const all = new Map<string, Folder>([["", root]]);
  const at = (path: string): Folder => {
    const known = all.get(path);
    if (known) return known;
    const parent = at(parentOf(path));
    const made = folderAt(path, parent);
    all.set(path, made);
    parent.folders.push(made);
    return made;
  };
  let folder = root;
  for (const { path, mode } of files) {
    const parent = parentOf(path);
    if (parent !== folder.path) folder = at(parent);
    folder.files.push(`${shownName(path.slice(path.lastIndexOf("/") + 1))}${markOf(mode)}`);
    const kind = kindOf(path);
    for (let above: Folder | null = folder; above !== null; above = above.parent) {
      above.total += 1;
      above.kinds.set(kind, (above.kinds.get(kind) ?? 0) + 1);
    }
  }
  for (const { folders } of all.values()) folders.sort((a, b) => byText(a.path, b.path));
  return root;
}

const folderAt = (path: string, parent: Folder | null): Folder => ({
  path,
  parent,
  files: [],
  folders: [],
  total: 0,
  kinds: new Map(),
});
const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

function markOf(mode: string): string {
  if (mode === "120000") return " (link)";
  return mode === "160000" ? " (submodule)" : "";
}

function kindOf(path: string): string {
  const base = path.slice(path.lastIndexOf("/") + 1);
  const dot = base.lastIndexOf(".");
  return dot > 0 && base.length - dot <= 12 ? base.slice(dot).toLowerCase() : "other";
}

/** The folders that lead to `paths`, the root among them. */
function foldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>([""]);
  for (const path of paths)
    for (let above = parentOf(path); above !== ""; above = parentOf(above)) found.add(above);
  return found;
}

/** Folders on the way to what the work is about, then all others; in both the upper ones first. */
function openingOrder(root: Folder, hot: ReadonlySet<string>): Folder[] {
  let level = [root];
  const first: Folder[] = [];
  const then: Folder[] = [];
  while (level.length > 0) {
    for (const folder of level) (hot.has(folder.path) ? first : then).push(folder);
    level = level.flatMap(({ folders }) => folders);
  }
  return [...first, ...then];
}

/** As many folders, the hot ones first, and then files as the room takes and are wanted. */
function part(
  folder: Folder,
  hot: ReadonlySet<string>,
  cost: (line: string) => number,
  most: { readonly room: number; readonly files: number },
): Extract<Listing, { kind: "part" }> {
  let left = most.room - cost(openLine(folder, 0)) - cost(moreLine(folder, folder.folders));
  const folders = new Set<Folder>();
  const leads = (one: Folder) => hot.has(one.path);
  for (const one of [...folder.folders.filter(leads), ...folder.folders.filter((one) => !leads(one))]) {
    const each = cost(closedLine(one));
    if (each > left) break;
    left -= each;
    folders.add(one);
  }
  let files = 0;
  for (; files < Math.min(most.files, folder.files.length); files += 1) {
    // Its name and the blank before it.
    const each = cost(folder.files[files] ?? "");
    if (each > left) break;
    left -= each;
  }
  return { kind: "part", folders, files };
}

function partCost(
  folder: Folder,
  { folders, files }: Extract<Listing, { kind: "part" }>,
  cost: (line: string) => number,
): number {
  const closed = sum([...folders], (one) => cost(closedLine(one)));
  const rest = folder.folders.filter((one) => !folders.has(one));
  return ownCost(folder, files, cost) + closed + (rest.length > 0 ? cost(moreLine(folder, rest)) : 0);
}

/** A folder that holds folders and nothing else is told by their paths. */
const hasOwnLine = ({ files, folders }: Folder): boolean => files.length > 0 || folders.length === 0;

function ownCost(folder: Folder, files: number, cost: (line: string) => number): number {
  return hasOwnLine(folder) ? cost(openLine(folder, files)) : 0;
}

const nameOf = ({ path }: Folder): string => (path === "" ? "./" : `${shownName(path)}/`);

function openLine(folder: Folder, files: number): string {
  const more = folder.files.length - files;
  const listed = [...folder.files.slice(0, files), ...(more > 0 ? [`… and ${more} more`] : [])];
  return `${nameOf(folder)}: ${listed.join(" ") || "(no files)"}`;
}

function closedLine(folder: Folder): string {
  const kinds = [...folder.kinds].sort(([a, x], [b, y]) => y - x || byText(a, b)).slice(0, 3);
  const told = kinds.map(([kind, count]) => `${kind} ${count}`).join(", ");
  return `${nameOf(folder)}: ${folder.total} ${folder.total === 1 ? "file" : "files"} (${told})`;
}

function moreLine(folder: Folder, rest: readonly Folder[]): string {
  return `${nameOf(folder)}…: ${rest.length} more folders, ${sum(rest, ({ total }) => total)} files`;
}

/** Writes a folder's lines and returns how many files in it are counted and not named. */
function write(folder: Folder, listings: ReadonlyMap<Folder, Listing>, lines: string[]): number {
  const listing = listings.get(folder);
  if (!listing) {
    lines.push(closedLine(folder));
    return folder.total;
  }
  const files = listing.kind === "open" ? folder.files.length : listing.files;
  const isNamed = (one: Folder) => listing.kind === "open" || listing.folders.has(one);
  if (hasOwnLine(folder)) lines.push(openLine(folder, files));
  let unnamed = folder.files.length - files;
  for (const one of folder.folders) if (isNamed(one)) unnamed += write(one, listings, lines);
  const rest = folder.folders.filter((one) => !isNamed(one));
  if (rest.length > 0) lines.push(moreLine(folder, rest));
  return unnamed + sum(rest, ({ total }) => total);
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
