import { expect, test } from "@jest/globals";
import { plainTexts } from "./text.ts";

const commit = "1f0c2ab4dd0f6f2b3f1b4c5d6e7f8091a2b3c4d5";
const plain = plainTexts({
  runId: "r-20261121-abc234",
  items: new Map([
    [7, "T1"],
    [9, "pull of T1"],
  ]),
  objects: new Set([commit]),
  servers: ["http://127.0.0.1:4000"],
});

test.each([
  ["run `r-20261121-abc234`", "run `<run>`"],
  [`head \`1f0c2ab\`, 1f0c2ab4d, ${commit}`, "head `<commit>`, <commit>, <commit>"],
  [`merged [1f0c2ab](http://127.0.0.1:4000/o/r/commit/${commit})`, "merged <commit>"],
  ["spec `43d22ea`, deadbeef, 1f0c2abf", "spec `43d22ea`, deadbeef, 1f0c2abf"],
  ["see #7 and #9, not #8", "see #<T1> and #<pull of T1>, not #8"],
  ["http://127.0.0.1:4000/o/r/pull/9/files", "<server>/o/r/pull/<pull of T1>/files"],
  ["/o/r/actions/runs/44/job/5", "/o/r/actions/runs/<workflow run>"],
  ["/o/r/issues/7#issuecomment-12", "/o/r/issues/<T1>#<comment>"],
  ["task/7-say-hello into epic/3-x", "task/<T1>-say-hello into epic/3-x"],
  [
    "ok (16.94ms), 3ms, duration_ms 12.5; 1,234 input tokens",
    "ok (<duration>), <duration>, <duration>; <number> input tokens",
  ],
  ["at 2026-11-21T10:00:00.123Z, on 2026-11-21", "at <time>, on <time>"],
])("%s", (text, expected) => expect(plain(text)).toBe(expected));
