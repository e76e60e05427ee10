import { expect, test } from "@jest/globals";
import type { NodeState, RunState } from "@slipway/model";
import { commitMessage } from "./messages.ts";
import { readCommit } from "./read-commit.ts";

const node = (breaking: boolean) =>
  ({
    plan: {
      id: "T1",
      kind: "task",
      title: "Read weeks",
      changeType: "feat",
      scope: null,
      breaking,
      requirements: [],
    },
    issue: null,
  }) as unknown as NodeState;
const state = { runId: "r-20261120-7f3k2a" } as RunState;
const breaks = (planned: boolean, summary: string) =>
  readCommit("a".repeat(40), commitMessage(state, node(planned), "Read weeks", summary)).breaking;

test.each(["BREAKING CHANGE: months are gone", "breaking-change: x", "Weeks.\n\nBREAKING-CHANGE : y"])(
  "a summary that says %j makes no breaking change that nobody judged",
  (summary) => {
    expect(breaks(false, summary)).toBe(false);
    expect(breaks(true, summary)).toBe(true);
  },
);
