/**
 * Merging in the background: a request is taken in, its result is asked for later. The shapes are those of GitHub's
 * description; what it leaves open is decided here alone, and named in the README.
 * https://docs.github.com/rest/pulls/pulls (merge a pull request asynchronously)
 */

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Call, causeOf, ok, param, parseBody, type Route, route } from "../http/call.ts";
import { ApiError, notFound } from "../http/errors.ts";
import { MODIFIED, mergePull } from "../pulls/merge.ts";
import type { MergeQueues } from "../pulls/merge-queue.ts";
import { rulesOf } from "../pulls/rules.ts";
import type { PullIssue } from "../store/records.ts";
import type { Cause, World } from "../world.ts";
import { pullOf } from "./find.ts";

const TO_MERGE = "/repos/{owner}/{repo}/pulls/{pull_number}/merge-async";
const RESULT = `${TO_MERGE}/{uuid}` as const;
export const MERGE_ASYNC: readonly string[] = [TO_MERGE, RESULT];

const merging = z
  .object({
    commit_title: z.string().optional(),
    commit_message: z.string().optional(),
    sha: z.string().optional(),
    merge_method: z.enum(["merge", "squash", "rebase"]).optional(),
    merge_action: z.enum(["default", "direct_merge", "merge_queue"]).optional(),
  })
  .nullable();

type Wanted = NonNullable<z.output<typeof merging>>;

type Result =
  | { readonly status: "pending" }
  | { readonly status: "merged"; readonly message: string; readonly sha: string }
  | { readonly status: "enqueued" | "failed"; readonly message: string };

interface MergeRequest {
  readonly uuid: string;
  readonly pull: PullIssue;
  readonly wanted: Wanted;
  readonly expectedHead: string;
  result: Result;
  /** Milliseconds since 1970 of the last change. */
  changedAt: number;
}

/** How long a result can be asked for after its last change. */
const KEPT_MS = 24 * 3_600_000;
/** A base that moves meanwhile is what merging in the background is for. */
const TRIES = 5;

function json(request: MergeRequest, message: string) {
  const { result, wanted, uuid, expectedHead } = request;
  switch (result.status) {
    case "pending": {
      const details = {
        message,
        uuid,
        merge_method: wanted.merge_method ?? "default",
        merge_action: wanted.merge_action ?? "default",
        expected_head_sha: expectedHead,
      };
      return { status: "pending", details };
    }
    case "merged":
      return { status: "merged", details: { message: result.message, sha: result.sha } };
    default:
      return { status: result.status, details: { message: result.message } };
  }
}

const failed = (message: string): Result => ({ status: "failed", message });

async function directly(world: World, request: MergeRequest, cause: Cause): Promise<Result> {
  const { pull, wanted, expectedHead } = request;
  for (let round = 1; ; round++) {
    try {
      const input = {
        method: wanted.merge_method ?? "merge",
        title: wanted.commit_title,
        message: wanted.commit_message,
        sha: expectedHead,
      } as const;
      const sha = await mergePull(world, pull, input, cause);
      return { status: "merged", message: "Pull request was merged.", sha };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.message !== MODIFIED || round === TRIES) return failed(error.message);
    }
  }
}

async function perform(
  world: World,
  queues: MergeQueues,
  request: MergeRequest,
  cause: Cause,
): Promise<Result> {
  const { pull, wanted } = request;
  const hasQueue = rulesOf(pull.repository, pull.pull.base.ref).mergeQueue !== undefined;
  const action = wanted.merge_action ?? "default";
  if (action === "direct_merge" || (action === "default" && !hasQueue))
    return directly(world, request, cause);
  if (pull.pull.head.sha !== request.expectedHead) {
    return failed("Head branch was modified. Review and try the merge again.");
  }
  try {
    await queues.enqueue(pull, cause);
    return { status: "enqueued", message: "Pull request was added to the merge queue." };
  } catch (error) {
    if (error instanceof ApiError) return failed(error.message);
    throw error;
  }
}

export function mergeAsyncRoutes(queues: MergeQueues): readonly Route[] {
  const requests = new Map<string, MergeRequest>();

  function submit(call: Call) {
    const { world } = call;
    const pull = pullOf(call);
    const wanted = parseBody(call, merging) ?? {};
    const { mergedAt, mergeCommitSha, draft, head } = pull.pull;
    if (mergedAt && mergeCommitSha) {
      const details = { message: "Pull request is already merged.", sha: mergeCommitSha };
      return ok({ status: "merged", details });
    }
    if (queues.has(pull)) {
      const details = { message: "Pull request is already in the merge queue." };
      return ok({ status: "enqueued", details });
    }
    const problem =
      pull.state === "closed" ? "Pull request is closed." : draft ? "Pull request is a draft." : null;
    if (problem) return { status: 400, json: { status: "failed", details: { message: problem } } };
    const known = [...requests.values()].find((one) => one.pull === pull && one.result.status === "pending");
    if (known) {
      return { status: 409, json: json(known, "A merge request already exists for this pull request.") };
    }
    const cause = causeOf(call);
    const request: MergeRequest = {
      uuid: randomUUID(),
      pull,
      wanted,
      expectedHead: wanted.sha ?? head.sha,
      result: { status: "pending" },
      changedAt: world.now().getTime(),
    };
    requests.set(request.uuid, request);
    const end = (result: Result) => {
      request.result = result;
      request.changedAt = world.now().getTime();
    };
    const work = async () => end(await perform(world, queues, request, cause));
    // After the answer: nobody may count on the merge being done when the request is taken in.
    setImmediate(() => {
      work().catch((error: unknown) => {
        process.emitWarning(`The merge of #${pull.number} failed: ${String(error)}`);
        end(failed("Something went wrong while merging the pull request."));
      });
    });
    return { status: 202, json: json(request, "Merge request enqueued.") };
  }

  function result(call: Call) {
    const request = requests.get(param(call, "uuid"));
    if (!request || request.pull !== pullOf(call)) throw notFound();
    if (call.world.now().getTime() - request.changedAt > KEPT_MS) throw notFound();
    return ok(json(request, "Merge request is in progress."));
  }

  return [route(`PUT ${TO_MERGE}`, submit), route(`GET ${RESULT}`, result)];
}
