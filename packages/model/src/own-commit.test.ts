import { expect, test } from "@jest/globals";
import { type CommitWords, isOfRun } from "./own-commit.ts";

const RUN = "r-20261120-7f3k2a";
const entry = (more: Partial<CommitWords>): CommitWords => ({
  parents: ["2".repeat(40)],
  subject: "feat: two",
  body: "",
  ...more,
});
const merge = { parents: ["2".repeat(40), "3".repeat(40)] };

test.each<[string, Partial<CommitWords>, boolean]>([
  ["a change of the run", { body: `Words.\n\nSlipway-Run: ${RUN}\nSlipway-Node: T1` }, true],
  ["a merge that brings a branch up to date", { ...merge, subject: "chore: bring task/1 up to date" }, true],
  ["a person's commit", { subject: "fix: by hand" }, false],
  ["a person's merge", { ...merge, subject: "Merge branch 'main'" }, false],
  ["a person's commit that is worded like ours", { subject: "chore: bring task/1 up to date" }, false],
  ["a change of another run", { body: "Slipway-Run: r-20261120-zzzzzz" }, false],
  ["words that hold a trailer", { body: `As in Slipway-Run: ${RUN}, but by hand.` }, false],
])("%s", (_, more, own) => {
  expect(isOfRun(entry(more), RUN)).toBe(own);
});
