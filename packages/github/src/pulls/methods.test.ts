import { expect, test } from "@jest/globals";
import { allowedMethods, isMethodRefusal, type MethodRule } from "./methods.ts";

const pull = (...methods: string[]): MethodRule => ({
  type: "pull_request",
  parameters: { allowed_merge_methods: methods },
});
const linear = { type: "required_linear_history" };

test.each<[string, MethodRule[], string[]]>([
  ["no rule", [], ["merge", "squash", "rebase"]],
  ["other rules", [{ type: "deletion" }, { type: "pull_request" }], ["merge", "squash", "rebase"]],
  ["a ruleset's list", [pull("squash")], ["squash"]],
  ["what all rulesets list", [pull("squash", "merge"), pull("merge", "rebase")], ["merge"]],
  ["a linear history", [linear], ["squash", "rebase"]],
  ["signed commits", [{ type: "required_signatures" }], ["merge", "squash"]],
  ["rules that exclude each other", [linear, pull("merge")], []],
  ["a method that is not known yet", [pull("squash", "octopus")], ["squash"]],
])("methods by %s", (_, rules, methods) => {
  expect(allowedMethods(rules)).toEqual(methods);
});

test.each([
  "Merge commits are not allowed on this repository.",
  "Squash merges are not allowed on this repository.",
  "Rebase merges are not allowed on this repository.",
  "This branch must not contain merge commits.",
  "Repository rule violations found\n\nThis branch must not contain merge commits.\n\n",
  "This branch can't be rebased",
  "Base branch requires signed commits. Rebase merges cannot be automatically signed by GitHub",
])("another method may do: %s", (reason) => {
  expect(isMethodRefusal(reason)).toBe(true);
});

test.each([
  "Pull Request is not mergeable",
  "Pull Request has merge conflicts",
  "At least 1 approving review is required by reviewers with write access.",
  "Changes must be made through the merge queue",
  "merge_method is not allowed when merging by a merge queue",
  "Auto merge is not allowed for this repository",
  "Base branch was modified. Review and try the merge again.",
])("no other method helps: %s", (reason) => {
  expect(isMethodRefusal(reason)).toBe(false);
});
