import { readdir } from "node:fs/promises";
import { z } from "zod";
import { headAndTail, visibleText } from "../prompt/text.ts";
import { countLines, type Edited, insertAfter, type Nearest, replaceOnce } from "./edit-text.ts";
import { EditRefused, readText, writeInside } from "./file.ts";
import { locate } from "./place.ts";

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

const VIEW_EACH = 12_000;

/** One use of the editor. @throws EditRefused, PathRefused with a message for the model; nothing was then changed */
export async function edit(root: string, input: EditorInput): Promise<string> {
  switch (input.command) {
    case "view":
      return view(root, input);
    case "create":
      await writeInside(root, input.path, input.file_text);
      return `Wrote ${input.path} (${countLines(input.file_text)} lines).`;
    case "str_replace": {
      const text = await readText(root, input.path);
      return applied(root, input.path, text, replaceOnce(text, input.old_str, input.new_str));
    }
    case "insert": {
      const text = await readText(root, input.path);
      const added = input.insert_text ?? input.new_str ?? "";
      const edited = insertAfter(text, input.insert_line, added);
      if (edited.kind === "beyond")
        throw new EditRefused(
          `${input.path} has ${edited.lines} lines; insert_line is ${input.insert_line}.`,
        );
      return applied(root, input.path, text, edited);
    }
  }
}

async function applied(root: string, path: string, text: string, edited: Edited): Promise<string> {
  switch (edited.kind) {
    case "changed":
      await writeInside(root, path, edited.text);
      return `Changed ${path}:\n${around(edited.text, edited.line, edited.count)}`;
    case "missing":
      throw new EditRefused(
        `old_str does not stand in ${path}; nothing was changed. ${edited.nearest ? meant(text, edited.nearest) : "View the file again and copy the text exactly, white space included."}`,
      );
    case "ambiguous": {
      const lines = edited.lines.slice(0, 10).join(", ");
      throw new EditRefused(
        `old_str stands ${edited.lines.length} times in ${path} (lines ${lines}); nothing was changed. Give more of the surrounding lines, so that it is unique.`,
      );
    }
    case "beyond":
      throw new EditRefused(`${path} has ${edited.lines} lines; nothing was changed.`);
  }
}

function meant(text: string, { line, count }: Nearest): string {
  return `Did you mean this? It is the nearest, and differs in letters or white space:\n${around(text, line, count)}`;
}

async function view(root: string, input: Extract<EditorInput, { command: "view" }>): Promise<string> {
  const place = await locate(root, input.path);
  try {
    if (place.kind === "folder") return await listing(place.path);
  } finally {
    await place.close();
  }
  const text = await readText(root, input.path);
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
  // A line's end may be CRLF: what is left of it here would be shown as one more line.
  const shown = (line: string) => visibleText(line.replace(/\r$/, ""));
  return lines.map((line, index) => `${String(from + index).padStart(6)}\t${shown(line)}`).join("\n");
}

/** Two levels, without hidden entries and installed dependencies, as the tool is documented. */
async function listing(path: string): Promise<string> {
  const rows: string[] = [];
  const walk = async (folder: string, shown: string, depth: number): Promise<void> => {
    const entries = (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => !entry.name.startsWith(".") && entry.name !== "node_modules")
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const name = shown + visibleText(entry.name);
      rows.push(name + (entry.isDirectory() ? "/" : ""));
      if (entry.isDirectory() && depth < 2) await walk(`${folder}/${entry.name}`, `${name}/`, depth + 1);
    }
  };
  await walk(path, "", 1);
  return headAndTail(rows.join("\n") || "(empty folder)", VIEW_EACH);
}

function around(text: string, line: number, count: number): string {
  const lines = text.split("\n");
  const from = Math.max(1, line - 3);
  return headAndTail(numbered(lines.slice(from - 1, line + count + 2), from), 3_000);
}
