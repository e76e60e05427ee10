/** How a script is executed: a program, and its arguments with `{0}` for the script's path. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** File name extension of the script. */
  readonly extension: string;
}

const KNOWN: Readonly<Record<string, ShellCommand>> = {
  bash: { program: "bash", args: ["--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"], extension: ".sh" },
  sh: { program: "sh", args: ["-e", "{0}"], extension: ".sh" },
  python: { program: "python", args: ["{0}"], extension: ".py" },
  node: { program: "node", args: ["{0}"], extension: ".js" },
};

/** Without a `shell` key: bash, without the pipefail that an explicit `shell: bash` brings. */
const UNSPECIFIED: ShellCommand = { program: "bash", args: ["-e", "{0}"], extension: ".sh" };

/** Why a `shell` cannot be used here, or undefined. A custom one is any program, with `{0}` for the script's path. */
export function unsupportedShell(shell: string): string | undefined {
  if (shell in KNOWN || /\s\S*\{0\}/.test(shell.trim())) return undefined;
  return /\s/.test(shell.trim())
    ? `the shell '${shell}' must contain '{0}', the path of the script`
    : `the shell '${shell}' is not supported (bash, sh, python and node are, and any other as 'program args {0}')`;
}

/**
 * The command for a `shell`, or for none.
 * @throws when it is not supported
 */
export function shellCommand(shell: string | undefined): ShellCommand {
  if (shell === undefined || shell === "") return UNSPECIFIED;
  const known = KNOWN[shell];
  if (known !== undefined) return known;
  const problem = unsupportedShell(shell);
  if (problem !== undefined) throw new Error(problem);
  const [program = "", ...args] = shell.trim().split(/\s+/);
  const base = program.split("/").at(-1)?.replace(/3$/, "") ?? "";
  return { program, args, extension: KNOWN[base]?.extension ?? "" };
}
