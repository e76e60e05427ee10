/** The two repositories of a run, made ready as bare repositories: the suite, and the one under work. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckedRun } from "../check.ts";
import { git, gitMaybe, OWN_REPOSITORY } from "../git.ts";
import { callerWith } from "../input/executor-secrets.ts";
import { parsePolicy } from "../input/policy.ts";
import { type ModelWish, withModel } from "../input/provider.ts";
import { CALLER_PATH, DEFAULT_SUITE, findCallers, POLICY_PATH, type SuiteReference } from "./caller.ts";
import { commitFile } from "./commits.ts";
import { copySource, fileAt } from "./repository.ts";
import { buildSuite, CHECKOUT, nameSuite } from "./suite.ts";

/** Who owns the repository under work on the local GitHub. */
export const OWNER = "acme";

export interface Prepared {
  readonly repository: { readonly bare: string; readonly name: string; readonly branch: string };
  readonly suite: { readonly bare: string; readonly sha: string };
  /** Names under which callers look for the suite, the default one first. */
  readonly references: readonly SuiteReference[];
}

/** @param tell says what was added to the repository under work */
export async function prepare(
  checked: CheckedRun,
  folder: string,
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<Prepared> {
  const suiteBare = join(folder, "suite.git");
  const [sha, copy] = await Promise.all([
    buildSuite(suiteBare),
    copySource(checked.source, join(folder, "repository.git"), signal),
  ]);
  const callers = await addCaller(copy.bare, copy.branch, checked.secrets, tell);
  await addPolicy(checked, copy.bare, copy.branch, tell);
  if (checked.source.kind === "folder" && checked.source.tag !== null) {
    await tagHead(copy.bare, copy.branch, checked.source.tag);
  }
  const references = unique([DEFAULT_SUITE, ...callers]);
  for (const { ref } of references) await nameSuite(suiteBare, sha, ref);
  return {
    repository: { bare: copy.bare, name: checked.source.name, branch: copy.branch },
    suite: { bare: suiteBare, sha },
    references,
  };
}

/** The suites that the repository calls; the README's caller file is added when there is none. */
async function addCaller(
  bare: string,
  branch: string,
  secrets: CheckedRun["secrets"],
  tell: (text: string) => void,
): Promise<SuiteReference[]> {
  const callers = await findCallers(bare, `refs/heads/${branch}`);
  if (callers.length === 0) {
    await commitFile({
      bare,
      branch,
      path: CALLER_PATH,
      content: callerWith(
        await readFile(join(CHECKOUT, "examples", "caller", "slipway.yml"), "utf8"),
        secrets,
      ),
      message: "ci: add Slipway's caller file",
    });
    tell(`Added ${CALLER_PATH} to the copy: the repository had no workflow that calls Slipway.`);
    return [];
  }
  const references: SuiteReference[] = [];
  for (const { path, suite } of callers) {
    if (await canBeNamed(suite.ref)) {
      references.push(suite);
      continue;
    }
    const text = (await fileAt(bare, `refs/heads/${branch}`, path)) ?? "";
    const content = `${text.replaceAll(`@${suite.ref}`, `@${DEFAULT_SUITE.ref}`)}\n`;
    await commitFile({ bare, branch, path, content, message: "ci: use the suite of this checkout" });
    tell(
      `${path} pins the suite to ${suite.ref.slice(0, 12)}: the copy names ${DEFAULT_SUITE.ref}, which is this checkout.`,
    );
    references.push({ ...suite, ref: DEFAULT_SUITE.ref });
  }
  return references;
}

/** A full commit SHA names exactly one commit: this checkout cannot be given that name. */
async function canBeNamed(ref: string): Promise<boolean> {
  if (/^[0-9a-f]{40}$/.test(ref)) return false;
  return (
    (await gitMaybe(["check-ref-format", "--branch", ref.replace(/^refs\/(heads|tags)\//, "")])) !== undefined
  );
}

async function addPolicy(
  checked: CheckedRun,
  bare: string,
  branch: string,
  tell: (text: string) => void,
): Promise<void> {
  const own = await fileAt(bare, `refs/heads/${branch}`, POLICY_PATH);
  const policy = checked.policy ?? (own === undefined ? checked.fallbackPolicy : null);
  if (!policy) {
    if (own === undefined)
      tell(`The repository has no ${POLICY_PATH}: Slipway's defaults hold, and no test command is run.`);
    else parsePolicy(own, `${POLICY_PATH} of the repository`);
  }
  const content = withModel(policy?.text ?? own ?? "", checked.modelWish);
  // git says the same of both when only the newline at the end differs.
  if ((own ?? "").trimEnd() === content.trimEnd()) return;
  const message = own === undefined ? "ci: add Slipway's policy" : "ci: change Slipway's policy";
  await commitFile({ bare, branch, path: POLICY_PATH, content, message });
  tell(
    `${own === undefined ? "Added" : "Replaced"} ${POLICY_PATH} in the copy${checked.policy ? ", from --policy" : ""}${wished(checked.modelWish)}.`,
  );
}

function wished({ provider, name }: ModelWish): string {
  const said = [...(provider ? [`model.provider ${provider}`] : []), ...(name ? [`model.name ${name}`] : [])];
  return said.length > 0 ? `, with ${said.join(" and ")}` : "";
}

async function tagHead(bare: string, branch: string, tag: string): Promise<void> {
  await git(["update-ref", `refs/tags/${tag}`, `refs/heads/${branch}`], { cwd: bare, env: OWN_REPOSITORY });
}

function unique(references: readonly SuiteReference[]): SuiteReference[] {
  const key = ({ owner, name, ref }: SuiteReference) => `${owner}/${name}@${ref}`.toLowerCase();
  return [...new Map(references.map((reference) => [key(reference), reference])).values()];
}
