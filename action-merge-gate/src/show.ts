import { type ActionContext, workflowRunUrl } from "@slipway/action-kit";
import { ensureCheckRun, postReview } from "@slipway/github";
import { cut, type Evidence, markerText, type Verdict, verdictSummary, verdictText } from "@slipway/model";
import { OWN_CHECK } from "./checks.ts";
import type { NodeRun } from "./node-run.ts";
import { reviewBody } from "./review-body.ts";

// A neutral check would pass where "Slipway" is required: what waits must not be merged by hand unseen.
const CONCLUSIONS = { mergeable: "success", waiting: "action_required", refused: "failure" } as const;

/** GitHub takes 255 characters of a title. */
const TITLE_MAX = 250;

/** Says the verdict in the job summary and in the check run on the judged head. Requests: 1 or 2. */
export async function showVerdict(
  context: ActionContext,
  { github, node, state }: NodeRun,
  verdict: Verdict,
  note: string | undefined,
): Promise<void> {
  context.runner.addSummary(verdictSummary(node, verdict, note));
  await ensureCheckRun(github, {
    name: OWN_CHECK,
    headSha: verdict.subject.headSha,
    conclusion: CONCLUSIONS[verdict.outcome],
    title: cut(verdict.sentence, TITLE_MAX),
    summary: verdictText(verdict),
    detailsUrl: workflowRunUrl(context.environment),
    externalId: `${state.runId}/${node.plan.id}`,
  });
}

/** Posts what the reviewer found, once for a head. Requests: 1 or 2. */
export async function showReview(
  { github, node, state }: NodeRun,
  evidence: readonly Evidence[],
  headSha: string,
): Promise<void> {
  const review = evidence.find((item) => item.kind === "review");
  if (!review || node.pull === null) return;
  const marker = { what: "review", runId: state.runId, nodeId: node.plan.id, headSha } as const;
  await postReview(github, {
    number: node.pull,
    headSha,
    marker,
    ...reviewBody(review, markerText(marker)),
  });
}
