/** Which ways to merge a pull request a branch leaves, by its rules and by what GitHub refuses. */

export const MERGE_METHODS = ["merge", "squash", "rebase"] as const;
export type MergeMethod = (typeof MERGE_METHODS)[number];

/** As far as it decides about methods: an entry of "Get rules for a branch". */
export interface MethodRule {
  readonly type: string;
  readonly parameters?: { readonly allowed_merge_methods?: readonly string[] };
}

/**
 * Methods that every rule allows. The repository's settings may allow fewer: they would cost a request for each merge,
 * so GitHub's refusal tells.
 *
 * Source: GitHub REST API, "Get rules for a branch"; GitHub signs no commit that it rebases, so that a branch which
 * takes signed ones only takes no rebase.
 */
export function allowedMethods(rules: readonly MethodRule[]): MergeMethod[] {
  return MERGE_METHODS.filter((method) =>
    rules.every(({ type, parameters }) => {
      if (type === "required_linear_history") return method !== "merge";
      if (type === "required_signatures") return method !== "rebase";
      return type !== "pull_request" || (parameters?.allowed_merge_methods?.includes(method) ?? true);
    }),
  );
}

/**
 * What GitHub says of a method where another one may do: settings and rulesets ("Merge commits are not allowed on this
 * repository."), a linear history ("This branch must not contain merge commits."), commits that cannot be replayed or
 * signed. A merge queue, which has a method of its own, is none of them.
 */
const REFUSALS: readonly RegExp[] = [
  /\b(merge commits|(squash|rebase) merg(es|ing))\b.* not (allowed|enabled|permitted)/i,
  /must not contain merge commits/i,
  /can(['’]t|not) be rebased/i,
  /rebase merges cannot be/i,
  /merge.method.* not (allowed|enabled|permitted)/i,
];

/** Whether a refusal is about the method of merging, and not about the pull request. */
export function isMethodRefusal(reason: string): boolean {
  return !/queue/i.test(reason) && REFUSALS.some((pattern) => pattern.test(reason));
}
