/** The consumer's caller file: the one file by which a repository reaches the suite. */
import { isMap, isScalar, parseDocument } from "yaml";
import { git, OWN_REPOSITORY } from "../git.ts";

export const CALLER_PATH = ".github/workflows/slipway.yml";
export const POLICY_PATH = ".github/slipway.yml";

/** The suite as a caller names it. */
export interface SuiteReference {
  readonly owner: string;
  readonly name: string;
  /** Branch, tag or commit. */
  readonly ref: string;
}

export const DEFAULT_SUITE: SuiteReference = { owner: "slipway-dev", name: "slipway", ref: "v0" };

export interface Caller {
  readonly path: string;
  readonly suite: SuiteReference;
}

const USES = /^([\w.-]+)\/([\w.-]+)\/\.github\/workflows\/orchestrator\.ya?ml@(\S+)$/;

/** The suite that a workflow file calls, or undefined when it calls none or is not YAML. */
export function suiteOf(text: string): SuiteReference | undefined {
  const document = parseDocument(text);
  const jobs = document.get("jobs");
  if (document.errors.length > 0 || !isMap(jobs)) return undefined;
  for (const { value } of jobs.items) {
    const uses = isMap(value) ? value.get("uses", true) : undefined;
    const [, owner, name, ref] = (isScalar(uses) && USES.exec(String(uses.value))) || [];
    if (owner && name && ref) return { owner, name, ref };
  }
  return undefined;
}

/** Every caller file on a branch of a repository. */
export async function findCallers(repository: string, commit: string): Promise<Caller[]> {
  const call = { cwd: repository, env: OWN_REPOSITORY };
  const listed = await git(["ls-tree", "-z", "--name-only", commit, ".github/workflows/"], call);
  const callers: Caller[] = [];
  for (const path of listed.split("\0").filter((name) => /\.ya?ml$/.test(name))) {
    const suite = suiteOf(await git(["cat-file", "blob", `${commit}:${path}`], call));
    if (suite) callers.push({ path, suite });
  }
  return callers;
}
