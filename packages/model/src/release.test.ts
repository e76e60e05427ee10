import { describe, expect, test } from "@jest/globals";
import { newestVersionTag, nextVersion, type ReleaseCommit, releaseEntry, releaseNotes } from "./release.ts";
import type { ReleaseEntry } from "./schema/release.ts";
import { plannedState, RUN_ID, sha, withNodes } from "./testing/samples.ts";

const commit = (type: string | null, more: Partial<ReleaseCommit> = {}): ReleaseCommit => ({
  sha: sha(1),
  type,
  scope: null,
  subject: "something",
  breaking: false,
  releaseAs: null,
  trailers: new Map(),
  pull: null,
  ...more,
});
const breaking = commit("refactor", { breaking: true });
const as = (releaseAs: string) => commit("chore", { releaseAs });

describe("the next version", () => {
  test.each<[string | null, readonly ReleaseCommit[], string | null, string | null]>([
    ["1.2.3", [commit("feat"), commit("fix")], "1.3.0", "minor"],
    ["1.2.3", [commit("fix"), commit("docs")], "1.2.4", "patch"],
    ["1.2.3", [commit("perf")], "1.2.4", "patch"],
    ["1.2.3", [breaking, commit("feat")], "2.0.0", "major"],
    ["1.2.3", [commit("docs"), commit("chore"), commit(null), commit("test")], null, null],
    ["1.2.3", [], null, null],
    // Before 1.0.0 nothing is promised: what breaks raises the minor version.
    ["0.4.2", [breaking], "0.5.0", "minor"],
    ["0.4.2", [commit("feat")], "0.5.0", "minor"],
    ["0.4.2", [commit("fix")], "0.4.3", "patch"],
    ["0.0.9", [commit("fix")], "0.0.10", "patch"],
    [null, [commit("fix")], "0.1.0", "initial"],
    [null, [breaking], "0.1.0", "initial"],
    [null, [commit("docs")], null, null],
    ["0.4.2", [as("1.0.0"), commit("fix")], "1.0.0", "major"],
    ["1.2.3", [as("v2.0.0")], "2.0.0", "major"],
    ["1.2.3", [as("1.3.0-beta.1")], "1.3.0-beta.1", "minor"],
    ["1.2.3", [as("2.0.0-rc.1")], "2.0.0-rc.1", "major"],
    ["1.2.3", [commit("feat"), as("3.0.0"), as("4.0.0")], "3.0.0", "major"],
    [null, [as("0.0.1")], "0.0.1", "initial"],
    // A wish that is no version, or goes back, is none.
    ["1.2.3", [as("next"), commit("fix")], "1.2.4", "patch"],
    ["1.2.3", [as("1.2.3"), commit("fix")], "1.2.4", "patch"],
    ["1.2.3", [as("0.9.0"), commit("feat")], "1.3.0", "minor"],
    ["1.2.3", [as("0.9.0")], null, null],
    ["1.2.3", [as("next"), as("1.9.0")], "1.9.0", "minor"],
  ])("%s %#", (current, commits, version, bump) => {
    expect(nextVersion(current, commits, "0.1.0")).toEqual(version === null ? null : { version, bump });
  });
});

test.each<[string, readonly string[], string, string | null]>([
  ["by number, not by letter", ["v1.9.0", "v1.10.0", "v1.2.0"], "v", "v1.10.0"],
  ["no prereleases", ["v1.0.0", "v2.0.0-rc.1"], "v", "v1.0.0"],
  ["no other prefix", ["lib-v3.0.0", "3.0.0", "v1.0.0"], "v", "v1.0.0"],
  ["a longer prefix", ["lib/v1.0.0", "v9.0.0"], "lib/v", "lib/v1.0.0"],
  ["none at all", ["v1", "v1.2", "vv1.0.0", "v=1.0.0", "v 1.0.0", "release"], "v", null],
  ["an empty prefix", ["v2.0.0", "1.0.0"], "", "1.0.0"],
])("the newest version tag: %s", (_, tags, prefix, tag) => {
  expect(newestVersionTag(tags, prefix)?.tag ?? null).toBe(tag);
});

describe("release notes", () => {
  const state = withNodes(plannedState(), { T1: { pull: 12 } });
  const trailers = new Map([
    ["Slipway-Run", [RUN_ID]],
    ["Slipway-Node", ["T1"]],
  ]);

  test("an entry of this run takes its requirements, issue and pull request from the node", () => {
    expect(releaseEntry(state, commit("feat", { trailers, pull: 99 }))).toMatchObject({
      nodeId: "T1",
      requirements: ["FR-001", "FR-002"],
      issue: 4,
      pull: 12,
    });
  });

  test("trailers of another run name nothing of this one", () => {
    const other = new Map([
      ...trailers,
      ["Slipway-Run", ["r-20200101-aaaaaa"]],
      ["Slipway-Requirement", ["FR-007"]],
    ]);
    expect(releaseEntry(state, commit(null, { trailers: other, pull: 99 }))).toMatchObject({
      type: "other",
      requirements: ["FR-007"],
      issue: null,
      pull: 99,
    });
  });

  const entry = (type: string, subject: string, more: Partial<ReleaseEntry> = {}): ReleaseEntry => ({
    ...releaseEntry(state, commit(type, { subject })),
    ...more,
  });

  test("each line names its requirements, issue and pull request, by section", () => {
    const notes = releaseNotes("## 1.0.0", [
      entry("fix", "leap years", { issue: 5 }),
      entry("feat", "parse", { scope: "iso", requirements: ["FR-001", "FR-002"], issue: 4, pull: 12 }),
      entry("docs", "typos"),
      entry("feat", "weeks are gone", { breaking: true, pull: 13 }),
      entry("perf", "faster"),
    ]);
    expect(notes).toMatchSnapshot();
  });

  test("subjects mention nobody, link nothing and close nothing", () => {
    const notes = releaseNotes("## 1.0.0", [
      entry("fix", "fixes #7, GH-8 for @ada <!-- x --> closes https://github.com/o/r/issues/9", {
        scope: "<b>",
      }),
    ]);
    expect(notes).not.toMatch(/#\d|GH-\d|@a|(?<!\\)<|issues\/\d/);
  });

  test("thousands of changes fit, and those left out are counted", () => {
    const notes = releaseNotes(
      "## 1.0.0",
      Array.from({ length: 5_000 }, (_, n) => entry("fix", `change ${n} ${"x".repeat(40)}`)),
    );
    expect(notes.length).toBeLessThan(120_000);
    const told = notes.match(/^- /gm)?.length ?? 0;
    expect(notes).toContain(`… and ${5_000 - told} more changes`);
  });
});
