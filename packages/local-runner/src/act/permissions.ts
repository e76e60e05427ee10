import type { PermissionLevel, TokenPermissions } from "@slipway/model";
import type { PlannedWorkflow } from "../schedule/plan.ts";

const RANK: Readonly<Record<PermissionLevel, number>> = { none: 0, read: 1, write: 2 };

/** All that any job of a run may have: act knows one token for all of them. */
export function unionOfPermissions(workflow: PlannedWorkflow): TokenPermissions {
  const union: Record<string, PermissionLevel> = {};
  const visit = ({ definition, calls, permissions }: PlannedWorkflow): void => {
    for (const job of definition.jobs) {
      const called = calls.get(job.id);
      if (called !== undefined) {
        visit(called);
        continue;
      }
      for (const [name, level] of Object.entries(job.permissions ?? permissions)) {
        if (RANK[level] > RANK[union[name] ?? "none"]) union[name] = level;
      }
    }
  };
  visit(workflow);
  return union;
}
