import { isUtf8 } from "node:buffer";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { headAndTail, visibleText } from "../prompt/text.ts";
import { confined } from "./workspace-path.ts";

/** Input of the model's own `str_replace_based_edit_tool` (text_editor_20250728). */
export const editorInputSchema = z.discriminatedUnion("command", [
  z.object({
    command: z.literal("view"),
    path: z.string().min(1),
    view_range: z.tuple([z.number().int(), z.number().int()]).optional(),
  }),
  z.object({ command: z.literal("create"), path: z.string().min(1), file_text: z.string() }),
  z.object({
    command: z.literal("str_replace"),
    path: z.string().min(1),
    old_str: z.string().min(1),
    new_str: z.string().default(""),
  }),
  z
    .object({
      command: z.literal("insert"),
      path: z.string().min(1),
      insert_line: z.number().int().min(0),
      insert_text: z.string().optional(),
      new_str: z.string().optional(),
    })
    .refine((input) => (input.insert_text ?? input.new_str) !== undefined, {
      path: ["insert_text"],
      message: "is missing",
    }),
]);
export type EditorInput = z.infer<typeof editorInputSchema>;

/** An edit that cannot be done as asked. The message is for the model and says what would work. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

const VIEW_EACH = 12_000;
const EDIT_MAX_BYTES = 5_000_000;

/** One use of the editor. @throws EditRefused, PathRefused with a message for the model */
export async function edit(root: string, input: EditorInput): Promise<string> {
  const path = await confined(root, input.path);
  switch (input.command) {
    case "view":
      return view(root, path, input);
    case "create": {
      if (await isFolder(path)) throw new EditRefused(`${input.path} is a folder; name a file.`);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, input.file_text);
      return `Wrote ${input.path} (${countLines(input.file_text)} lines).`;
    }
    case "str_replace": {
      const text = await textOf(path, input.path);
      const at = occurrences(text, input.old_str);
      if (at.length === 0) throw new EditRefused(notFound(text, input.old_str, input.path));
      if (at.length > 1) {
        const lines = at.slice(0, 10).map((index) => lineOf(text, index));
        throw new EditRefused(
          `old_str stands ${at.length} times in ${input.path} (lines ${lines.join(", ")}). Give more of the surrounding lines, so that it is unique.`,
        );
      }
      const index = at[0] ?? 0;
      const changed = text.slice(0, index) + input.new_str + text.slice(index + input.old_str.length);
      await writeFile(path, changed);
      return `Changed ${input.path}:\n${around(changed, lineOf(changed, index), countLines(input.new_str))}`;
    }
    case "insert": {
      const text = await textOf(path, input.path);
      const lines = text.split("\n");
      const last = text.endsWith("\n") || text === "" ? lines.length - 1 : lines.length;
      if (input.insert_line > last)
        throw new EditRefused(`${input.path} has ${last} lines; insert_line is ${input.insert_line}.`);
      const added = (input.insert_text ?? input.new_str ?? "").replace(/\n$/, "");
      if (input.insert_line === lines.length && text !== "") lines.push(added);
      else lines.splice(input.insert_line, 0, added);
      const changed = lines.join("\n");
      await writeFile(path, changed);
      return `Changed ${input.path}:\n${around(changed, input.insert_line + 1, countLines(added))}`;
    }
  }
}

async function view(
  root: string,
  path: string,
  input: Extract<EditorInput, { command: "view" }>,
): Promise<string> {
  if (await isFolder(path)) return listing(root, path);
  const text = await textOf(path, input.path);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) return `${input.path} is empty.`;
  const [from = 1, to = -1] = input.view_range ?? [];
  const end = to === -1 ? lines.length : Math.min(to, lines.length);
  if (from < 1 || from > lines.length || end < from) {
    throw new EditRefused(
      `view_range [${from}, ${to}] is not in ${input.path}, which has ${lines.length} lines.`,
    );
  }
  return headAndTail(numbered(lines.slice(from - 1, end), from), VIEW_EACH);
}

function numbered(lines: readonly string[], from: number): string {
  return lines.map((line, index) => `${String(from + index).padStart(6)}\t${visibleText(line)}`).join("\n");
}

/** Two levels, without hidden entries and installed dependencies, as the tool is documented. */
async function listing(root: string, path: string): Promise<string> {
  const rows: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      rows.push(visibleText(relative(root, join(folder, entry.name))) + (entry.isDirectory() ? "/" : ""));
      if (entry.isDirectory() && depth < 2) await walk(join(folder, entry.name), depth + 1);
    }
  };
  await walk(path, 1);
  return headAndTail(rows.join("\n") || "(empty folder)", VIEW_EACH);
}

async function textOf(path: string, named: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new EditRefused(`${named} does not exist. Use create to make it.`);
  if (!found.isFile()) throw new EditRefused(`${named} is not a file.`);
  if (found.size > EDIT_MAX_BYTES)
    throw new EditRefused(`${named} has ${found.size} bytes, too many for the editor. Use the shell.`);
  const bytes = await readFile(path);
  if (!isUtf8(bytes) || bytes.includes(0))
    throw new EditRefused(`${named} is not a text file. Use the shell.`);
  return bytes.toString("utf8");
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

/** Most misses differ in white space only: show what stands there. */
function notFound(text: string, old: string, named: string): string {
  const squeezed = (line: string) => line.replace(/\s+/g, " ").trim();
  const wanted = squeezed(old.split("\n").find((line) => line.trim() !== "") ?? "");
  const index = text.split("\n").findIndex((line) => wanted !== "" && squeezed(line) === wanted);
  const hint =
    index === -1
      ? "View the file again and copy the text exactly, white space included."
      : `Did you mean this, which differs in white space or in later lines?\n${around(text, index + 1, old.split("\n").length)}`;
  return `old_str does not stand in ${named}. ${hint}`;
}

function around(text: string, line: number, count: number): string {
  const lines = text.split("\n");
  const from = Math.max(1, line - 3);
  return headAndTail(numbered(lines.slice(from - 1, line + count + 2), from), 3_000);
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function countLines(text: string): number {
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}
