import { expect, test } from "@jest/globals";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { reviewText } from "./review.ts";

interface Item {
  readonly type: string;
  readonly value?: string;
  readonly children?: readonly Item[];
}

/** Texts outside code. */
function textsOf(markdown: string): string {
  const all = (item: Item): string[] =>
    item.type === "text" ? [item.value ?? ""] : (item.children ?? []).flatMap(all);
  return all(unified().use(remarkParse).use(remarkGfm).parse(markdown) as Item).join("\n");
}

const marker = { what: "review", runId: "r-20261120-7f3k2a", nodeId: "T1", headSha: "a".repeat(40) } as const;
const drawn = (path: string, body: string) =>
  reviewText({ number: 1, headSha: marker.headSha, body: "Two remarks.", comments: [], marker }, [
    { path, line: 9, body },
    { path: "last.ts", line: 1, body: "The last one." },
  ]);

test.each([
  ["a paragraph of two lines", "Nothing\nhere", "- `b.txt:9`: Nothing here\n- `last.ts:1`: The last one."],
])("%s is one line", (_, body, expected) => {
  expect(drawn("b.txt", body)).toMatch(new RegExp(`\n\n${expected}$`));
});

test.each([
  ["a block of code", "Use\n\n```ts\nimport x from '@types/node'; // fixes #1\n```\n\ninstead."],
  ["a block of code at the start", "```\n@octocat\n```"],
  ["a lone backtick in another paragraph", "a ` b\n\nc `@octocat` d"],
  ["a fence with backticks inside", "```\n`` ` ``` @octocat\n```"],
])("code stays code: %s", (_, body) => {
  const text = textsOf(drawn("b.txt", body));
  expect(text).not.toMatch(/@octocat|@types|fixes #1/);
  expect(text).toMatch(/The last one\.$/);
});

test.each(["@octocat/a.md", "a`@octocat`b.md", "fixes #1.md", "](javascript:x).md", "<img src=x>.md"])(
  "a path says nothing else: %s",
  (path) => {
    expect(textsOf(drawn(path, "Nothing"))).not.toMatch(/@octocat|#1\b(?!\.md:9)|fixes #1/);
  },
);
