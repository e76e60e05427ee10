import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { countLines, insertAfter, nearest, replaceOnce } from "./edit-text.ts";
import { edit, editorInputSchema } from "./editor.ts";

let base: string;
let root: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "slipway-editor-"));
  root = join(base, "work");
  mkdirSync(join(root, "src"), { recursive: true });
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside", "file"), "outside");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const use = (command: string, path: string, rest: object = {}) =>
  edit(root, editorInputSchema.parse({ command, path, ...rest })).catch(
    (error: Error) => `${error.name}: ${error.message}`,
  );

test("lines that end in CRLF are shown as one line each", async () => {
  writeFileSync(join(root, "crlf"), "a\r\nb\r\n");
  expect(await use("view", "crlf")).toBe("     1\ta\n     2\tb");
});

describe("the text that an edit leaves", () => {
  test.each([
    ["CRLF is kept", "a\r\nb\r\n", "a\nb", "a\nx\nb", "a\r\nx\r\nb\r\n"],
    ["CRLF is kept where the old text has no line end", "a\r\nb\r\n", "b", "x\ny", "a\r\nx\r\ny\r\n"],
    ["a missing last line end stays missing", "a\nb", "b", "c", "a\nc"],
    ["mixed line ends are left as they are", "a\r\nb\nc", "b", "x\ny", "a\r\nx\ny\nc"],
    ["a mark at the beginning is kept", "\ufeffa\n", "a", "b", "\ufeffb\n"],
    ["dollar signs mean nothing", "a", "a", "$& $1 $$", "$& $1 $$"],
  ])("%s", (_name, text, old, next, expected) => {
    expect(replaceOnce(text, old, next)).toMatchObject({ kind: "changed", text: expected });
  });

  test.each([
    ["at the beginning", "a\n", 0, "x", "x\na\n"],
    ["at the end", "a\n", 1, "x\n", "a\nx\n"],
    ["behind a last line without an end", "a\nb", 2, "x", "a\nb\nx"],
    ["into nothing", "", 0, "x", "x\n"],
    ["between CRLF", "a\r\nb\r\n", 1, "x\ny", "a\r\nx\r\ny\r\nb\r\n"],
  ])("inserts %s", (_name, text, after, added, expected) => {
    expect(insertAfter(text, after, added)).toMatchObject({ kind: "changed", text: expected });
  });

  test("an insert adds its lines and moves no other", () => {
    const line = fc.stringMatching(/^[a-z ]{0,5}$/);
    fc.assert(
      fc.property(
        fc.array(line),
        fc.boolean(),
        fc.nat(),
        fc.array(line, { minLength: 1 }),
        (lines, ended, at, added) => {
          const text = lines.join("\n") + (ended && lines.length > 0 ? "\n" : "");
          const after = at % (countLines(text) + 1);
          const edited = insertAfter(text, after, added.join("\n"));
          if (edited.kind !== "changed") throw new Error(edited.kind);
          const before = text.split("\n").slice(0, countLines(text));
          const body = added.join("\n").replace(/\n$/, "").split("\n");
          expect(edited.text.split("\n").slice(0, before.length + body.length)).toEqual([
            ...before.slice(0, after),
            ...body,
            ...before.slice(after),
          ]);
        },
      ),
    );
  });

  test("the nearest lines are found by what they have in common", () => {
    const text =
      "import a\n\nfunction alpha(x) {\n  return x + 1;\n}\n\nfunction beta(y) {\n  return y * 2;\n}\n";
    expect(nearest(text, "function beta(yy) {\n  return yy * 2;\n}")).toEqual({ line: 7, count: 3 });
    expect(nearest(text, "  function  alpha(x)  {")).toEqual({ line: 3, count: 1 });
    expect(nearest(text, "class Gamma extends Delta {}")).toBeNull();
    expect(nearest("", "x")).toBeNull();
  });
});

describe("the editor", () => {
  test("an edit that finds nothing names the nearest text and changes nothing", async () => {
    writeFileSync(join(root, "a.ts"), "const first = 1;\nconst second = 2;\n");
    const answer = await use("str_replace", "a.ts", { old_str: "const secund = 2;", new_str: "" });
    expect(answer).toMatch(/nothing was changed\. Did you mean this\?[\s\S]*2\tconst second = 2;/);
    expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("const first = 1;\nconst second = 2;\n");
  });

  test("names like options, of many scripts, with spaces and line ends are names like others", async () => {
    for (const name of ["--help", "-rf", "-", "naïve/日本語 ü.txt", "a\nb", "'; rm -rf ~ #", "$(id)"]) {
      expect(await use("create", name, { file_text: "one\n" })).toContain("Wrote");
      expect(await use("str_replace", name, { old_str: "one", new_str: "two" })).toContain("Changed");
      expect(readFileSync(join(root, name), "utf8")).toBe("two\n");
    }
    expect(await use("view", "naïve/日本語 Ü.txt")).toContain('Did you mean "日本語 ü.txt"?');
  });

  test("modes are kept; what is no file is neither read nor written, nor waited for", async () => {
    writeFileSync(join(root, "run"), "#!/bin/sh\n", { mode: 0o755 });
    expect(await use("create", "run", { file_text: "#!/bin/bash\n" })).toContain("Wrote");
    expect(statSync(join(root, "run")).mode & 0o777).toBe(0o755);
    execFileSync("mkfifo", [join(root, "pipe")]);
    expect(await use("view", "pipe")).toContain("is not a file");
    expect(await use("create", "pipe", { file_text: "x" })).toContain("is not a file");
    expect(await use("create", "src", { file_text: "x" })).toContain("is a folder");
    expect(await use("create", "run/x", { file_text: "x" })).toContain("no folder");
  });

  test("what is too large or no text is left to the shell", async () => {
    writeFileSync(join(root, "large"), Buffer.alloc(6_000_000, "x\n"));
    writeFileSync(join(root, "binary"), Buffer.from([0xff, 0xfe, 0]));
    expect(await use("view", "large")).toMatch(/6000000 bytes.*shell/);
    expect(await use("str_replace", "binary", { old_str: "x" })).toContain("not a text file");
    writeFileSync(join(root, "long"), "line of text\n".repeat(20_000));
    const shown = await use("view", "long");
    expect(shown.length).toBeLessThan(25_000);
    expect(shown).toMatch(/characters left out[\s\S]* 20000\tline of text$/);
  });
});

describe("paths stay in the work tree", () => {
  test.each([
    ["a link to a file outside", "../outside/file", "link", /leads out/],
    ["a link to a folder outside", "../outside", "link/file", /leads out/],
    ["an absolute link outside", "/etc", "link/passwd", /leads out/],
    ["a link up and in again by name", "../../..", "link/etc/passwd", /leads out/],
    ["a dangling link outside", "../outside/new", "link", /leads out/],
    ["a link into Git's folder", ".git", "link/config", /belongs to Git/],
    ["a link to itself", "link", "link/x", /in a circle/],
  ])("%s", async (_name, target, path, expected) => {
    symlinkSync(target, join(root, "link"));
    for (const [command, rest] of [
      ["view", {}],
      ["create", { file_text: "x" }],
      ["insert", { insert_line: 0, insert_text: "x" }],
    ] as const)
      expect(await use(command, path, rest)).toMatch(expected);
    expect(readFileSync(join(base, "outside", "file"), "utf8")).toBe("outside");
    expect(existsSync(join(base, "outside", "new"))).toBe(false);
  });

  test("links that stay inside are followed, absolute ones too", async () => {
    writeFileSync(join(root, "src", "a.ts"), "a\n");
    symlinkSync("src/../src", join(root, "near"));
    symlinkSync(join(root, "src"), join(root, "far"));
    expect(await use("view", "near/a.ts")).toContain("\ta");
    expect(await use("create", "far/b.ts", { file_text: "b\n" })).toContain("Wrote");
    expect(readFileSync(join(root, "src", "b.ts"), "utf8")).toBe("b\n");
    expect(await use("view", join(root, "src/a.ts"))).toContain("\ta");
    for (const path of [
      "../outside/file",
      "src/../../outside/file",
      "/etc/passwd",
      "/proc/self/environ",
      ".git/x",
      "a\0b",
      "a/".repeat(3_000),
    ])
      expect(await use("view", path)).toMatch(/outside the repository|belongs to Git|NUL|too long/);
  });

  test("a folder that becomes a link while it is looked into does not lead out", async () => {
    const [folder, aside] = [join(root, "src"), join(root, "aside")];
    writeFileSync(join(folder, "file"), "inside");
    let swapping = true;
    const swap = (async () => {
      while (swapping) {
        renameSync(folder, aside);
        symlinkSync("../outside", folder);
        await new Promise(setImmediate);
        unlinkSync(folder);
        renameSync(aside, folder);
        await new Promise(setImmediate);
      }
    })();
    const answers: string[] = [];
    for (let index = 0; index < 300; index += 1) answers.push(await use("view", "src/file"));
    swapping = false;
    await swap;
    expect(answers.filter((answer) => !/\tinside$|leads out|changed while|not exist/.test(answer))).toEqual(
      [],
    );
  });
});
