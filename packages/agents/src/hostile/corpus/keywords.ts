import { casesOf } from "../case.ts";

const DOCS = "GitHub documentation, Linking a pull request to an issue using a keyword";

export const KEYWORDS = casesOf("closing-keyword", [
  ...["close", "closes", "closed", "fix", "fixes", "fixed", "resolve", "resolves", "resolved"].map(
    (word) => ["model", DOCS, `This ${word} #12.`] as const,
  ),
  ["model", DOCS, "CLOSES: #10"],
  ["model", DOCS, "Closes: octo-org/octo-repo#100"],
  ["model", DOCS, "Fixes https://github.com/octo-org/octo-repo/issues/4"],
  ["model", DOCS, "resolves https://github.com/octo-org/octo-repo/pull/4"],
  ["model", DOCS, "fix GH-4 and FIXED gh-5"],
  ["model", DOCS, "Resolves #10, resolves #123, resolves octo-org/octo-repo#100"],
  ["model", "own", "fixes\n#4"],
  ["model", "own", "fixes\u00a0#4 fixes\u3000#4 fixes\t#4"],
  ["model", "own", "fixes&nbsp;#4 fixes &#35;4 fixes &num;4"],
  ["model", "own", "fixes **#4** **fixes** #4 _fixes #4_"],
  ["model", "own", "fixes <b>#4</b> <b>fixes</b> #4"],
  ["model", "own", "fixes [#4](https://github.com/o/r/issues/4)"],
  ["model", "own", "fixes <https://github.com/o/r/issues/4>"],
  ["model", "own", "fixes \\#4 \\fixes #4"],
  ["model", "own", "> fixes #4\n\n- fixes #4\n\n# fixes #4"],
  ["model", "own", "ｆｉｘｅｓ ＃４ and fixes ＃4"],
  ["model", "own", 'éfixes #4 (fixes #4) "fixes #4" /fixes #4'],
  ["model", "own", "<details>\n\nfixes #4\n\n</details>"],
  ["model", "own", "fixes http://www.github.com/o/r/issues/4#issuecomment-1"],
  ["model", "own", "fix: #4 is gone"],
  ["title", "own", "fix: read weeks, closes #4"],
  ["model", "own", "```\nfixes #4\n```"],
  ["model", "own", "`fixes #4`"],
  ["model", "own", "fixes: o.r-g/re_po.x#7"],
  ["path", "own", "fixes #4/a.ts"],
  ["model", "GitHub documentation, Marking issues or pull requests as a duplicate", "Duplicate of #4"],
  ["model", "own", "text\n\nduplicate of https://github.com/o/r/issues/4\n"],
]);
