/** The consumer's policy, checked before it is used. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { errorText, explainIssues, type Policy, policySchema } from "@slipway/model";
import { parseDocument } from "yaml";
import { UsageError } from "../usage-error.ts";

export interface PolicyFile {
  readonly text: string;
  readonly policy: Policy;
}

/** @throws UsageError when the file cannot be read or is not a valid policy */
export async function readPolicy(given: string, cwd: string): Promise<PolicyFile> {
  let text: string;
  try {
    text = await readFile(resolve(cwd, given), "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${code ?? String(error)})`;
    throw new UsageError(`--policy ${given}: ${why}.`);
  }
  return parsePolicy(text, `--policy ${given}`);
}

/**
 * @param where what the person calls this policy, for the message
 * @throws UsageError naming the key that is wrong
 */
export function parsePolicy(text: string, where: string): PolicyFile {
  const document = parseDocument(text);
  const fault = document.errors[0];
  if (fault) throw new UsageError(`${where} is not YAML: ${fault.message.split("\n")[0]}`);
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // An alias of nothing, or of too much.
    throw new UsageError(`${where} is not YAML: ${errorText(error)}`);
  }
  // An empty file is an empty policy: everything has a default.
  const parsed = policySchema.safeParse(value ?? {});
  if (!parsed.success)
    throw new UsageError(`${where} is not a valid policy: ${explainIssues(parsed.error)}.`);
  return { text, policy: parsed.data };
}
