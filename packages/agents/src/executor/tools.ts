import { errorText } from "@slipway/model";
import { z } from "zod";
import { runCommand } from "../process/command.ts";
import type { Confinement } from "../process/isolation.ts";
import { asToolResult } from "../prompt/sanitize.ts";
import type { ToolCall, ToolSpec } from "../provider/model-client.ts";
import { edit, editorInputSchema } from "./editor.ts";
import { EditRefused } from "./file.ts";
import { PathRefused } from "./workspace-path.ts";

/** Characters of a command's output that the model sees from its beginning, and as many from its end. */
export const OUTPUT_EACH = 5_000;

export const TOOLS: readonly ToolSpec[] = [
  { kind: "shell", name: "bash" },
  { kind: "editor", name: "str_replace_based_edit_tool" },
  {
    kind: "function",
    name: "submit",
    description: "Hand over the change as it stands in the working directory. This ends the work.",
    inputSchema: {
      type: "object",
      properties: {
        title: {
          type: "string",
          description: "What the change does, imperative, at most 72 characters, one line",
        },
        summary: {
          type: "string",
          description: "What changed and why, what was run with which result, what is missing",
        },
      },
      required: ["title", "summary"],
      additionalProperties: false,
    },
  },
];

const shellInputSchema = z.object({ command: z.string().min(1).optional(), restart: z.boolean().optional() });
const submitInputSchema = z.object({
  title: z.string().trim().min(1).max(500),
  summary: z.string().trim().min(1).max(60_000),
});
export type Submission = z.infer<typeof submitInputSchema>;

export interface ToolContext {
  readonly workDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly confinement: Confinement;
  /** Sees to it that the work tree lies where it belongs. @throws Error when it is gone */
  readonly ready: () => Promise<void>;
  /** Those that the model was offered. */
  readonly tools: readonly ToolSpec[];
  /** Longest time for the next command. */
  readonly commandMs: number;
  readonly signal: AbortSignal;
}

/** What came of one tool call. `malformed`: the call itself was wrong, nothing was done. */
export type ToolOutcome =
  | { readonly kind: "done" | "failed" | "malformed"; readonly text: string }
  | { readonly kind: "submitted"; readonly submission: Submission };

export async function useTool(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
  if (!context.tools.some(({ name }) => name === call.name)) {
    const names = context.tools.map(({ name }) => name).join(", ");
    return {
      kind: "malformed",
      text: `There is no tool ${JSON.stringify(call.name)}. The tools are ${names}.`,
    };
  }
  switch (call.name) {
    case "bash":
      return parsed(call, shellInputSchema, (input) => shell(input, context));
    case "str_replace_based_edit_tool":
      return parsed(call, editorInputSchema, async (input) => {
        try {
          await context.ready();
          return { kind: "done", text: await edit(context.workDir, input) };
        } catch (error) {
          if (error instanceof EditRefused || error instanceof PathRefused)
            return { kind: "failed", text: error.message };
          // The file system said no (no permission, no room): the model can act on that, but not on our paths.
          return { kind: "failed", text: errorText(error).replace(/\/proc\/self\/fd\/\d+\//g, "") };
        }
      });
    case "submit":
      return parsed(call, submitInputSchema, async (submission) => ({ kind: "submitted", submission }));
    default:
      return { kind: "malformed", text: `The tool ${JSON.stringify(call.name)} cannot be used.` };
  }
}

async function parsed<T>(
  call: ToolCall,
  schema: z.ZodType<T>,
  use: (input: T) => Promise<ToolOutcome>,
): Promise<ToolOutcome> {
  const result = schema.safeParse(withoutNulls(call.input));
  if (result.success) return use(result.data);
  return { kind: "malformed", text: `The input of ${call.name} is wrong:\n${z.prettifyError(result.error)}` };
}

/** Models that know a shape with all of its properties say null for one that they leave out. */
function withoutNulls(input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

async function shell(input: z.infer<typeof shellInputSchema>, context: ToolContext): Promise<ToolOutcome> {
  if (input.command === undefined) {
    return input.restart
      ? { kind: "done", text: "Every command runs in a fresh shell; there is nothing to restart." }
      : { kind: "malformed", text: "The input of bash is wrong: command is missing." };
  }
  try {
    await context.ready();
  } catch (error) {
    return { kind: "failed", text: errorText(error) };
  }
  const result = await runCommand(input.command, {
    cwd: context.workDir,
    env: context.env,
    timeoutMs: context.commandMs,
    keep: { head: OUTPUT_EACH, tail: OUTPUT_EACH },
    signal: context.signal,
    confinement: context.confinement,
  });
  const output = asToolResult(result.output).trimEnd() || "(no output)";
  switch (result.ended) {
    case "exit":
      return {
        kind: result.exitCode === 0 ? "done" : "failed",
        text: `${output}\n[exit code ${result.exitCode}]`,
      };
    case "timeout":
      return {
        kind: "failed",
        text: `${output}\n[killed after ${Math.round(result.seconds)} s with everything it had started]`,
      };
    case "aborted":
      return { kind: "failed", text: `${output}\n[killed: the work was stopped]` };
    case "not-started":
      return { kind: "failed", text: output };
  }
}
