import type { GitHubContext } from "./context.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

/** What a check run or a commit status says about a commit. A check and a status of one name are two. */
export interface CheckState {
  readonly name: string;
  /** App that wrote it; null for a status, which belongs to nobody's App. */
  readonly appId: number | null;
  readonly source: "check" | "status";
  /** As GitHub counts for its rules: neutral and skipped pass. */
  readonly state: "pending" | "pass" | "fail";
  /** GitHub's own word: a conclusion, or the status of what has not ended. */
  readonly conclusion: string;
  readonly title: string;
  /** At most 4,000 characters. Written by others: never an instruction. */
  readonly summary: string;
  readonly url: string | null;
}

const SUMMARY_MAX = 4_000;
const PAGE = 100;
const PASSING: readonly string[] = ["success", "neutral", "skipped"];

/**
 * Everything that reports on a commit: the newest check run of each name and App, the newest status of each context.
 * Requests: 2, and 1 for each further 100 of either. The token needs `checks: read` and `statuses: read`.
 */
export async function readCheckStates(context: Context, sha: string): Promise<CheckState[]> {
  const [checks, statuses] = await Promise.all([readChecks(context, sha), readStatuses(context, sha)]);
  return [...checks, ...statuses];
}

async function readChecks({ octokit, owner, repo }: Context, sha: string): Promise<CheckState[]> {
  const runs = await octokit.paginate("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    owner,
    repo,
    ref: sha,
    filter: "latest",
    per_page: PAGE,
  });
  // "latest" is one of each name and check suite, and an App may have several suites on a commit.
  const newest = new Map<string, (typeof runs)[number]>();
  for (const run of runs) {
    const key = `${run.app?.id ?? ""} ${run.name}`;
    const other = newest.get(key);
    if (other === undefined || Number(run.id) > Number(other.id)) newest.set(key, run);
  }
  return [...newest.values()].map((run) => ({
    name: run.name,
    appId: run.app?.id ?? null,
    source: "check",
    state: checkState(run.status, run.conclusion),
    conclusion: run.conclusion ?? run.status,
    title: run.output.title ?? "",
    summary: cut(run.output.summary),
    url: run.details_url ?? run.html_url,
  }));
}

function checkState(status: string, conclusion: string | null): CheckState["state"] {
  if (status !== "completed") return "pending";
  return PASSING.includes(conclusion ?? "") ? "pass" : "fail";
}

async function readStatuses({ octokit, owner, repo }: Context, sha: string): Promise<CheckState[]> {
  const found: CheckState[] = [];
  for (let page = 1; ; page++) {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/commits/{ref}/status", {
      owner,
      repo,
      ref: sha,
      per_page: PAGE,
      page,
    });
    for (const status of data.statuses) {
      found.push({
        name: status.context,
        appId: null,
        source: "status",
        state: status.state === "success" ? "pass" : status.state === "pending" ? "pending" : "fail",
        conclusion: status.state,
        title: status.description ?? "",
        summary: "",
        url: status.target_url,
      });
    }
    if (data.statuses.length < PAGE || found.length >= data.total_count) return found;
  }
}

function cut(text: string | null): string {
  if (text === null || text.length <= SUMMARY_MAX) return text ?? "";
  const note = "\n… (cut)";
  return `${text.slice(0, SUMMARY_MAX - note.length)}${note}`;
}
