import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Committed, committed } from "../testing/committed.ts";
import { tokenRoom } from "./budget.ts";
import { decisions } from "./decisions.ts";
import { shared, termsOf } from "./relevance.ts";
import { trackedFiles } from "./tracked.ts";

let repository: Committed;
beforeAll(async () => {
  repository = await committed({
    "docs/decisions/README.md": "# Decisions\n",
    "docs/decisions/template.md": "# Title\n",
    "docs/decisions/0001-record-decisions.md": "# Record decisions\n",
    "docs/decisions/0002-durations-are-seconds.md":
      "# Durations are seconds\n\nParsed durations are whole seconds.\n",
    "docs/decisions/0003-storage.md": "# Storage\n\nFiles, no database. Durations are stored too.\n",
    "docs/decisions/0010-colours.md": "# Colours\n",
    "docs/decisions/0011-durations-are-text.md": "# Durations are text\n\nStatus: **Superseded** by 2\n",
    "packages/a/doc/arch/adr-7-weeks.md": "# Weeks\n\n## Status\n\nAccepted\n",
    "adr/2026-05-01-dates.md": "# Dates\n",
    "docs/guide.md": "# A guide to durations\n",
    "src/decisions.ts": "export {};\n",
    "adr/picture.md": { mode: "120000", content: "../docs/guide.md" },
  });
});
afterAll(() => repository?.remove());

const pack = async (focus: string, tokens = 4_000) =>
  decisions(repository.dir, await trackedFiles(repository.dir), focus, tokenRoom(tokens));
const shown = (text: string) =>
  [...text.matchAll(/<data source="decision ([^"]+)">/g)].map((match) => match[1]);

test("without a focus the newest first, what was given up last", async () => {
  const made = await pack("");
  expect(shown(made.text)).toEqual([
    "adr/2026-05-01-dates.md",
    "docs/decisions/0010-colours.md",
    "packages/a/doc/arch/adr-7-weeks.md",
    "docs/decisions/0003-storage.md",
    "docs/decisions/0002-durations-are-seconds.md",
    "docs/decisions/0001-record-decisions.md",
    "docs/decisions/0011-durations-are-text.md",
  ]);
  expect(made.cut).toBe("Not shown: adr/picture.md (link).");
});

test("with a focus the one that shares most words first", async () => {
  const made = await pack("Parse a duration of weeks in seconds");
  expect(shown(made.text).slice(0, 3)).toEqual([
    "docs/decisions/0002-durations-are-seconds.md",
    "packages/a/doc/arch/adr-7-weeks.md",
    "docs/decisions/0003-storage.md",
  ]);
});

test("what has no room is named", async () => {
  const made = await pack("durations in seconds", 100);
  expect(made.tokens).toBeLessThanOrEqual(100);
  expect(shown(made.text)[0]).toBe("docs/decisions/0002-durations-are-seconds.md");
  expect(made.cut).toMatch(/^No room for .*0001-record-decisions\.md/);
});

test.each([
  ["Durations in weeks", ["duration", "week"]],
  ["parseDuration(text) is used with every file", ["parse", "duration", "text"]],
  ["What they should have done", ["done"]],
  ["持续时间", ["持续", "续时", "时间"]],
  ["12345 a bc def", []],
])("the words of %j", (text, terms) => {
  expect([...termsOf(text)].sort()).toEqual([...terms].sort());
  expect(shared(new Set(terms), text)).toBe(terms.length);
});
