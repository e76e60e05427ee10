/** The command line: what is offered, its help, and how wrong use is told. */
import { Command, CommanderError } from "commander";
import type { RunOptions } from "./options.ts";

export type Invocation =
  | { readonly kind: "run"; readonly options: RunOptions }
  /** Help or version: printed to standard output, exit 0. */
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "wrong"; readonly message: string };

const EXIT_CODES = `
Exit codes:
  0  the run is DONE
  1  the run FAILED, was CANCELLED or got lost, or a request was not as GitHub's API has it
  2  wrong use: nothing was written
  3  the run waits for a person
  130  stopped by Ctrl-C
`;

const EXAMPLES = `
Examples:
  npm start
      The sample: a small library, an idea for it, and a scripted model.
  ANTHROPIC_API_KEY=… npm start -- --repo ../my-library --idea "Parse dates in ISO week notation"
      Your repository and your idea, with a real model. Your folder is only read: the work happens on a copy.
  npm start -- --provider openai --model qwen3-coder --model-url http://127.0.0.1:11434/v1 --repo ../my-library --idea @idea.md
      The same with a model of your own machine.
  npm start -- --repo ../my-library --idea @idea.md --policy slipway.yml --out result --serve
      Looks at the result afterwards with git and any client of GitHub's API.
`;

const ENVIRONMENT = `
Environment:
  ANTHROPIC_API_KEY   key of the model; becomes a secret of the local repository
  ANTHROPIC_BASE_URL  where that key belongs, when not at Anthropic
  OPENAI_API_KEY      the same for --provider openai; a server that wants no key needs none
  OPENAI_BASE_URL     where that key belongs: NVIDIA NIM, vLLM, Ollama, a gateway
  SLIPWAY_EXECUTOR_VARIABLES, SLIPWAY_HTTP_EXECUTOR_SECRET
                      secrets of those names, for a program or a service that runs agents
  NO_COLOR            no colours
`;

/** @param argv arguments after the program's own name */
export function parseCommandLine(argv: readonly string[], version: string): Invocation {
  let printed = "";
  let complaint = "";
  let found: Invocation | undefined;
  const program = new Command("slipway")
    .description(
      "Carries an idea to a released change. `run` does it on this machine, over the real workflows.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: (text) => {
        complaint += text;
      },
    });
  program
    .command("run")
    .description("carry an idea through the workflows, on a GitHub of this machine alone")
    .option(
      "--repo <dir|url>",
      "git repository to work on; only its committed state is taken (default: the sample)",
    )
    .option("--idea <text|@file|->", "what should change: a text, a file, or standard input")
    .option("--policy <file>", "policy to use instead of the repository's .github/slipway.yml")
    .option(
      "--provider <name>",
      "protocol that models are asked in: anthropic, or openai for any server that speaks Chat Completions (default: the policy's)",
    )
    .option("--model <name>", "model that is asked (default: the policy's)")
    .option("--model-url <url>", "server that speaks the provider's protocol")
    .option("--fixtures <path>", "scripted answers instead of a model: a file or folder in aimock's format")
    .option("--out <dir>", "where the result is written (default: .slipway/<run-id>)")
    .option(
      "--engine <name>",
      "what executes the workflows: local, or act, which `npm run tools` installs (default: local)",
    )
    .option("--json", "JSON lines on standard output, everything else on standard error", false)
    .option("--serve", "keep the local GitHub up at the end, until Ctrl-C", false)
    .allowExcessArguments(false)
    .addHelpText("after", EXAMPLES + ENVIRONMENT + EXIT_CODES)
    .exitOverride()
    .action((options: RunOptions) => {
      found = { kind: "run", options };
    });
  try {
    program.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: "print", text: printed };
    // Without a command commander prints its help as a complaint.
    const message = (complaint.startsWith("Usage:") ? "" : complaint).replace(/^error: /, "").trim();
    return { kind: "wrong", message: message || "say what to do: `slipway run`, or `slipway --help`." };
  }
  return found ?? { kind: "wrong", message: "say what to do: `slipway run`, or `slipway --help`." };
}
