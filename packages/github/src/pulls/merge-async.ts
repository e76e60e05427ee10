/**
 * GitHub's asynchronous merge, the one place that knows its requests and answers.
 *
 * Source: GitHub REST API, "Merge a pull request asynchronously" and "Get the result of an asynchronous merge" (general
 * since October 2026, not on GitHub Enterprise Server). `PUT` answers 202 `pending` with the uuid of the request, 200
 * when the pull request is merged or in a queue already, 400 when it is closed or a draft, 409 with the uuid of a
 * request that is already under way. Rules are looked at later: what they refuse is a `failed` result. Results are
 * kept for 24 hours. What is not said there and handled either way: whether a merge queue refuses `merge_method` when
 * the action is left to GitHub (422: asked again without it).
 */
import { z } from "zod";
import { httpFailure } from "../client/errors.ts";
import type { GitHubContext } from "../context.ts";
import { isMethodRefusal, type MergeMethod } from "./methods.ts";

type Context = Pick<GitHubContext, "octokit" | "owner" | "repo">;

export interface AsyncMergeRequest {
  readonly number: number;
  /** Head that was judged. */
  readonly sha: string;
  readonly method: MergeMethod;
  /** Of the commit that the merge makes; null for a rebase, which makes none of its own. */
  readonly words: MergeWords | null;
}

export interface MergeWords {
  readonly title: string;
  readonly message: string;
}

export type AsyncMerge =
  /** Under way. `headSha`: the head that it is for. `joined`: an earlier request's, not made by this one. */
  | { readonly kind: "pending"; readonly uuid: string; readonly headSha: string; readonly joined: boolean }
  | { readonly kind: "merged"; readonly sha: string }
  /** In a merge queue, which merges it when its turn and its checks come. */
  | { readonly kind: "enqueued" }
  | { readonly kind: "failed"; readonly reason: string }
  /** This server has no such route, or knows no such request any more. */
  | { readonly kind: "absent" };

// Built with the first merge, not with the start of every action.
const answer = z.lazy(() =>
  z.discriminatedUnion("status", [
    z.object({
      status: z.literal("pending"),
      details: z.object({ uuid: z.string(), expected_head_sha: z.string().default("") }),
    }),
    z.object({ status: z.literal("merged"), details: z.object({ sha: z.string() }) }),
    z.object({ status: z.literal("enqueued") }),
    z.object({ status: z.literal("failed"), details: z.object({ message: z.string() }) }),
  ]),
);

/** Asks for the merge. Requests: 1. */
export async function submitMerge(
  { octokit, owner, repo }: Context,
  request: AsyncMergeRequest,
): Promise<AsyncMerge> {
  const submit = async (method: AsyncMergeRequest["method"] | undefined): Promise<AsyncMerge> => {
    const { data } = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async", {
      owner,
      repo,
      pull_number: request.number,
      sha: request.sha,
      ...commitWords(request),
      merge_action: "default",
      ...(method === undefined ? {} : { merge_method: method }),
      // After an unclear end the pull request is read first.
      request: { repeatable: false },
    });
    return asyncMergeOf(data);
  };
  try {
    return await submit(request.method);
  } catch (error) {
    const failure = httpFailure(error);
    if (failure?.status === 422 && /merge.?method/i.test(failure.message) && /queue/i.test(failure.message)) {
      try {
        return await submit(undefined);
      } catch (second) {
        return refusedMerge(second);
      }
    }
    return refusedMerge(error);
  }
}

export function commitWords({ words }: AsyncMergeRequest): {
  commit_title?: string;
  commit_message?: string;
} {
  return words === null ? {} : { commit_title: words.title, commit_message: words.message };
}

/** How the request stands. Requests: 1. */
export async function pollMerge(
  { octokit, owner, repo }: Context,
  number: number,
  uuid: string,
): Promise<AsyncMerge> {
  try {
    const { data } = await octokit.request(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/merge-async/{uuid}",
      {
        owner,
        repo,
        pull_number: number,
        uuid,
      },
    );
    return asyncMergeOf(data);
  } catch (error) {
    return refusedMerge(error);
  }
}

function asyncMergeOf(data: unknown, joined = false): AsyncMerge {
  const said = answer.parse(data);
  switch (said.status) {
    case "pending":
      return {
        kind: "pending",
        uuid: said.details.uuid,
        headSha: said.details.expected_head_sha,
        joined,
      };
    case "merged":
      return { kind: "merged", sha: said.details.sha };
    case "enqueued":
      return { kind: "enqueued" };
    case "failed":
      return { kind: "failed", reason: said.details.message };
  }
}

/** @throws the error itself when it is no answer about the merge */
function refusedMerge(error: unknown): AsyncMerge {
  const failure = httpFailure(error);
  switch (failure?.status) {
    case 405:
      // Also what GitHub answers to a method that is not allowed, where it looks at that at once.
      return isMethodRefusal(failure.message)
        ? { kind: "failed", reason: failure.message }
        : { kind: "absent" };
    case 404:
      return { kind: "absent" };
    case 400:
    case 409: {
      const { response } = error as { readonly response?: { readonly data?: unknown } };
      const said = answer.safeParse(response?.data);
      return said.success
        ? asyncMergeOf(response?.data, failure.status === 409)
        : { kind: "failed", reason: failure.message };
    }
    case 422:
      return { kind: "failed", reason: failure.message };
    default:
      throw error;
  }
}
