import { expect, test } from "@jest/globals";
import { readCommit } from "./read-commit.ts";

const SHA = "a".repeat(40);

test.each([
  [
    "feat(parser): read weeks (#12)",
    { type: "feat", scope: "parser", subject: "read weeks", breaking: false, pull: 12 },
  ],
  ["fix: a sign (#3)", { type: "fix", scope: null, subject: "a sign", breaking: false, pull: 3 }],
  ["feat!: drop months", { type: "feat", scope: null, subject: "drop months", breaking: true, pull: null }],
  [
    "fix(io): close\n\nBREAKING CHANGE: the stream is closed",
    { type: "fix", scope: "io", subject: "close", breaking: true, pull: null },
  ],
  ["Update README.md", { type: null, scope: null, subject: "Update README.md", breaking: false, pull: null }],
  ["", { type: null, breaking: false, pull: null }],
])("%j", (message, expected) => {
  expect(readCommit(SHA, message)).toMatchObject({ sha: SHA, ...expected });
});

test("trailers are those of the last paragraph", () => {
  const message =
    "feat: weeks (#4)\n\nSlipway-Node: not this one\n\nbody\n\nSlipway-Run: r-20261120-7f3k2a\nSlipway-Requirement: FR-001\nSlipway-Requirement: FR-002\nRelease-As: 2.0.0";
  const commit = readCommit(SHA, message);
  expect(commit.trailers.get("Slipway-Requirement")).toEqual(["FR-001", "FR-002"]);
  expect(commit.trailers.has("Slipway-Node")).toBe(false);
  expect(commit.releaseAs).toBe("2.0.0");
});

test("GitHub's thanks below them are none", () => {
  const thanks = "---------\n\nCo-authored-by: Ann <ann@example.com>";
  expect(readCommit(SHA, `feat: weeks\n\nSlipway-Node: T1\n\n${thanks}`).trailers).toEqual(
    new Map([["Slipway-Node", ["T1"]]]),
  );
});
