/** For tests: items of a plan. */

import type { PlanNode } from "@slipway/model";

export const planNode = (
  id: string,
  kind: PlanNode["kind"],
  parent: string | null,
  more: Partial<PlanNode> = {},
): PlanNode => ({
  id,
  kind,
  title: `Title of ${id}`,
  objective: `Objective of ${id}`,
  parent,
  orderIndex: 0,
  dependsOn: [],
  requirements: [],
  acceptance: [],
  size: "S",
  changeType: "feat",
  scope: null,
  breaking: false,
  ...more,
});
