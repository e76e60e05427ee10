import { isMissing, LimitReachedError, refusalOf } from "./client/errors.ts";
import type { GitHubContext } from "./context.ts";
import { allowedMethods, type MergeMethod, type MethodRule } from "./pulls/methods.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

export interface RequiredCheck {
  readonly name: string;
  /** App whose check counts; null when anybody's check or status of the name does. */
  readonly appId: number | null;
}

/** The rules that GitHub applies to a merge into a branch. */
export interface BranchRules {
  readonly requiredChecks: readonly RequiredCheck[];
  /**
   * Approving reviews asked for. Those of classic branch protection are shown to administrators only and are not in
   * it; GitHub still refuses the merge by them.
   */
  readonly approvals: number;
  readonly mergeQueue: boolean;
  /** Methods of merging that the rules leave; the repository's settings may leave fewer. */
  readonly mergeMethods: readonly MergeMethod[];
  /** False when some of it could not be read: a gate must not take the rest for the whole. */
  readonly readable: boolean;
  /** Why not, in a sentence. */
  readonly problem: string | null;
}

/**
 * The rules of a branch, also of one that does not exist yet. Requests: 2 (1 more for each further 100 rules).
 *
 * @throws LimitReachedError when GitHub's limits leave no room
 */
export async function readBranchRules(context: Context, branch: string): Promise<BranchRules> {
  const [rulesets, classic] = await Promise.all([
    readRulesets(context, branch),
    readClassic(context, branch),
  ]);
  const problems: string[] = [];
  const rules: BranchRule[] = [];
  if (Array.isArray(rulesets)) rules.push(...rulesets);
  else if (!(rulesets.status === 404 && "checks" in classic && classic.exists)) {
    // A server without rulesets answers 404; so does a repository that this token may not see.
    problems.push(`The rules of branch ${branch} cannot be read: ${rulesets.reason}.`);
  }
  if (!("checks" in classic))
    problems.push(`The protection of branch ${branch} cannot be read: ${classic.reason}.`);
  const checks = [
    ...rules.flatMap((rule) => (rule.type === "required_status_checks" ? checksOf(rule) : [])),
    ...("checks" in classic ? classic.checks : []),
  ];
  const approvals = rules.map((rule) =>
    rule.type === "pull_request" ? (rule.parameters?.required_approving_review_count ?? 0) : 0,
  );
  return {
    requiredChecks: unique(checks),
    approvals: Math.max(0, ...approvals),
    mergeQueue: rules.some(({ type }) => type === "merge_queue"),
    mergeMethods: allowedMethods(rules),
    readable: problems.length === 0,
    problem: problems.length === 0 ? null : problems.join(" "),
  };
}

interface Unreadable {
  readonly status: number;
  readonly reason: string;
}

interface BranchRule extends MethodRule {
  readonly parameters?: {
    readonly allowed_merge_methods?: readonly string[];
    readonly required_approving_review_count?: number;
    readonly required_status_checks?: readonly {
      readonly context: string;
      readonly integration_id?: number;
    }[];
  };
}

async function readRulesets(
  { octokit, owner, repo }: Context,
  branch: string,
): Promise<BranchRule[] | Unreadable> {
  try {
    const rules = await octokit.paginate("GET /repos/{owner}/{repo}/rules/branches/{branch}", {
      owner,
      repo,
      branch,
      per_page: 100,
    });
    return rules as BranchRule[];
  } catch (error) {
    const unreadable = unreadableOf(error);
    // Private repositories of plans without rules: none can apply.
    return /upgrade to github/i.test(unreadable.reason) ? [] : unreadable;
  }
}

type Classic = { readonly exists: boolean; readonly checks: readonly RequiredCheck[] } | Unreadable;

/** Classic branch protection, as far as it is shown to a token that may read the repository's contents. */
async function readClassic({ octokit, owner, repo }: Context, branch: string): Promise<Classic> {
  try {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", {
      owner,
      repo,
      branch,
    });
    const required = data.protection?.required_status_checks;
    const off = required?.enforcement_level === "off";
    const named = (required?.checks ?? []).map(({ context, app_id }) => ({
      name: context,
      appId: appIdOf(app_id),
    }));
    // Older servers list the names only.
    const names = required?.checks ? [] : (required?.contexts ?? []).map((name) => ({ name, appId: null }));
    return { exists: true, checks: off ? [] : [...named, ...names] };
  } catch (error) {
    if (isMissing(error)) return { exists: false, checks: [] };
    return unreadableOf(error);
  }
}

/** @throws the error itself when it is not the answer to a request, or tells of a limit: that says nothing of rules */
function unreadableOf(error: unknown): Unreadable {
  const refusal = refusalOf(error);
  if (refusal === undefined || error instanceof LimitReachedError) throw error;
  const said = error instanceof Error ? error.message : "";
  return {
    status: refusal.status,
    reason: (said || `HTTP ${refusal.status}`).replace(/\.$/, ""),
  };
}

function checksOf(rule: BranchRule): RequiredCheck[] {
  return (rule.parameters?.required_status_checks ?? []).map(({ context, integration_id }) => ({
    name: context,
    appId: appIdOf(integration_id),
  }));
}

/** GitHub writes "any source" as nothing, null or -1. */
function appIdOf(id: number | null | undefined): number | null {
  return id !== undefined && id !== null && id > 0 ? id : null;
}

function unique(checks: readonly RequiredCheck[]): RequiredCheck[] {
  const pinned = new Set(checks.filter(({ appId }) => appId !== null).map(({ name }) => name));
  const seen = new Set<string>();
  return checks.filter(({ name, appId }) => {
    const key = `${appId ?? ""} ${name}`;
    // Who asks for the check of one App asks for more than who asks for anybody's.
    if (seen.has(key) || (appId === null && pinned.has(name))) return false;
    seen.add(key);
    return true;
  });
}
