import { ensure } from "./client/ensure.ts";
import { bounded } from "./comments.ts";
import type { GitHubContext } from "./context.ts";
import { sameText } from "./issues/body.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

export interface EnsureCheckRun {
  readonly name: string;
  readonly headSha: string;
  readonly conclusion:
    | "success"
    | "failure"
    | "neutral"
    | "cancelled"
    | "skipped"
    | "timed_out"
    | "action_required";
  readonly title: string;
  /** Markdown, at most 65,535 characters (cut). */
  readonly summary: string;
  readonly detailsUrl?: string;
  /** Stable key: a check run with this name, head and key is this one. */
  readonly externalId: string;
}

const SUMMARY_MAX = 65_535;

/** A completed check run, made or brought to this result. Requests: 1, and 1 when there is something to write. */
export async function ensureCheckRun(
  context: Context,
  check: EnsureCheckRun,
): Promise<{ id: number; written: boolean }> {
  const { octokit, owner, repo } = context;
  const output = { title: check.title, summary: bounded(check.summary, SUMMARY_MAX) };
  const result = {
    status: "completed" as const,
    conclusion: check.conclusion,
    output,
    external_id: check.externalId,
    ...(check.detailsUrl === undefined ? {} : { details_url: check.detailsUrl }),
  };
  const { value, created } = await ensure(context, {
    what: `check run ${check.name}`,
    find: async () => {
      const runs = await octokit.paginate("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
        owner,
        repo,
        ref: check.headSha,
        check_name: check.name,
        filter: "all",
        per_page: 100,
      });
      const found = runs.find((run) => run.external_id === check.externalId);
      return (
        found && {
          id: Number(found.id),
          conclusion: found.conclusion,
          title: found.output.title,
          summary: found.output.summary,
        }
      );
    },
    create: async () => {
      const answer = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
        owner,
        repo,
        name: check.name,
        head_sha: check.headSha,
        ...result,
      });
      return {
        id: Number(answer.data.id),
        conclusion: check.conclusion,
        title: output.title,
        summary: output.summary,
      };
    },
  });
  const same =
    value.conclusion === check.conclusion &&
    value.title === output.title &&
    sameText(value.summary, output.summary);
  if (created || same) return { id: value.id, written: created };
  await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
    owner,
    repo,
    check_run_id: value.id,
    ...result,
  });
  return { id: value.id, written: true };
}
