import { describe, expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "@slipway/model";
import { type CheckedFile, checkPaths } from "./paths.ts";

const written = (path: string, content = ""): CheckedFile => ({
  status: "written",
  path,
  content,
  encoding: "utf-8",
});
const check = (...files: CheckedFile[]) => checkPaths(files, DEFAULT_POLICY);

describe("checkPaths", () => {
  test.each([
    "src/a.ts",
    ".gitignore",
    "src/CODEOWNERS",
    "a b/ü.txt",
    "git/x",
    ".gitattributes",
    "x.git/y",
    "..a",
    "a..b/c",
    "docs/❤️.md",
    "é/ﬁle.txt",
    "lib/Foo::Bar.3pm",
    "notes~1.draft.md",
    "workflows/ci.yml",
    ".github/ISSUE_TEMPLATE/bug.yml",
    "src/.gitkeep",
  ])("takes %s", (path) => {
    expect(check(written(path))).toEqual([]);
  });

  test.each([
    ["", /no path/],
    ["/etc/passwd", /absolute/],
    ["C:/x", /absolute/],
    ["../x", /"\.\."/],
    ["a/../../x", /"\.\."/],
    ["a//b", /empty part/],
    ["./a", /empty part/],
    ["a/", /empty part/],
    [".git/config", /Git's own/],
    ["sub/.GIT/hooks/x", /Git's own/],
    [".git. /x", /Git's own/],
    ["git~1/x", /Git's own/],
    [".git::$INDEX_ALLOCATION/x", /Git's own/],
    ["a\\b", /backslash/],
    ["a\nb", /control/],
    ["a\u0000b", /control/],
    ["a\u202eb", /invisible/],
    [".g\u200cit/config", /invisible/],
    ["a\ufffdb", /undecodable/],

    [".github/workflows/ci.yml", /protected .*\.github\/workflows\/\*\*/],
    [".GitHub/Workflows/ci.yml", /protected/],
    [".github/slipway/setup/action.yml", /protected/],
    [".github/actions/build/action.yml", /protected .*\.github\/actions\/\*\*/],
    ["codeowners", /protected .*"CODEOWNERS"/],
    [".github/CODEOWNERS", /protected/],
    ["docs/CODEOWNERS", /protected/],
    [".github/slipway.yml", /protected/],

    // Windows: short names, streams, what trails.
    [".github/WORKFL~1/ci.yml", /short name/],
    ["GITHUB~1/workflows/ci.yml", /short name/],
    ["GI7EBA~1", /short name/],
    [".github/workflows./ci.yml", /ends in a dot/],
    [".github/workflows /ci.yml", /ends in a dot/],
    [".github/slipway.yml::$DATA", /protected/],
    [".github/workflows::$INDEX_ALLOCATION/ci.yml", /protected/],
    [".git:x", /Git's own/],
    ["::x/a", /begins with a colon/],
    // macOS: HFS+ leaves some characters out, both fold Unicode.
    [".github\ufe01/workflows/ci.yml", /invisible/],
    [".github/wor\u212aflows/ci.yml", /protected/],
    [".github/work\ufb02ows/ci.yml", /protected/],
    [".github/workflow\u017f/ci.yml", /protected/],
    ["\uff0egit/config", /Git's own/],
    // A file where a folder was.
    [".github", /folder that holds/],
    [".GITHUB", /folder that holds/],
    [".github/workflows", /protected/],
    [".gitmodules", /submodules/],
    ["sub/.GitModules", /submodules/],
  ])("refuses %j", (path, reason) => {
    const problems = check(written(path));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(reason);
  });

  test("no policy gives an agent the suite's own rules", () => {
    const open = { ...DEFAULT_POLICY, protectedPaths: [] };
    const paths = [".github/slipway.yml", ".github/slipway/agents/dev.md", ".github/Slipway", ".github"];
    for (const path of paths) expect(checkPaths([written(path)], open)).toHaveLength(1);
    expect(checkPaths([written(".github/workflows/ci.yml")], open)).toEqual([]);
  });

  test("a lockfile that the policy names is refused wherever it lies, a folder that holds none is not", () => {
    const policy = { ...DEFAULT_POLICY, protectedPaths: ["**/package-lock.json", "db/{schema,seed}.sql"] };
    expect(checkPaths([written("package-lock.json")], policy)).toHaveLength(1);
    expect(checkPaths([written("a/b/PACKAGE-LOCK.JSON")], policy)).toHaveLength(1);
    expect(checkPaths([written("db")], policy)).toEqual([expect.stringMatching(/folder that holds/)]);
    expect(checkPaths([written("a"), written("package.json")], policy)).toEqual([]);
  });

  test("refuses a file and something inside it", () => {
    expect(check(written("a"), written("a/b/c"))).toEqual([expect.stringContaining('"a/b/c" inside')]);
    expect(check({ status: "deleted", path: "a/b" }, written("a"))).toEqual([]);
  });

  test("refuses to delete what it may not write", () => {
    expect(check({ status: "deleted", path: ".github/workflows/ci.yml" })).toHaveLength(1);
  });

  test("counts files and bytes, base64 by what it holds", () => {
    const many = Array.from({ length: DEFAULT_POLICY.limits.files + 1 }, (_, index) => written(`f${index}`));
    expect(check(...many)).toEqual([
      expect.stringContaining(`limits.files allows ${DEFAULT_POLICY.limits.files}`),
    ]);
    const max = DEFAULT_POLICY.limits.bytes;
    expect(check(written("a", "ä".repeat(max / 2)))).toEqual([]);
    expect(check(written("a", `${"ä".repeat(max / 2)}a`))).toHaveLength(1);
    const binary = Buffer.alloc(max).toString("base64");
    const bytes: CheckedFile = { status: "written", path: "a", content: binary, encoding: "base64" };
    expect(checkPaths([bytes], { ...DEFAULT_POLICY, execute: { binaries: true } })).toEqual([]);
  });

  test.each<[string, Buffer, boolean, RegExp | null]>([
    ["text", Buffer.from("ü\n"), false, null],
    ["nothing", Buffer.alloc(0), false, null],
    [
      "a picture",
      Buffer.from("89504e470d0a1a0a00", "hex"),
      false,
      /"x" cannot be part of a change: it is no text/,
    ],
    ["a picture, allowed", Buffer.from("89504e470d0a1a0a00", "hex"), true, null],
    ["an ELF program, allowed or not", Buffer.from("7f454c460201", "hex"), true, /it is a compiled program/],
    ["a Windows program", Buffer.from("4d5a90000300", "hex"), true, /it is a compiled program/],
    ["a text that begins like one", Buffer.from("MZ is a name\n"), false, null],
  ])("%s", (_, content, binaries, problem) => {
    const file: CheckedFile = {
      status: "written",
      path: "x",
      content: content.toString("base64"),
      encoding: "base64",
    };
    const found = checkPaths([file], { ...DEFAULT_POLICY, execute: { binaries } });
    expect(found).toEqual(problem ? [expect.stringMatching(problem)] : []);
  });

  test("refuses a path that is too long, and shows its beginning", () => {
    expect(check(written("x".repeat(1_100)))).toEqual([expect.stringMatching(/"x{200}…" is longer/)]);
  });

  test("refuses a path that is named twice", () => {
    expect(check(written("a"), written("a"))).toEqual([expect.stringContaining('"a" more than once')]);
  });

  test("a sentence about a hostile path shows it escaped", () => {
    expect(check(written("a\n::error::x"))[0]).toContain('"a\\n::error::x"');
  });
});
