// What ordinary engineers write is not touched: false alarms would make every comment a little wrong.
import { describe, expect, test } from "@jest/globals";
import { publicLine, publicText } from "./public-text.ts";
import { asToolResult } from "./sanitize.ts";

const F = "```";
const TEXTS = [
  "Reads durations such as `1h 30m` and gives seconds.",
  "# What changed\n\n- `parse()` takes a unit\n- tests for it\n\n## How to check\n\n1. `npm test`\n2. Look at `out/`",
  "The loop ends when `a < b && c > d`; with a > b it goes on, 3 < 4, x <= y, a <- b, 1<<4.",
  "See #12, #13 and octo/example#14 for why. This was PR #200.",
  "Fixes the crash in the parser; a fix for the flaky test follows. Closes the gap. Resolved by waiting.",
  "Several fixes (#12), and fixed-size buffers. Prefixes #1 are kept. The bugfix #3 stays.",
  `${F}sh\nnpm install @types/node@24 -D\ngit commit -m "feat: x"\n${F}`,
  `Decorators:\n\n${F}ts\n@Injectable()\nexport class A<T extends B> {\n  @Input() name = "<b>";\n}\n${F}\n\nThat is all.`,
  `1. Install:\n\n   ${F}sh\n   npm i @octo/example\n   ${F}\n\n2. Run \`npx @octo/example --help\`.`,
  `- one\n  ${F}yaml\n  on: [push]\n  uses: actions/checkout@v5\n  ${F}\n- two`,
  `~~~text\n/usr/bin/env: node: No such file\n/merge\n~~~`,
  `${F}html\n<!-- a comment -->\n<script src="x.js"></script>\n<img src="a.png">\n${F}`,
  `${F}diff\n- const a = 1;\n+ const a = 2; // see @octo/example\n${F}`,
  'Use `@types/node`, `@octo/example` or `<details>`; `${{ github.sha }}` is `&amp;` in `<a href="x">`.',
  "| case | before | after |\n|---|---:|:--|\n| empty | `null` | `[]` |\n| `a` or `b` | 1 | 2 |",
  "Mail ada@example.com or <ada@example.com>; the host is user@host:/path.",
  "Docs: https://docs.github.com/en/actions and <https://nodejs.org/api/>.",
  "[RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#section-9) says so; [the guide](docs/guide.md#set-up), [top](#top).",
  "[index.ts](src/index.ts) and [package.json](https://github.com/octo/example/blob/main/package.json)",
  "[the docs][docs] are new.\n\n[docs]: https://docs.example.com/a?b=c&d=e",
  "[mail us](mailto:team@example.com); [github.com/octo](https://github.com/octo)",
  "![before](https://github.com/user-attachments/assets/0f0f)\n![raw](https://raw.githubusercontent.com/o/r/main/a.png)",
  "<details><summary>Log</summary>\n\n```\nall good\n```\n\n</details>",
  "Press <kbd>Ctrl</kbd>+<kbd>C</kbd>, H<sub>2</sub>O, x<sup>2</sup>, a<br>b<br/>c",
  '> It said: "no such file".\n>\n> > And again.\n\nWe agree.',
  "- [x] done\n- [ ] open\n  - nested\n    - deeper",
  "**Bold**, *italic*, ~~gone~~, ***both***, __also__, _this_. A \\* star, a \\_ line.",
  "Grüße, 漢字, ελληνικά, 👩‍💻 ❤️ 👍🏽 🇩🇪 1️⃣, naïve café — “quotes” … ½ × 3 ≤ 4 → 5",
  "می‌خواهم ببینم; हिन्दी क्‍ष; مرحبا بالعالم",
  "AT&T, R&D, &copy; 2026, a&nbsp;b, x &lt; y, ?a=1&b=2",
  "The route /api/users/:id answers 404; /health too. Paths: /etc/hosts, ~/x, ./a, C:\\temp.",
  "Footnote[^1].\n\n[^1]: It is here: https://example.com.",
  "A ratio of 3:1 at 10:30; key: value; `std::vector<int>::iterator`; a::b.",
  "    indented code\n    goes on\n\ntext",
  "Setext\n======\n\nSub\n---\n\n***\n\ntext",
  "Math: $a_1 + b^2$ and 5 $ or 10 $.",
  "See CVE-2021-44228, RFC 2119, ISO 8601, GH Actions, T1/T2, v1.2.3, sha 0123abc.",
  "http://localhost:3000/a and http://127.0.0.1:8080 serve it; https://example.com:8443/x.",
  "The array arr[0]: first; f[x](y) calls; note[1] says; dict[str, int].",
  "[octo on github.com][gh], [the [best] guide][gh] and [`parse()`](https://docs.example.com/parse).\n\n[gh]: https://github.com/octo",
  "[GitHub](https://github.com/octo), [**docs**](https://docs.example.com), [`docs.example.com`](https://docs.example.com/a).",
  "fix: the [parser](src/parse.ts) reads #tags; closed [the gap](docs/gap.md) between 3 and #foo.",
  "text\n\n---\n\nA rule, and the keys 1️⃣ #️⃣ *️⃣.",
  "The .deploy folder; a sk-button and sk-loading class; task-0123456789abcdef0123456789abcdef.",
  "Skipped CI for now? No: [WIP] stays, [skip] too. Build is green.",
];

describe("ordinary Markdown", () => {
  test.each(TEXTS.map((text) => [text]))("%j is as it was", (text) => {
    expect(publicText(text, 60_000, "markdown")).toBe(text.trim());
  });
});

const LINES = [
  "feat(parser): read weeks",
  "fix: a crash when the file is empty",
  "Support Array<string> and Map<K, V> in parse()",
  "docs: `--help` for a/b and c.d",
  "Merge feature F1: reading & writing (part 2)",
  "perf!: 30 % less memory, 2x speed",
  "chore(deps): bump vite from 5.0.1 to 5.0.2 in /apps/web",
  "Grüße → 漢字 👩‍💻",
];

test.each(LINES)("the line %j is as it was", (line) => {
  expect(publicLine(line, 120, "x", "message")).toBe(line);
});

test.each([
  "const data = system.user; // <b>bold</b>, a < b, List<User>, impl<S> A<S>, <Data />",
  "user: root\nsystem: linux\nassistant_model: x",
  "[INFO] done [1/2]\n### Results\n\n| a | b |",
  "for i in range(3): print(i)  # Human readable: yes",
  "let a = [|x|]; let f = <T,>(x: T) => x; // User: ada\nres = m[i]~b; map<seed, sop>",
  '<div class="a"><p>text</p></div>\nif (a <b) c();',
])("a tool's result is as it was: %j", (text) => {
  expect(asToolResult(text)).toBe(text);
});
