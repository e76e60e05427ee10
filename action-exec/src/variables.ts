import type { Runner } from "@slipway/action-kit";
import { ConfigurationError } from "@slipway/model";

const LINE = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

/**
 * Variables for a program that is an executor: lines of `NAME=value`, as in a dotenv file. Values are masked in the log.
 *
 * @param modelKey stands for ANTHROPIC_API_KEY where the lines do not name that
 * @throws ConfigurationError naming the line that is none, without its text
 */
export function variablesOf(
  runner: Pick<Runner, "mask">,
  text: string,
  modelKey: string | undefined,
): Record<string, string> {
  const variables: Record<string, string> = modelKey ? { ANTHROPIC_API_KEY: modelKey } : {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    const [, name, quoted = ""] = LINE.exec(line.trim()) ?? [];
    if (name === undefined)
      throw new ConfigurationError(
        `Line ${index + 1} of the secret SLIPWAY_EXECUTOR_VARIABLES is not of the form NAME=value.`,
      );
    const value = quoted.replace(/^(["'])(.*)\1$/, "$2");
    if (value !== "") runner.mask(value);
    variables[name] = value;
  }
  return variables;
}
