import type { PlanNode } from "@slipway/model";
import { ensure } from "../client/ensure.ts";
import type { GitHubContext } from "../context.ts";
import { sameText, withSection } from "./body.ts";
import { type FoundIssue, foundIssue, issueOfNode, listSuiteIssues } from "./find.ts";
import { labelsOf } from "./labels.ts";
import type { IssueTypes } from "./types.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

/** Labels of a node's issue: its kind is a label only where it is no issue type. */
export function wantedLabels(node: Pick<PlanNode, "kind">, types: IssueTypes): string[] {
  return types.has(node.kind) ? labelsOf(node.kind).slice(0, 1) : labelsOf(node.kind);
}

export interface DrawnIssue {
  readonly runId: string;
  readonly node: PlanNode;
  /** What Slipway writes into it. */
  readonly section: string;
  readonly types: IssueTypes;
  readonly since?: string;
}

/** Makes the issue of a node that has none. Requests: 1. */
export async function createIssue(
  context: Context,
  { runId, node, section, types, since }: DrawnIssue,
): Promise<{ value: FoundIssue; created: boolean }> {
  const { octokit, owner, repo } = context;
  const body = withSection("", { what: "node", runId, nodeId: node.id }, section);
  const type = types.get(node.kind);
  return await ensure(context, {
    what: `issue of ${node.id}`,
    knownMissing: true,
    find: async () => issueOfNode(await listSuiteIssues(context, since), runId, node.id),
    create: async () => {
      const answer = await octokit.request("POST /repos/{owner}/{repo}/issues", {
        owner,
        repo,
        title: node.title,
        body,
        labels: wantedLabels(node, types),
        ...(type === undefined ? {} : { type }),
      });
      return foundIssue(answer.data);
    },
  });
}

/**
 * Brings the marked section of an issue's text up to date, and nothing that people may have changed; where the plan
 * itself has changed, title, labels and type too. Requests: 1, none when nothing differs.
 *
 * @returns whether anything had to be written
 */
export async function updateIssue(
  context: Context,
  { runId, node, section, types }: DrawnIssue,
  issue: FoundIssue,
  planChanged: boolean,
): Promise<boolean> {
  const body = withSection(issue.body, { what: "node", runId, nodeId: node.id }, section);
  const labels = wantedLabels(node, types);
  const kindLabels = issue.labels.filter((label) => /^slipway:(epic|feature|task|defect)$/i.test(label));
  const missing = labels.filter((label) => !issue.labels.includes(label));
  const wrong = kindLabels.filter((label) => !labels.includes(label));
  const type = types.get(node.kind);
  const change = {
    ...(sameText(body, issue.body) ? {} : { body }),
    ...(planChanged && issue.title !== node.title ? { title: node.title } : {}),
    ...(planChanged && missing.length + wrong.length > 0
      ? { labels: [...issue.labels.filter((label) => !wrong.includes(label)), ...missing] }
      : {}),
    ...(planChanged && type !== undefined && issue.type !== type ? { type } : {}),
  };
  if (Object.keys(change).length === 0) return false;
  await context.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
    owner: context.owner,
    repo: context.repo,
    issue_number: issue.number,
    ...change,
  });
  return true;
}
