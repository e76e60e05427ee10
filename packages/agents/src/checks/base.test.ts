import { describe, expect, test } from "@jest/globals";
import type { ChangedFile } from "@slipway/model";
import { checkBase } from "./base.ts";

const BASE = new Map([
  ["docs/a.md", "100644"],
  ["docs/deep", "040000"],
  ["docs/deep/b.md", "100644"],
  ["tool", "100755"],
  ["plain", "100644"],
  ["vendor", "040000"],
  ["vendor/lib", "160000"],
]);
const written = (path: string, content: string, mode: "100644" | "100755" = "100644"): ChangedFile => ({
  ...{ status: "written", path, mode, encoding: "utf-8", content },
});
const deleted = (path: string): ChangedFile => ({ status: "deleted", path });
const check = (files: ChangedFile[], executables = true) => checkBase(files, BASE, { executables });

describe("a change on the commit that it starts from", () => {
  test.each([
    ["a file", [written("new", "x")]],
    ["a script", [written("new", "#!/bin/sh\n", "100755")]],
    ["what was executable before", [written("tool", "x", "100755")]],
    ["a file in place of a folder", [written("docs", "x"), deleted("docs/a.md"), deleted("docs/deep/b.md")]],
    ["a folder in place of a file that it removes", [deleted("plain"), written("plain/x", "x")]],
    ["a file beside a submodule", [written("vendor/other", "x")]],
  ])("may have %s", (_, files) => {
    expect(check(files)).toEqual([]);
  });

  test.each([
    ["an executable that is no script", [written("plain", "x", "100755")], /"plain" is made executable/],
    ["a submodule replaced", [written("vendor/lib", "x")], /submodule/],
    ["a submodule removed", [deleted("vendor/lib")], /submodule/],
    ["a file in a submodule", [written("vendor/lib/x.c", "x")], /submodule/],
    ["a folder removed as if it were a file", [deleted("docs")], /does not name all .*"docs\/a\.md"/],
    [
      "a folder in place of a file",
      [written("plain/x", "x")],
      /"plain", and the change does not remove that/,
    ],
    ["a folder replaced", [written("docs", "x"), deleted("docs/a.md")], /"docs\/deep\/b\.md"/],
  ])("may not have %s", (_, files, reason) => {
    expect(check(files)).toEqual([expect.stringMatching(reason)]);
  });

  test("may make nothing executable where the policy keeps that out", () => {
    expect(check([written("new", "#!/bin/sh\n", "100755")], false)).toHaveLength(1);
    expect(check([written("tool", "#!/bin/sh\n", "100755")], false)).toEqual([]);
  });
});
