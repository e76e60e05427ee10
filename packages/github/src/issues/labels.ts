import { BLOCKED_LABEL, kindLabel, type NodeKind, SUITE_LABEL } from "@slipway/model";
import { isAlreadyThere } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";

interface Label {
  readonly name: string;
  /** Six hex digits. */
  readonly color: string;
  /** At most 100 characters. */
  readonly description: string;
}

const KINDS: readonly NodeKind[] = ["epic", "feature", "task", "defect"];
const COLORS: Readonly<Record<NodeKind, string>> = {
  epic: "5319e7",
  feature: "1d76db",
  task: "0e8a16",
  defect: "d93f0b",
};

export const LABELS: readonly Label[] = [
  { name: SUITE_LABEL, color: "0052cc", description: "Made by Slipway" },
  { name: BLOCKED_LABEL, color: "b60205", description: "Slipway cannot go on without a person" },
  ...KINDS.map((kind) => ({
    name: kindLabel(kind),
    color: COLORS[kind],
    description: `${kind[0]?.toUpperCase()}${kind.slice(1)} of a Slipway run`,
  })),
];

/** Labels that every issue of a kind carries. */
export const labelsOf = (kind: NodeKind): string[] => [SUITE_LABEL, kindLabel(kind)];

/**
 * Makes the suite's labels that are missing; colours and descriptions that people changed stay.
 * Requests: 1 for each 100 labels of the repository, and 1 for each label made.
 */
export async function ensureLabels({
  octokit,
  owner,
  repo,
  log,
}: Pick<GitHubContext, "octokit" | "owner" | "repo" | "log">): Promise<void> {
  const there = await octokit.paginate("GET /repos/{owner}/{repo}/labels", { owner, repo, per_page: 100 });
  // Label names ignore case on GitHub.
  const names = new Set(there.map((label) => label.name.toLowerCase()));
  for (const label of LABELS.filter(({ name }) => !names.has(name.toLowerCase()))) {
    try {
      // A name can exist once only, so that a repeated creation is refused, not doubled.
      await octokit.request("POST /repos/{owner}/{repo}/labels", {
        owner,
        repo,
        ...label,
        request: { repeatable: true },
      });
    } catch (error) {
      if (!isAlreadyThere(error)) throw error;
      log.debug(`Label ${label.name} was made by someone else meanwhile.`);
    }
  }
}
