/** Commands that move folders away, and put links in their place, to reach what is hidden from them. */
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { detectIsolation } from "../process/isolation.ts";
import { type Bench, bash, editor, openBench, results, submit } from "../testing/bench.ts";

const SECRET = "what no command may see";
const isolation = await detectIsolation();
/** Without namespaces nothing is hidden from a command, which the draft says. */
const withWalls = isolation.kind === "namespaces" ? test : test.skip;

describe("what a command moves", () => {
  let bench: Bench;
  let outside: string;
  let hidden: string;
  beforeEach(async () => {
    bench = await openBench(isolation);
    outside = await mkdtemp(join(tmpdir(), "slipway-moved-"));
    hidden = join(outside, "above", "hidden");
    await mkdir(join(hidden, "commands"), { recursive: true });
    await writeFile(join(hidden, "commands", "env"), SECRET);
  });
  afterEach(async () => {
    await bench.close();
    await rm(outside, { recursive: true, force: true });
  });

  test("a work tree under another name is put back, and its work is kept", async () => {
    bench.script([bash(`echo a > a.txt; mv "$PWD" ${outside}/elsewhere`)], [bash("cat a.txt")], [submit()]);
    const draft = await bench.run();
    expect(results(draft)[1]).toBe("a\n[exit code 0]");
    expect(draft).toMatchObject({ outcome: "finished", files: [{ path: "a.txt" }] });
  });

  test("a work tree that was made anew in its place is the work tree", async () => {
    const anew = `cp -r . ${outside}/copy; here=$PWD; rm -rf "$here"; mv ${outside}/copy "$here"`;
    bench.script([bash(`echo a > a.txt; ${anew}`)], [submit()]);
    expect(await bench.run()).toMatchObject({ outcome: "finished", files: [{ path: "a.txt" }] });
  });

  withWalls(
    "a link in the place of the work tree leads nowhere: not editor, command nor change",
    async () => {
      bench.script(
        [bash(`echo a > a.txt; here=$PWD; mv "$here" ${outside}/tree; ln -s ${hidden} "$here"`)],
        [
          editor("view", { path: "commands/env" }),
          editor("create", { path: "commands/path", file_text: "mine" }),
          bash(`ls; cat ${hidden}/commands/env`),
        ],
        [bash(`here=$PWD; mv "$here" ${outside}/tree; ln -s ${hidden} "$here"`), submit()],
      );
      const draft = await bench.run({ hidden: [hidden] });
      expect(draft.trajectory).not.toContain(SECRET);
      expect(draft.files.map(({ path }) => path)).toEqual(["a.txt", "commands/path"]);
      expect(await readdir(join(hidden, "commands"))).toEqual(["env"]);
    },
  );

  withWalls("a link in the place of HOME does not bring back what is hidden", async () => {
    bench.script(
      [bash(`echo a > a.txt; rmdir "$HOME"; ln -s ${hidden} "$HOME"`)],
      [bash(`cat "$HOME"/commands/env ${hidden}/commands/env`)],
      [submit()],
    );
    const draft = await bench.run({ hidden: [hidden] });
    expect(draft.trajectory).not.toContain(SECRET);
    expect(results(draft)[1]).toMatch(/could not be started: .*home is, or lies behind, a link/);
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
  });

  withWalls("once a folder above what is hidden was moved, no command is run", async () => {
    const above = join(outside, "above");
    bench.script(
      [bash(`echo a > a.txt; mv ${above} ${above}.moved; mkdir -p ${hidden}`)],
      [bash(`cat ${above}.moved/hidden/commands/env`)],
      [submit()],
    );
    const draft = await bench.run({ hidden: [hidden], commands: [`cat ${above}.moved/hidden/commands/env`] });
    expect(draft.trajectory).not.toContain(SECRET);
    expect(results(draft)[1]).toContain(`${hidden} was moved`);
    expect(draft).toMatchObject({ outcome: "unfinished", files: [{ path: "a.txt" }] });
    expect(draft.reason).toContain("could not be started");
  });

  test("a link to a copy of the work tree is named, not followed", async () => {
    const link = `cp -r . ${outside}/copy; here=$PWD; rm -rf "$here"; ln -s ${outside}/copy "$here"`;
    bench.script([bash(link)], [bash("ls")], [submit()], [submit()], [submit()]);
    const draft = await bench.run();
    expect(draft.reason).toMatch(/could not be collected.*The working directory .* is gone: a command/);
    expect(results(draft)[1]).toMatch(/The working directory .* is gone/);
    expect(await readlink(bench.repository.dir)).toBe(`${outside}/copy`);
  });
});
