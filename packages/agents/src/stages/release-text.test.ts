import { describe, expect, test } from "@jest/globals";
import { type ReleaseEntry, type ReleaseWords, releaseNotes } from "@slipway/model";
import { wordedNotes } from "./release-text.ts";

const sha = (number: number) => number.toString(16).padStart(40, "0");
const entry = (number: number, more: Partial<ReleaseEntry> = {}): ReleaseEntry => ({
  type: "feat",
  scope: null,
  breaking: false,
  subject: `change ${number}`,
  sha: sha(number),
  requirements: ["FR-001"],
  nodeId: "T1",
  issue: 3,
  pull: number,
  ...more,
});
const releaseOf = (entries: readonly ReleaseEntry[]) => ({
  entries: [...entries],
  notes: releaseNotes("## v1.3.0: Durations", entries),
});
const words = (more: Partial<ReleaseWords> = {}): ReleaseWords => ({
  headline: "Spans can be read as ISO 8601",
  summary: "`parse` takes durations.",
  sections: [{ title: "New", items: [{ text: "`parse` takes weeks.", shas: [sha(1), sha(2)] }] }],
  upgrade: [],
  ...more,
});

describe("notes in the words of an agent", () => {
  test("hold no credential, also where what cannot be seen parts it", () => {
    const summary = `Use ghp\u200b_${"a".repeat(20)}\u2060${"b".repeat(16)}.`;
    const notes = wordedNotes(releaseOf([entry(1)]), words({ summary }));
    expect(notes).toContain("Use \\*\\*\\*.");
  });

  test("stand above the record that they were written from", () => {
    const release = releaseOf([entry(1), entry(2, { pull: null, type: "fix" })]);
    expect(
      wordedNotes(release, words({ upgrade: [{ text: "Write `P1W`.", shas: [sha(1)] }] })),
    ).toMatchInlineSnapshot(`
"## v1.3.0: Durations

**Spans can be read as ISO 8601**

\`parse\` takes durations.

### New

- \`parse\` takes weeks. (#1, 0000000)

### What you have to do

- Write \`P1W\`. (#1)

<details><summary>Every change, with its requirements, issue and pull request</summary>

### Features

- change 1 (FR-001 · issue #3 · pull request #1)

### Fixes

- change 2 (FR-001 · issue #3)

</details>

_Worded by the agent \`release-manager\` from the record of what was merged, which is the list above._"
`);
  });

  test("are text: they ping, close, link and mark up nothing", () => {
    const evil =
      "@octo/team closes #12 <img src=x> ![p](https://a.test/p.png) [x](https://a.test) # Head\n## Head | a";
    const made = wordedNotes(
      releaseOf([entry(1)]),
      words({
        headline: evil.slice(0, 100).replace("\n", " "),
        summary: evil,
        sections: [{ title: "<b>New</b>", items: [{ text: evil, shas: [sha(1)] }] }],
        upgrade: [{ text: `${evil}\n</details>\n\`\`\`\nopen`, shas: [sha(1)] }],
      }),
    );
    const said = made.slice(0, made.indexOf("<details>"));
    expect(said).not.toMatch(/@octo|closes #12|(?<!\\)<img|(?<!\\)<b>|(?<!\\)!?\[[px]\\?\]\(/i);
    expect(said).not.toMatch(/^#+ Head|^```|(?<!\\)<\/details>/m);
    // The record is what ends the notes, whatever was opened above it.
    expect(made.match(/^### .*$/gm)).toEqual([
      expect.stringContaining("New"),
      "### What you have to do",
      "### Features",
    ]);
  });

  test("have no room without end: what is left out is said, and the record keeps its place", () => {
    const entries = Array.from({ length: 1_500 }, (_, at) => entry(at + 1));
    const items = entries.slice(0, 100).map((one) => ({ text: "word ".repeat(99).trim(), shas: [one.sha] }));
    const made = wordedNotes(
      releaseOf(entries),
      words({ sections: Array.from({ length: 12 }, () => ({ title: "New", items })) }),
    );
    expect(made.length).toBeLessThan(120_000);
    expect(made).toMatch(/… and \d+ more: every change is in the record below\./);
    expect(made).toContain("change 1 ");
    expect(made).toContain("… and more changes: see the commits of this release.\n\n</details>");
  });
});
