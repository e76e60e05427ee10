/** The tools that Anthropic's models have built in, described for models that have not: the inputs are the same. */
import type { ToolSpec } from "./model-client.ts";

export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const SHELL: FunctionTool = {
  name: "bash",
  description:
    "Runs a command in a shell, in the working directory. Every call gets a fresh shell: a change of directory, a variable or a background process does not outlive it. Gives back what the command printed and its exit code.",
  parameters: {
    type: "object",
    properties: {
      command: { type: "string", description: "The command line to run" },
      restart: { type: "boolean", description: "Not needed: there is no shell that lasts" },
    },
    required: ["command"],
    additionalProperties: false,
  },
};

const EDITOR: FunctionTool = {
  name: "str_replace_based_edit_tool",
  description: [
    "Shows and changes files. By `command`:",
    "- view: the file with line numbers, or what a folder holds; `view_range` limits it to those lines.",
    "- create: writes `file_text` to the file, over what was there.",
    "- str_replace: puts `new_str` in the place of `old_str`, which must stand in the file exactly once, white space included.",
    "- insert: puts `insert_text` after line `insert_line`.",
  ].join("\n"),
  parameters: {
    type: "object",
    properties: {
      command: { type: "string", enum: ["view", "create", "str_replace", "insert"] },
      path: { type: "string", description: "Relative to the working directory" },
      view_range: {
        type: "array",
        items: { type: "integer" },
        minItems: 2,
        maxItems: 2,
        description: "view: first and last line, from 1; -1 as the last is the end of the file",
      },
      file_text: { type: "string", description: "create: the whole content" },
      old_str: { type: "string", description: "str_replace: the text to replace" },
      new_str: { type: "string", description: "str_replace: the text that replaces it; left out, none" },
      insert_line: { type: "integer", minimum: 0, description: "insert: 0 is before the first line" },
      insert_text: { type: "string", description: "insert: the text to insert" },
    },
    required: ["command", "path"],
    additionalProperties: false,
  },
};

export function functionOf(tool: ToolSpec): FunctionTool {
  switch (tool.kind) {
    case "shell":
      return SHELL;
    case "editor":
      return EDITOR;
    case "function":
      return { name: tool.name, description: tool.description, parameters: tool.inputSchema };
  }
}
