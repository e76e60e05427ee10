import type { TriggerEvent } from "@slipway/action-kit";
import { issueOfBranch } from "@slipway/model";
import { z } from "zod";

/** What has come to its end on a commit, and issues of nodes whose branch may end with it. */
export interface Report {
  readonly headSha: string;
  /** At least one. */
  readonly issues: readonly number[];
}

const sha = () => z.string().regex(/^[0-9a-f]{40}$/);

/**
 * What a check suite of some App, a workflow run or a commit status that has ended says of a commit of ours. Pure.
 * Whatever was reported there is not believed: it is only a reason to look.
 *
 * @returns undefined when it has not ended, or is about nothing of ours
 */
export function readReport(
  eventName: "check_suite" | "status" | "workflow_run",
  event: TriggerEvent,
): Report | undefined {
  switch (eventName) {
    case "check_suite": {
      const { data } = z
        .looseObject({
          action: z.literal("completed"),
          check_suite: z.looseObject({ head_branch: z.string(), head_sha: sha() }),
        })
        .safeParse(event);
      return data && reportOf(data.check_suite.head_sha, [data.check_suite.head_branch]);
    }
    case "workflow_run": {
      const { data } = z
        .looseObject({
          action: z.literal("completed"),
          workflow_run: z.looseObject({
            head_branch: z.string(),
            head_sha: sha(),
            head_repository: z.looseObject({ full_name: z.string() }),
          }),
          repository: z.looseObject({ full_name: z.string() }),
        })
        .safeParse(event);
      if (!data || data.workflow_run.head_repository.full_name !== data.repository.full_name)
        return undefined;
      return reportOf(data.workflow_run.head_sha, [data.workflow_run.head_branch]);
    }
    case "status": {
      const branch = z.looseObject({ name: z.string(), commit: z.looseObject({ sha: z.string() }) });
      const { data } = z
        .looseObject({ sha: sha(), state: z.string(), branches: z.array(branch) })
        .safeParse(event);
      if (!data || data.state === "pending") return undefined;
      const ending = data.branches.filter(({ commit }) => commit.sha === data.sha);
      return reportOf(
        data.sha,
        ending.map(({ name }) => name),
      );
    }
  }
}

function reportOf(headSha: string, branches: readonly string[]): Report | undefined {
  const issues = branches.flatMap((branch) => issueOfBranch(branch) ?? []);
  return issues.length > 0 ? { headSha, issues } : undefined;
}
