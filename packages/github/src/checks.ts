import { ensure } from "./client/ensure.ts";
import { httpFailure } from "./client/errors.ts";
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

interface Found {
  readonly id: number;
  readonly conclusion: string | null;
  readonly title: string | null;
  readonly summary: string | null;
}

/**
 * A completed check run, made or brought to this result. One that another App made (the suite acted as that one
 * before) cannot be changed: there is a new one beside it. Requests: 1, and 1 when there is something to write.
 */
export async function ensureCheckRun(
  context: Context,
  check: EnsureCheckRun,
): Promise<{ id: number; written: boolean }> {
  const { octokit, owner, repo, log } = context;
  const output = { title: check.title, summary: bounded(check.summary, SUMMARY_MAX) };
  const result = {
    status: "completed" as const,
    conclusion: check.conclusion,
    output,
    external_id: check.externalId,
    ...(check.detailsUrl === undefined ? {} : { details_url: check.detailsUrl }),
  };
  const isSame = ({ conclusion, title, summary }: Found): boolean =>
    conclusion === check.conclusion && title === output.title && sameText(summary, output.summary);
  const create = async (): Promise<Found> => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/check-runs", {
      owner,
      repo,
      name: check.name,
      head_sha: check.headSha,
      ...result,
    });
    return { id: Number(data.id), conclusion: check.conclusion, ...output };
  };
  const what = `check run ${check.name}`;
  const { value, created } = await ensure(context, { what, find: () => newestOf(context, check), create });
  if (created || isSame(value)) return { id: value.id, written: created };
  try {
    await octokit.request("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      owner,
      repo,
      check_run_id: value.id,
      ...result,
    });
    return { id: value.id, written: true };
  } catch (error) {
    if (!isOfAnotherApp(error)) throw error;
    log.info(`The check run ${value.id} was made by another App: there is a new one beside it.`);
  }
  const find = async () => {
    const newest = await newestOf(context, check);
    return newest && isSame(newest) ? newest : undefined;
  };
  const { value: own } = await ensure(context, { what, find, create, knownMissing: true });
  return { id: own.id, written: true };
}

/** The newest check run with this name, head and key, whoever made it. */
async function newestOf(
  { octokit, owner, repo }: Pick<Context, "octokit" | "owner" | "repo">,
  { name, headSha, externalId }: EnsureCheckRun,
): Promise<Found | undefined> {
  const runs = await octokit.paginate("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    owner,
    repo,
    ref: headSha,
    check_name: name,
    filter: "all",
    per_page: 100,
  });
  const [found] = runs
    .filter((run) => run.external_id === externalId)
    .toSorted((one, other) => Number(other.id) - Number(one.id));
  return (
    found && {
      id: Number(found.id),
      conclusion: found.conclusion,
      title: found.output.title,
      summary: found.output.summary,
    }
  );
}

/** GitHub lets an App change its own check runs only. */
function isOfAnotherApp(error: unknown): boolean {
  const failure = httpFailure(error);
  return failure?.status === 403 && /app_id|App that created it/i.test(failure.message);
}
