import { expect, test } from "@jest/globals";
import type { NodeState } from "@slipway/model";
import { refusal } from "./merge.ts";

const node = { plan: { id: "T1" }, pull: 12 } as unknown as NodeState;

test.each([
  "Changes must be made through the merge queue by the rules of this branch",
  "At least 1 approving review is required by reviewers with write access.",
  "Squash merges are not allowed on this repository.",
  "Commits must have verified signatures.",
])("what only a person can change is not asked for again: %s", (said) => {
  expect(refusal({ node, claim: 3 }, said)).toEqual({
    type: "node.blocked",
    nodeId: "T1",
    reason: `GitHub refused to merge pull request #12 of T1: ${said} When that is settled, \`retry T1\`.`,
  });
});

test.each([
  "Pull Request is not mergeable",
  'Required status check "CI: Tests" is in progress.',
  "GitHub has lost the merge request.",
])("what may be otherwise the next time is tried again: %s", (said) => {
  expect(refusal({ node, claim: 3 }, said)).toMatchObject({
    type: "node.failed",
    claim: 3,
    reason: `GitHub refused to merge pull request #12 of T1: ${said}`,
  });
});
