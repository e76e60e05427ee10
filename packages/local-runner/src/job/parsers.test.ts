import { describe, expect, test } from "@jest/globals";
import { parseCommand } from "./commands.ts";
import { parseEntries, parsePaths } from "./file-commands.ts";
import { shellCommand, unsupportedShell } from "./shell.ts";
import { basicEnvironment, inputVariables, prependedPath } from "./variables.ts";

describe("entries of file commands", () => {
  test.each<[string, string, [string, string][]]>([
    [
      "pairs",
      "a=1\n\nb=x=y\nc=\n",
      [
        ["a", "1"],
        ["b", "x=y"],
        ["c", ""],
      ],
    ],
    ["no newline at the end", "a=1", [["a", "1"]]],
    ["a byte order mark", "\uFEFFa=1\n", [["a", "1"]]],
    [
      "a heredoc",
      "a<<E\nline 1\n\nline 3\nE\nb=2\n",
      [
        ["a", "line 1\n\nline 3"],
        ["b", "2"],
      ],
    ],
    ["an empty heredoc", "a<<E\nE\n", [["a", ""]]],
    ["a delimiter at the end of the file", "a<<E\nv\nE", [["a", "v"]]],
    ["lines that only look like the delimiter", "a<<E\n E\nE \nEE\nE\n", [["a", " E\nE \nEE"]]],
    ["what looks like an entry inside", "a<<E\nb=1\nc<<F\nE\n", [["a", "b=1\nc<<F"]]],
    ["an equals sign before the heredoc mark", "a=x<<y\n", [["a", "x<<y"]]],
    ["an equals sign in the delimiter", "a<<x=y\nv\nx=y\n", [["a", "v"]]],
    ["carriage returns stay", "a=1\r\n", [["a", "1\r"]]],
    ["a value that ends in a newline", "a<<E\nv\n\nE\n", [["a", "v\n"]]],
  ])("%s", (_name, text, expected) => {
    expect(parseEntries(text)).toEqual(expected);
  });

  test.each([
    ["no form at all", "abc\n", "Invalid format 'abc'"],
    ["no name", "=1\n", "Name must not be empty"],
    ["no name before a delimiter", "<<E\nE\n", "Name must not be empty"],
    ["no delimiter", "a<<\n\n", "delimiter must not be empty"],
    ["a delimiter that never comes", "a<<E\nb\n", "Matching delimiter not found 'E'"],
  ])("%s is refused", (_name, text, message) => {
    expect(() => parseEntries(text)).toThrow(message);
  });

  test("paths", () => expect(parsePaths("/a\n\n/b c\r\n")).toEqual(["/a", "/b c"]));
});

describe("workflow commands", () => {
  test.each([
    ["::error::x", { name: "error", properties: {}, data: "x" }],
    ["  ::error file=a,line=1::x", { name: "error", properties: { file: "a", line: "1" }, data: "x" }],
    ["::e title=a%3Ab%2Cc%25::l1%0Al2%25", { name: "e", properties: { title: "a:b,c%" }, data: "l1\nl2%" }],
    ["::e file=::x", { name: "e", properties: {}, data: "x" }],
    ["::group::a::b", { name: "group", properties: {}, data: "a::b" }],
    ["##[group]x%3By", { name: "group", properties: {}, data: "x;y" }],
  ])("%s", (line, expected) => expect(parseCommand(line)).toEqual(expected));

  test.each(["text", "::", ":: ::", "a ::error::x", "::error:x"])("none in %j", (line) =>
    expect(parseCommand(line)).toBeUndefined(),
  );
});

test("shells", () => {
  expect(shellCommand(undefined).args).toEqual(["-e", "{0}"]);
  expect(shellCommand("bash").args).toEqual(["--noprofile", "--norc", "-e", "-o", "pipefail", "{0}"]);
  expect(shellCommand("python3 -u {0}")).toEqual({
    program: "python3",
    args: ["-u", "{0}"],
    extension: ".py",
  });
  expect(shellCommand("env A=b perl {0} x")).toEqual({
    program: "env",
    args: ["A=b", "perl", "{0}", "x"],
    extension: "",
  });
  expect(unsupportedShell("cmd")).toContain("'cmd' is not supported");
  expect(unsupportedShell("perl -w")).toContain("must contain '{0}'");
  expect(unsupportedShell("{0}")).toContain("'{0}' is not supported");
});

test("variables", () => {
  expect(inputVariables({ "my input-x": "1" })).toEqual({ "INPUT_MY_INPUT-X": "1" });
  expect(prependedPath("/bin", ["/a", "/b"])).toBe("/b:/a:/bin");
  expect(basicEnvironment({ PATH: "p", HOME: "h", SECRET: "s", https_proxy: "x", LANG: undefined })).toEqual({
    PATH: "p",
    HOME: "h",
    https_proxy: "x",
  });
});
