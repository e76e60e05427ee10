import { expect, test } from "@jest/globals";
import { brokenByIssues } from "./issues.ts";

test("three writes a node and none the second time are allowed, more are not", () => {
  expect(brokenByIssues([600, 0])).toEqual([]);
  expect(brokenByIssues([601, 1])).toEqual([
    "issues.sync wrote 601 times for 200 nodes; 3 a node are allowed",
    "a second issues.sync wrote 1 times; nothing had changed",
  ]);
});
