/** Every REST route there is. */

import type { Route } from "../http/call.ts";
import type { Downloads } from "../http/downloads.ts";
import type { RateLimiter } from "../http/rate-limit.ts";
import type { MergeQueues } from "../pulls/merge-queue.ts";
import { actionRoutes } from "./actions.ts";
import { appRoutes } from "./apps.ts";
import { branchRoutes } from "./branches.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { dispatchRoutes } from "./dispatches.ts";
import { gitDataRoutes } from "./git-data.ts";
import { gitRefRoutes } from "./git-refs.ts";
import { issueEventRoutes } from "./issue-events.ts";
import { issueRoutes } from "./issues.ts";
import { labelRoutes } from "./labels.ts";
import { mergeAsyncRoutes } from "./merge-async.ts";
import { metaRoutes } from "./meta.ts";
import { organizationRoutes } from "./organizations.ts";
import { pullMergeRoutes } from "./pull-merge.ts";
import { pullRoutes } from "./pulls.ts";
import { reactionRoutes } from "./reactions.ts";
import { releaseRoutes } from "./releases.ts";
import { repositoryRoutes } from "./repos.ts";
import { reviewRoutes } from "./reviews.ts";
import { runLogRoutes } from "./run-logs.ts";
import { statusRoutes } from "./statuses.ts";
import { subIssueRoutes } from "./sub-issues.ts";

export function restRoutes({
  downloads,
  limiter,
  graphqlLimiter,
  queues,
  mergeAsync,
}: {
  downloads: Downloads;
  limiter: RateLimiter;
  graphqlLimiter: RateLimiter;
  queues: MergeQueues;
  mergeAsync: boolean;
}): readonly Route[] {
  return [
    ...metaRoutes(limiter, graphqlLimiter),
    ...appRoutes,
    ...organizationRoutes,
    ...repositoryRoutes,
    ...dispatchRoutes,
    ...actionRoutes(downloads),
    ...runLogRoutes(downloads),
    ...issueRoutes,
    ...commentRoutes,
    ...labelRoutes,
    ...reactionRoutes,
    ...subIssueRoutes,
    ...issueEventRoutes,
    ...gitDataRoutes,
    ...gitRefRoutes,
    ...contentRoutes,
    ...branchRoutes,
    ...commitRoutes,
    ...checkRoutes,
    ...statusRoutes,
    ...pullRoutes,
    ...pullMergeRoutes,
    ...(mergeAsync ? mergeAsyncRoutes(queues) : []),
    ...reviewRoutes,
    ...releaseRoutes,
  ];
}
