import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createRunner } from "./commands.ts";

function runner(env: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), "runner-"));
  const files = { GITHUB_OUTPUT: join(folder, "output"), GITHUB_STEP_SUMMARY: join(folder, "summary") };
  for (const file of Object.values(files)) writeFileSync(file, "");
  let printed = "";
  const made = createRunner({ ...files, ...env }, (text) => {
    printed += text;
  });
  return {
    made,
    printed: () => printed,
    output: () => readFileSync(files.GITHUB_OUTPUT, "utf8"),
    summary: () => readFileSync(files.GITHUB_STEP_SUMMARY, "utf8"),
  };
}

test("an input is read under the name that GitHub gives it", () => {
  expect(runner({ "INPUT_RUN-ID": " r-1 " }).made.input("run-id")).toBe("r-1");
  expect(runner().made.input("run-id")).toBe("");
});

test("a value cannot end itself and add another output", () => {
  const { made, output } = runner();
  made.setOutput("title", "a\nEOF\nevil<<EOF\nyes\nEOF");
  const lines = output().split("\n");
  const [head = "", ...rest] = lines;
  const delimiter = head.slice("title<<".length);
  expect(head).toMatch(/^title<<slipway-[0-9a-f-]{36}$/);
  expect(rest.indexOf(delimiter)).toBe(rest.length - 2);
});

test("two outputs have different delimiters", () => {
  const { made, output } = runner();
  made.setOutput("a", "1");
  made.setOutput("b", "2");
  const delimiters = output()
    .split("\n")
    .filter((line) => line.includes("<<"))
    .map((line) => line.split("<<")[1]);
  expect(new Set(delimiters).size).toBe(2);
});

test("text that is printed gives no command", () => {
  const { made, printed } = runner();
  made.info("fine\n::set-env name=X::1\n  ::error::no\n##[group]x");
  expect(printed()).not.toMatch(/^\s*(::|##\[)/m);
});

test.each([
  ["in the middle of a line, in the older form", "done ##[add-mask]a"],
  ["behind a carriage return", "fine\r::stop-commands::x"],
  ["behind a blank that is none of ASCII", "\u00a0\u2003::add-mask::a"],
  ["behind NEL, which the runner takes for a blank", "\u0085::add-mask::a"],
  ["behind a line separator", "fine\u2028::add-path::/tmp"],
  ["behind a terminal sequence", "\u001b[0m::warning::a"],
  ["made by what is taken out", "#\u001b[0m#[add-mask]a"],
  ["made by a control character between", ":\u0007:add-mask::a"],
])("text gives no command %s", (_, text) => {
  const { made, printed } = runner();
  made.info(text);
  made.warning(text);
  made.error(text, text);
  const lines = printed().split(/\r\n|[\r\n\u0085\u2028\u2029]/);
  const own = lines.filter((line) => /^::(?:warning|error title=[^:]*)::/.test(line));
  expect(own).toHaveLength(2);
  const others = lines.filter((line) => !own.includes(line));
  // .NET's Trim takes these for blanks.
  expect(others.filter((line) => /^[\s\u0085]*::|##\[/.test(line))).toEqual([]);
});

test("a log carries nothing that a terminal would obey", () => {
  const { made, printed } = runner();
  made.info("a\u001b]0;title\u0007b\u001b[2Jc\u009b31md\u202e\u0008");
  expect(printed()).toBe("abcd\n");
});

test("annotations keep their lines and their title apart", () => {
  const { made, printed } = runner();
  made.error("a: b, c", "100 %\nsecond");
  expect(printed()).toBe("::error title=a%3A b%2C c::100 %25%0Asecond\n");
});

test("each line of a secret is masked", () => {
  const { made, printed } = runner();
  made.mask("one\n\ntwo");
  expect(printed()).toBe("::add-mask::one\n::add-mask::two\n");
});

test("a summary stays below what GitHub takes", () => {
  const { made, summary } = runner();
  made.addSummary("x".repeat(3_000_000));
  expect(summary().length).toBeLessThan(1024 * 1024);
});

test("a summary stays below what GitHub shows, counted in bytes over all its parts, and says that it was cut", () => {
  const { made, summary } = runner();
  made.addSummary("é".repeat(400_000));
  made.addSummary("😀".repeat(200_000));
  expect(Buffer.byteLength(summary())).toBeLessThanOrEqual(1_048_576);
  expect(summary()).toMatch(/\(cut here: GitHub shows at most 1 MiB; the whole is in the run's ledger\)\n$/);
  expect(summary()).not.toContain("\uFFFD");
});
