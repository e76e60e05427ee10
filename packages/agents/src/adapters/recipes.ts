import type { Ending } from "@slipway/model";
import type { ArgvPart } from "./argv.ts";
import type { ReaderName } from "./readers.ts";

/** How a program is called that works on a task by itself. */
export interface Recipe {
  readonly argv: readonly ArgvPart[];
  /** Where the prompt goes: to standard input, or only into `{prompt-file}`, which is there in both cases. */
  readonly prompt: "stdin" | "file";
  /** Variables that it takes its key and endpoint from; whoever calls it passes the ones that apply. */
  readonly environment: readonly string[];
  /** Variables that make it quiet and repeatable. */
  readonly settings: Readonly<Record<string, string>>;
  readonly reader: ReaderName;
  /** For the person who finds it missing. */
  readonly install: string;
  /** What its exit codes mean beyond success and failure. */
  readonly exits: Readonly<Record<number, Ending>>;
  /** Beginnings of names that it leaves in the root of the work tree for its own use. */
  readonly litter: readonly string[];
  /** Whether it can write `{result-file}`, which lies outside the work tree. */
  readonly reply: boolean;
}

export const RECIPE_NAMES = ["cursor", "claude-code", "codex", "gemini", "aider"] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

export const RECIPES: Readonly<Record<RecipeName, Recipe>> = {
  // cursor.com/docs/cli/reference/parameters and …/output-format (2026-06). Documented is a prompt as an
  // argument, not on standard input; so it is told to read the file.
  cursor: {
    argv: [
      "cursor-agent",
      "--print",
      "--output-format",
      "stream-json",
      "--force",
      "--trust",
      ["--model", "{model}"],
      "Read the file {prompt-file} and carry out the task that it describes.",
    ],
    prompt: "file",
    environment: ["CURSOR_API_KEY"],
    settings: {},
    reader: "cursor",
    install:
      "Install the Cursor CLI in .github/slipway/setup/action.yml (cursor.com/docs/cli/installation) and put its folder ~/.local/bin on the PATH.",
    exits: {},
    litter: [],
    reply: true,
  },
  // `claude --help` of 2.1.330; code.claude.com/docs/en/headless and …/cli-reference. Edits and commands
  // are allowed by name: bypassing all checks is refused to root. --max-budget-usd works with --print only.
  "claude-code": {
    argv: [
      "claude",
      "--print",
      "--output-format",
      "stream-json",
      "--verbose",
      "--no-session-persistence",
      "--permission-mode",
      "acceptEdits",
      "--allowedTools",
      "Bash,Read,Edit,Write,Glob,Grep",
      "--add-dir",
      "{exchange-dir}",
      ["--max-budget-usd", "{dollars}"],
      ["--model", "{model}"],
    ],
    prompt: "stdin",
    environment: ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "CLAUDE_CODE_OAUTH_TOKEN"],
    settings: { DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    reader: "claude-code",
    install: "Install it in .github/slipway/setup/action.yml: npm install --global @anthropic-ai/claude-code",
    exits: {},
    litter: [],
    reply: true,
  },
  // `codex exec --help` of 0.169.0; developers.openai.com/codex/noninteractive. `-` is standard input. The
  // sandbox lets it write to the work tree and to --add-dir, and keeps its commands off the network.
  codex: {
    argv: [
      "codex",
      "exec",
      "--json",
      "--ephemeral",
      "--color",
      "never",
      "--sandbox",
      "workspace-write",
      "--add-dir",
      "{exchange-dir}",
      ["--model", "{model}"],
      "-",
    ],
    prompt: "stdin",
    environment: ["CODEX_API_KEY"],
    settings: {},
    reader: "codex",
    install: "Install it in .github/slipway/setup/action.yml: npm install --global @openai/codex",
    exits: {},
    litter: [],
    reply: true,
  },
  // `gemini --help` of 0.61.0; geminicli.com/docs/cli/headless (standard input that is no terminal makes it
  // headless; events and exit codes). --skip-trust: a new folder is trusted by nobody yet.
  gemini: {
    argv: [
      "gemini",
      "--output-format",
      "stream-json",
      "--approval-mode",
      "yolo",
      "--skip-trust",
      "--include-directories",
      "{exchange-dir}",
      ["--model", "{model}"],
    ],
    prompt: "stdin",
    environment: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI"],
    settings: {},
    reader: "gemini",
    install: "Install it in .github/slipway/setup/action.yml: npm install --global @google/gemini-cli",
    exits: { 41: "authentication", 42: "invalid-request", 53: "steps" },
    litter: [],
    reply: true,
  },
  // aider.chat/docs/config/options.html and …/scripting.html. It commits by itself, with a message of its
  // own; --no-gitignore keeps it from changing .gitignore, --no-detect-urls from fetching what a text names.
  aider: {
    argv: [
      "aider",
      "--message-file",
      "{prompt-file}",
      "--yes-always",
      "--no-pretty",
      "--no-stream",
      "--no-gitignore",
      "--no-dirty-commits",
      "--no-detect-urls",
      "--no-suggest-shell-commands",
      "--no-check-update",
      "--no-show-release-notes",
      "--no-analytics",
      "--input-history-file",
      "{exchange-dir}/aider.input.history",
      "--chat-history-file",
      "{exchange-dir}/aider.chat.history.md",
      ["--model", "{model}"],
    ],
    prompt: "file",
    environment: [
      "ANTHROPIC_API_KEY",
      "OPENAI_API_KEY",
      "OPENAI_API_BASE",
      "GEMINI_API_KEY",
      "OPENROUTER_API_KEY",
      "DEEPSEEK_API_KEY",
    ],
    settings: {},
    reader: "aider",
    install: "Install it in .github/slipway/setup/action.yml: pipx install aider-chat",
    exits: {},
    litter: [".aider."],
    reply: false,
  },
};
