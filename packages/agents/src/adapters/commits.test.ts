import { describe, expect, test } from "@jest/globals";
import { CHANGE_TYPES, proposedCommitSchema } from "@slipway/model";
import fc from "fast-check";
import { type CommitProposal, settleCommits, withoutType } from "./commits.ts";

const settle = (proposed: readonly CommitProposal[], paths = ["a", "b", "c"]) =>
  settleCommits({ proposed, paths, title: "Put the name in", type: "feat", scope: "greet" });

describe("settleCommits", () => {
  test("without proposals all is one commit of title and type", () => {
    expect(settle([])).toEqual({
      commits: [
        { type: "feat", scope: "greet", subject: "put the name in", body: "", paths: ["a", "b", "c"] },
      ],
      notes: [],
    });
  });

  test("a change of nothing makes no commit", () => {
    expect(settle([{ subject: "x", paths: ["a"] }], []).commits).toEqual([]);
  });

  test("the last that names a path has it; what is left over is one more commit", () => {
    const { commits, notes } = settle([
      { type: "test", subject: "Cover it.", paths: ["a", "b"] },
      { subject: "fix(api): mend it", body: "Because.", paths: ["b", "z"] },
      { subject: "nothing of its own", paths: ["b"] },
    ]);
    expect(commits).toEqual([
      { type: "test", scope: "greet", subject: "cover it", body: "", paths: ["a"] },
      { type: "feat", scope: "greet", subject: "nothing of its own", body: "", paths: ["b"] },
      { type: "feat", scope: "greet", subject: "put the name in", body: "", paths: ["c"] },
    ]);
    expect(notes).toEqual(['Proposed commits named what is not in the change: "z".']);
  });

  test.each([
    ["feat(api)!: Read it.", { type: "feat", scope: "api", subject: "read it" }],
    ["FIX: x", { type: "fix", scope: "greet", subject: "x" }],
    ["wip: x", { type: "feat", scope: "greet", subject: "wip: x" }],
    ["README says it", { type: "feat", subject: "README says it" }],
    ["  ", { type: "feat", subject: "put the name in" }],
    ["docs(a b c!): x", { type: "docs", scope: "greet", subject: "x" }],
    ["fixes #4, @octocat", { subject: expect.not.stringMatching(/fixes #|@octocat/) }],
    [`feat: ${"x".repeat(300)}`, { subject: expect.stringMatching(/^x{99}…$/) }],
  ])("%j", (subject, expected) => {
    expect(settle([{ subject, paths: ["a", "b", "c"] }]).commits).toEqual([
      expect.objectContaining(expected),
    ]);
  });

  test("a body decides no version", () => {
    const { commits } = settle([{ subject: "x", body: "BREAKING CHANGE: all", paths: ["a", "b", "c"] }]);
    expect(commits[0]?.body).not.toMatch(/BREAKING[ -]CHANGE:/);
  });

  test("more than twenty become twenty", () => {
    const paths = Array.from({ length: 30 }, (_, index) => `f${String(index).padStart(2, "0")}`);
    const { commits, notes } = settle(
      paths.map((path) => ({ subject: path, paths: [path] })),
      paths,
    );
    expect(commits).toHaveLength(20);
    expect(commits.at(-1)?.paths).toHaveLength(11);
    expect(notes).toEqual([expect.stringContaining("30 commits were proposed")]);
  });

  test.each([
    ["fix(greet)!: say hi", "say hi"],
    ["wip: say hi", "wip: say hi"],
    ["Say hi", "Say hi"],
    ["", ""],
  ])("the title %j is %j", (line, bare) => {
    expect(withoutType(line)).toBe(bare);
  });

  test("whatever is proposed, every path stands exactly once and every commit is valid", () => {
    const path = fc.constantFrom("a", "b", "c", "d", "src/e", "../x", "");
    const proposal = fc.record({
      type: fc.option(fc.oneof(fc.constantFrom(...CHANGE_TYPES), fc.string()), { nil: null }),
      scope: fc.option(fc.string(), { nil: null }),
      subject: fc.string({ unit: "binary" }),
      body: fc.string({ unit: "binary" }),
      paths: fc.array(path),
    });
    fc.assert(
      fc.property(
        fc.array(proposal, { maxLength: 30 }),
        fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "src/e")),
        (proposed, paths) => {
          const { commits } = settle(proposed, paths);
          expect(commits.flatMap((commit) => commit.paths).sort()).toEqual([...paths].sort());
          for (const commit of commits) expect(proposedCommitSchema.parse(commit)).toEqual(commit);
        },
      ),
    );
  });
});
