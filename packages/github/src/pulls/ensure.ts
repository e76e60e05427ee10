import { ConfigurationError, hasMarker, type Marker } from "@slipway/model";
import { ensure } from "../client/ensure.ts";
import { httpFailure } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { sameText, withSection } from "../issues/body.ts";
import { type Pull, pullOf } from "./pull.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo" | "log" | "sleep">;

export interface EnsurePull {
  /** Branch in this repository, without `refs/heads/`. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  /** What Slipway writes; what people wrote around it stays. */
  readonly body: string;
  readonly draft: boolean;
  readonly marker: Marker;
  /** What is merged or closed for good is left alone: where none is open, there is a new one. */
  readonly anew?: boolean;
  /** True when the caller knows that none was made yet: saves the listing. An open one is found all the same. */
  readonly knownMissing?: boolean;
}

export type EnsuredPull =
  /** Open, with this title, base and text. */
  | { readonly kind: "open"; readonly pull: Pull; readonly created: boolean }
  /** Somebody closed it without merging. It is left so: reopening is the caller's decision ({@link reopenPull}). */
  | { readonly kind: "closed"; readonly pull: Pull }
  | { readonly kind: "merged"; readonly pull: Pull }
  /** The branch has nothing that its base has not. */
  | { readonly kind: "empty" };

/**
 * The pull request of a branch: made, or brought to this title, base and text. Requests: 1 listing, unless there is
 * known to be none, and 1 more when something differs.
 *
 * @throws ConfigurationError when the repository does not let Actions create pull requests
 */
export async function ensurePull(context: Context, request: EnsurePull): Promise<EnsuredPull> {
  let created: boolean;
  let pull: Pull;
  try {
    const ensured = await ensure(context, {
      what: `pull request of ${request.head}`,
      find: () => findPull(context, request),
      create: () => createPull(context, request, request.draft),
      knownMissing: request.knownMissing ?? false,
    });
    created = ensured.created;
    pull = ensured.value;
  } catch (error) {
    if (/no commits between/i.test(httpFailure(error)?.message ?? "")) return { kind: "empty" };
    throw explained(error, context);
  }
  if (pull.state !== "open") return { kind: pull.state, pull };
  return { kind: "open", created, pull: created ? pull : await updatePull(context, request, pull) };
}

/** Opens a closed pull request again. Requests: 1. @throws when its branch is gone or there is another (422) */
export const reopenPull = (context: Place, number: number): Promise<Pull> =>
  setPullState(context, number, "open");

/** Closes a pull request without merging it; its branch stays. Requests: 1. */
export const closePull = (context: Place, number: number): Promise<Pull> =>
  setPullState(context, number, "closed");

type Place = Pick<Context, "octokit" | "owner" | "repo">;

async function setPullState(
  { octokit, owner, repo }: Place,
  number: number,
  state: "open" | "closed",
): Promise<Pull> {
  const answer = await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
    owner,
    repo,
    pull_number: number,
    state,
  });
  return pullOf(answer.data);
}

/** The open one of this branch, else the newest that carries the marker. A branch has at most one open for a base. */
async function findPull(
  { octokit, owner, repo }: Context,
  { head, base, marker, anew = false }: EnsurePull,
): Promise<Pull | undefined> {
  const raw = await octokit.paginate("GET /repos/{owner}/{repo}/pulls", {
    owner,
    repo,
    head: `${owner}:${head}`,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 100,
  });
  // GitHub ignores a `head` that it cannot read and then lists everything.
  const pulls = raw.map(pullOf).filter((pull) => pull.headRef === head);
  const open = pulls.filter(({ state }) => state === "open");
  return (
    open.find((pull) => hasMarker(pull.body, marker)) ??
    open.find((pull) => pull.baseRef === base) ??
    (anew ? undefined : pulls.find((pull) => hasMarker(pull.body, marker)))
  );
}

async function createPull(context: Context, request: EnsurePull, draft: boolean): Promise<Pull> {
  const { octokit, owner, repo, log } = context;
  const { head, base, title, marker, body } = request;
  try {
    const answer = await octokit.request("POST /repos/{owner}/{repo}/pulls", {
      owner,
      repo,
      head,
      base,
      title,
      body: withSection("", marker, body),
      draft,
    });
    return pullOf(answer.data);
  } catch (error) {
    if (!draft || !/draft pull requests are not supported/i.test(httpFailure(error)?.message ?? ""))
      throw error;
    log.info(`${owner}/${repo} has no draft pull requests; the one of ${head} is opened as ready.`);
    return await createPull(context, request, false);
  }
}

async function updatePull({ octokit, owner, repo }: Context, request: EnsurePull, pull: Pull): Promise<Pull> {
  const body = withSection(pull.body, request.marker, request.body);
  const change = {
    ...(pull.title === request.title ? {} : { title: request.title }),
    ...(sameText(pull.body, body) ? {} : { body }),
    ...(pull.baseRef === request.base ? {} : { base: request.base }),
  };
  if (Object.keys(change).length === 0) return pull;
  const answer = await octokit.request("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
    owner,
    repo,
    pull_number: pull.number,
    ...change,
  });
  return pullOf(answer.data);
}

function explained(error: unknown, { owner, repo }: Context): unknown {
  const failure = httpFailure(error);
  if (failure?.status === 403 && /not permitted to create or approve pull requests/i.test(failure.message)) {
    return new ConfigurationError(
      `GitHub Actions may not create pull requests in ${owner}/${repo}. Turn on "Allow GitHub Actions to create and approve pull requests" ` +
        "under Settings → Actions → General → Workflow permissions (an organization may have it locked), then send `retry`.",
      { cause: error },
    );
  }
  return error;
}
