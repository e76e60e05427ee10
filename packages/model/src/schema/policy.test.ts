import { describe, expect, test } from "@jest/globals";
import { policySchema } from "./policy.ts";

const problemOf = (policy: unknown) =>
  policySchema.safeParse(policy).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);

describe("names that GitHub would refuse at the end of a run are refused when it begins", () => {
  test.each(["develop", "release/2.x", "feature/base", "grüße", "a@b", "v1.0"])("branch %s", (name) => {
    expect(problemOf({ integrationBranch: name })).toBeUndefined();
  });

  test.each([
    "a b",
    "a..b",
    "/a",
    "a/",
    "a//b",
    "-a",
    ".a",
    "a/.b",
    "a.",
    "a.lock",
    "a@{1}",
    "@",
    "a\\b",
    "a\nb",
    "a~1",
    "a^",
    "a:b",
    "a?",
    "a*",
    "a[b",
    "refs/heads/main",
    "epic",
    "Task",
    "\ud800",
  ])("no branch: %j", (name) => {
    expect(problemOf({ integrationBranch: name })).toEqual([
      "integrationBranch: must be the name of a branch, as `main` is, and not that of a kind of node",
    ]);
  });

  test.each(["", "v", "package/", "pkg@", "a-", "v."])("prefix of tags %j", (tagPrefix) => {
    expect(problemOf({ release: { tagPrefix } })).toBeUndefined();
  });

  test.each(["v ", "..", "/", "-", "a//", "v~", ".v", "a.lock/", "x\t"])("no prefix: %j", (tagPrefix) => {
    expect(problemOf({ release: { tagPrefix } })).toEqual([
      "release.tagPrefix: must be what a tag's name may begin with, as `v` or `package/` is",
    ]);
  });
});
