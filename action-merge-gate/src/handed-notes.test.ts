import { expect, test } from "@jest/globals";
import { NO_USAGE, type NotesArtifact, type Release, releaseNotes } from "@slipway/model";
import { judgedNotes } from "./handed-notes.ts";

const SHA = "a".repeat(40);
const RUN = "r-20261120-7f3k2a";
const entries: Release["entries"] = [
  {
    type: "feat",
    scope: null,
    breaking: false,
    subject: "read weeks",
    sha: SHA,
    requirements: [],
    nodeId: "T1",
    issue: 3,
    pull: 7,
  },
];
const release: Release = {
  version: "1.3.0",
  tag: "v1.3.0",
  previousTag: "v1.2.0",
  sha: "b".repeat(40),
  bump: "minor",
  entries,
  notes: releaseNotes("## v1.3.0", entries),
};
const document: NotesArtifact = {
  kind: "notes",
  runId: RUN,
  sha: release.sha,
  version: "1.3.0",
  agent: "release-manager",
  words: {
    headline: "Weeks",
    summary: "Weeks can be read.",
    sections: [{ title: "New", items: [{ text: "`parse` takes weeks.", shas: [SHA] }] }],
    upgrade: [],
  },
  reason: "Worded.",
  usage: { ...NO_USAGE, calls: 1 },
};
const judged = (handed: NotesArtifact | undefined) => judgedNotes(handed, { runId: RUN, release });

test("words of this very release are published, and their cost is on the account", () => {
  const { release: made, asked, why } = judged(document);
  expect(made.notes).toContain("- `parse` takes weeks. (#7)");
  expect({ asked, why }).toEqual({
    asked: { agents: ["release-manager"], usage: document.usage },
    why: null,
  });
});

test.each<[string, NotesArtifact | undefined, string]>([
  ["that were not handed over", undefined, "No notes were handed over."],
  ["of another run", { ...document, runId: "r-20261120-aaaaaa" }, "are of run r-20261120-aaaaaa"],
  [
    "of another commit",
    { ...document, sha: "c".repeat(40) },
    "written for 1.3.0 at ccccccc, not for 1.3.0 at bbbbbbb",
  ],
  ["of another version", { ...document, version: "1.2.9" }, "written for 1.2.9"],
  [
    "that leave a change out",
    { ...document, words: { headline: "H", summary: "S.", sections: [], upgrade: [] } },
    "aaaaaaaaaaaa (feat) is in no section",
  ],
  ["that could not be had", { ...document, words: null, reason: "Overloaded." }, "Overloaded."],
])("notes %s: the trace's own are published, and it is said why", (_, handed, words) => {
  const { release: made, why } = judged(handed);
  expect(made.notes).toBe(release.notes);
  expect(why).toContain(words);
});

test("what was asked and not used is paid for all the same", () => {
  expect(judged({ ...document, words: null }).asked?.usage.calls).toBe(1);
  expect(judged(undefined).asked).toBeNull();
});

test("an agent that was not asked is named nowhere; what an earlier claim has spent stays", () => {
  const unasked = { ...document, asked: false as const, words: null, reason: "The budget is used up." };
  expect(judgedNotes({ ...unasked, usage: NO_USAGE }, { runId: RUN, release })).toEqual({
    release,
    asked: null,
    why: "The budget is used up.",
  });
  const usage = { ...NO_USAGE, calls: 1, inputTokens: 5 };
  expect(judgedNotes({ ...unasked, usage }, { runId: RUN, release }).asked).toEqual({
    agents: ["release-manager"],
    usage,
  });
});
