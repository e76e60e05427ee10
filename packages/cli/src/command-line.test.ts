import { describe, expect, test } from "@jest/globals";
import { parseCommandLine } from "./command-line.ts";

const parse = (...argv: string[]) => parseCommandLine(argv, "0.1.0");

describe("parseCommandLine", () => {
  test("takes every option of run", () => {
    const argv =
      "run --repo r --idea i --policy p --model-url u --fixtures f --out o --engine act --json --serve".split(
        " ",
      );
    expect(parse(...argv)).toEqual({
      kind: "run",
      options: {
        repo: "r",
        idea: "i",
        policy: "p",
        modelUrl: "u",
        fixtures: "f",
        out: "o",
        engine: "act",
        json: true,
        serve: true,
      },
    });
  });

  test("takes none of them", () => {
    expect(parse("run")).toEqual({ kind: "run", options: { json: false, serve: false } });
  });

  test("an idea may begin with a dash or be one", () => {
    expect(parse("run", "--idea=--quiet flag")).toMatchObject({ options: { idea: "--quiet flag" } });
    expect(parse("run", "--idea", "-")).toMatchObject({ options: { idea: "-" } });
  });

  test.each([
    [["run", "--ideas", "x"], /unknown option '--ideas'/],
    [["rnu"], /unknown command 'rnu'/],
    [["run", "extra"], /too many arguments/],
    [["run", "--idea"], /argument missing/],
    [["init"], /unknown command 'init'/],
    [[], /say what to do/],
  ])("refuses %j", (argv, message) => {
    expect(parse(...argv)).toEqual({ kind: "wrong", message: expect.stringMatching(message) });
  });

  test.each([[["--version"]], [["-V"]]])("prints the version for %j", (argv) => {
    expect(parse(...argv)).toEqual({ kind: "print", text: "0.1.0\n" });
  });

  test("the help names every option and exit code", () => {
    const help = parse("run", "--help");
    expect(help).toMatchObject({ kind: "print" });
    const text = help.kind === "print" ? help.text : "";
    for (const word of [
      "--repo",
      "--idea",
      "--policy",
      "--model-url",
      "--fixtures",
      "--out",
      "--engine",
      "--json",
      "--serve",
    ]) {
      expect(text).toContain(word);
    }
    for (const code of ["0  ", "1  ", "2  ", "3  ", "130  "]) expect(text).toContain(`\n  ${code}`);
  });

  test("the general help names the command that there is and none that is not", () => {
    const help = parse("--help");
    const text = help.kind === "print" ? help.text : "";
    expect(text).toContain("run");
    expect(text).not.toMatch(/init|doctor|replay/);
  });
});
