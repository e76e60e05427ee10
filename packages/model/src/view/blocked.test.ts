import { describe, expect, test } from "@jest/globals";
import { nodeOf, planNode, plannedState, withNodes } from "../testing/samples.ts";
import { blockedText } from "./blocked.ts";
import { issueSection } from "./issue.ts";
import { pullBody } from "./pull.ts";
import { codeBlock, plain } from "./text.ts";
import { waitsOf } from "./waits.ts";

const blocked = (trouble: string | null) => {
  const state = withNodes(plannedState(), { T1: { status: "BLOCKED", trouble } });
  return blockedText(state, nodeOf(state, "T1"));
};

describe("the comment on a blocked node", () => {
  test("says why, who is asked, and for what", () => {
    expect(blocked("It used all 60 steps.")).toBe(
      "🔴 **T1 is blocked** and waits for someone who may write.\n\n> It used all 60 steps.\n\nWhen that is settled, comment `/slipway retry T1` here.",
    );
  });

  test("asks once for what the reason asks for, too", () => {
    const text = blocked("GitHub refused to merge it. When that is settled, `retry T1`.");
    expect(text.match(/retry T1/g)).toHaveLength(1);
    expect(text.match(/When that is settled/g)).toHaveLength(1);
  });

  test("what a check printed is code: no mention, no reference, no marker of ours", () => {
    const text = blocked("`npm test` exited 1:\nfixes #12 @ada\n```\n<!-- slipway:node runId=x -->");
    expect(text).toContain("> `npm test` exited 1:\n\n````text\nfixes #12 @ada\n```\n");
    expect(text).not.toContain("<!--");
  });

  test("sentences of others are defused", () => {
    expect(blocked("fixes #12 @ada <b>")).not.toMatch(/#1|@a|<b>/);
  });
});

test("a block of code shows the end of a long output, and says what it leaves out", () => {
  expect(codeBlock(`${"a".repeat(50)}b`, 1)).toBe("```text\n… (50 characters before)\nb\n```");
});

test("text that is read from right to left turns nothing around", () => {
  expect(plain("قراءة")).toBe("\u2068قراءة\u2069");
  expect(plain("weeks")).toBe("weeks");
});

test("a defect's issue shows what the check printed as it stands", () => {
  const plan = planNode("D1", "T1", { objective: "Not mergeable.\n\n`npm test` exited 1:\n  + 7\n  - -7" });
  const state = plannedState();
  const section = issueSection(state, { ...nodeOf(state, "T1"), plan }, new Map());
  expect(section).toContain("> `npm test` exited 1:\n\n```text\n  + 7\n  - -7\n```");
});

test("the pull request of a parent names what it brings", () => {
  const state = withNodes(plannedState(), { T1: { pull: 12 } });
  expect(pullBody(state, nodeOf(state, "F1"), "Told.")).toContain(
    "### Merged into it\n\n- **T1** Title of T1 · #4 · PR #12",
  );
  expect(pullBody(state, nodeOf(state, "T1"), "Told.")).toContain("Requirements: FR-001, FR-002 (see #1).");
});

test("a closed pull request is a wait for a person", () => {
  const state = withNodes(plannedState(), {
    T1: { hold: { kind: "pullClosed", by: "bob", at: "", reason: "bob closed #12." } },
  });
  expect(
    waitsOf(state)
      .filter((wait) => wait.on === "person")
      .map((wait) => wait.nodeId),
  ).toEqual(["T1"]);
});
