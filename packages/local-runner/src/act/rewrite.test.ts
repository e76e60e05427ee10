import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { rewriteForAct } from "./rewrite.ts";

const self = (path: string): string => `o/suite/${path}@v1`;

test("names this repository where a file says $/, in steps and in jobs, and nothing else", () => {
  const text = `# $/ stays in comments
jobs:
  a:
    uses: $/.github/workflows/b.yml # why
    with: { text: "uses: $/x", uses-not: $/y }
  c:
    steps:
      - uses: "$/action-x"
      - { name: flow, uses: $/action-y }
      - uses: ./local
      - uses: other/action@v4
      - run: 'echo "uses: $/z"'
`;
  expect(rewriteForAct(text, self)).toBe(`# $/ stays in comments
jobs:
  a:
    uses: "o/suite/.github/workflows/b.yml@v1" # why
    with: { text: "uses: $/x", uses-not: $/y }
  c:
    steps:
      - uses: "o/suite/action-x@v1"
      - { name: flow, uses: "o/suite/action-y@v1" }
      - uses: ./local
      - uses: other/action@v4
      - run: 'echo "uses: $/z"'
`);
});

test.each([
  ["concurrency:\n  group: g\n  queue: max\njobs: {}\n", { group: "g", "cancel-in-progress": false }],
  ["concurrency: { queue: max, group: g }\n", { group: "g", "cancel-in-progress": false }],
  [
    "concurrency: { queue: single, cancel-in-progress: true, group: g }\n",
    { group: "g", "cancel-in-progress": true },
  ],
  [
    "concurrency:\n  queue: single\n  cancel-in-progress: true\n  group: g\n",
    { group: "g", "cancel-in-progress": true },
  ],
  [
    "concurrency: { group: g, cancel-in-progress: false, queue: max }\n",
    { group: "g", "cancel-in-progress": false },
  ],
])("takes the queue away and keeps every line: %j", (text, concurrency) => {
  const rewritten = rewriteForAct(text, self);
  expect((parse(rewritten) as { concurrency: unknown }).concurrency).toEqual(concurrency);
  expect(rewritten.split("\n")).toHaveLength(text.split("\n").length);
});

test("leaves other keys of that name, and what is no YAML", () => {
  const text = "jobs:\n  a:\n    env: { queue: max }\n    with:\n      queue: max\n";
  expect(rewriteForAct(text, self)).toBe(text);
  expect(rewriteForAct("a: [\n", self)).toBe("a: [\n");
});
