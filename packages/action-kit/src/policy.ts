import { type GitHub, POLICY_PATH, readPolicyFile } from "@slipway/github";
import { ConfigurationError, errorText, explainIssues, type Policy, policySchema } from "@slipway/model";

/** The policy that a branch carries; all defaults where it carries none. @throws ConfigurationError */
export async function readPolicy(github: GitHub, branch: string): Promise<Policy> {
  const text = (await readPolicyFile(github, `refs/heads/${branch}`))?.text;
  if (text === undefined) return policySchema.parse({});
  // Loaded where there is a policy to read: once in a run.
  const { parse } = await import("yaml");
  const parsed = policySchema.safeParse(readYaml(parse, text) ?? {});
  if (!parsed.success)
    throw new ConfigurationError(
      `${POLICY_PATH} on ${branch} is not a valid policy: ${explainIssues(parsed.error)}.`,
    );
  return parsed.data;
}

function readYaml(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigurationError(`${POLICY_PATH} is not valid YAML: ${errorText(error)}`);
  }
}
