import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ChangedFile } from "@slipway/model";
import { type Bench, bash, openBench, submit } from "../testing/bench.ts";
import { makeRepository, type Repository } from "../testing/world.ts";
import { rememberBaseline } from "./collect.ts";
import { resume } from "./earlier.ts";

const written = (path: string, content: string, mode: "100644" | "100755" = "100644"): ChangedFile => ({
  status: "written",
  path,
  mode,
  encoding: "utf-8",
  content,
});
const LINES = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";

describe("an earlier attempt is gone on from", () => {
  let repository: Repository;
  let home: string;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "slipway-test-home-"));
    repository = await makeRepository({
      "same.txt": LINES,
      "both.txt": LINES,
      "clash.txt": LINES,
      "gone.txt": LINES,
      "old.txt": "old\n",
    });
  });
  afterEach(async () => {
    rmSync(home, { recursive: true });
    await repository.remove();
  });

  const files = [
    written("same.txt", LINES.replace("one", "ONE")),
    written("both.txt", LINES.replace("one", "ONE")),
    written("clash.txt", LINES.replace("one", "ONE")),
    written("gone.txt", LINES.replace("one", "ONE")),
    written("new/run", "#!/bin/sh\n", "100755"),
    written("made-twice.txt", "mine\n"),
    { status: "deleted", path: "old.txt" } satisfies ChangedFile,
    written(".github/workflows/x.yml", "on: push\n"),
    written("../outside", "x"),
  ];
  const apply = async (startSha: string, from: string) => {
    const protectedPaths = [".github/**"];
    const options = { workDir: repository.dir, startSha, protectedPaths };
    const baseline = await rememberBaseline({ ...options, bytes: 1e6, files: 100 });
    const earlier = { startSha: from, files, summary: "s", reason: "r", trajectory: "" };
    const resumed = await resume(earlier, { ...options, baseline, home });
    await baseline.dispose();
    return resumed;
  };
  const read = (path: string) => readFileSync(join(repository.dir, path), "utf8");
  const left = (resumed: Awaited<ReturnType<typeof apply>>) =>
    Object.fromEntries(resumed.left.map(({ path, reason }) => [path, reason]));

  test("on the same base all of it is there again, but for what no change may touch", async () => {
    const resumed = await apply(repository.sha, repository.sha);
    expect(resumed.applied).toEqual(files.slice(0, 7).map(({ path }) => path));
    expect(Object.keys(left(resumed))).toEqual([".github/workflows/x.yml", "../outside"]);
    expect(statSync(join(repository.dir, "new/run")).mode & 0o777).toBe(0o755);
    expect(existsSync(join(repository.dir, "old.txt"))).toBe(false);
  });

  test("on a base that has moved, both sides are merged where they can be, and the rest is named and kept aside", async () => {
    await repository.write({
      "both.txt": LINES.replace("seven", "SEVEN"),
      "clash.txt": LINES.replace("one", "eins"),
      "made-twice.txt": "theirs\n",
    });
    await repository.git("rm", "-q", "gone.txt");
    await repository.git("add", "-A");
    await repository.git("commit", "-qm", "moved");
    const resumed = await apply(await repository.git("rev-parse", "HEAD"), repository.sha);
    expect(resumed.applied).toEqual(["same.txt", "both.txt", "new/run", "old.txt"]);
    expect(left(resumed)).toMatchObject({
      "clash.txt": expect.stringContaining("same place"),
      "gone.txt": "it was removed meanwhile",
      "made-twice.txt": expect.stringContaining("made the same file"),
    });
    expect(read("both.txt")).toBe(LINES.replace("one", "ONE").replace("seven", "SEVEN"));
    expect(read("clash.txt")).toBe(LINES.replace("one", "eins"));
    expect(readFileSync(join(home, "earlier", "clash.txt"), "utf8")).toBe(LINES.replace("one", "ONE"));
  });

  test("without the commit that it started from, only what is new is put back", async () => {
    const resumed = await apply(repository.sha, "1".repeat(40));
    expect(resumed.applied).toEqual(["new/run", "made-twice.txt"]);
    expect(left(resumed)["same.txt"]).toContain("not in this checkout");
    expect(read("same.txt")).toBe(LINES);
  });
});

describe("the next attempt", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  test("starts from what the last one left, and is told how that ended", async () => {
    bench.script([bash("echo a > a.txt")], [bash("date")]);
    const first = await bench.run({ limits: { steps: 2, seconds: 60, files: 20, bytes: 100_000 } });
    expect(first).toMatchObject({ ending: "steps", files: [{ path: "a.txt" }] });
    await bench.repository.git("clean", "-fdq");
    bench.model.mock.clearFixtures();
    bench.script([bash("cat a.txt; echo b > b.txt")], [submit()]);
    const second = await bench.run({ attempt: 2, earlier: { ...first, files: [...first.files] } });
    expect(second).toMatchObject({ outcome: "finished", files: [{ path: "a.txt" }, { path: "b.txt" }] });
    const prompt = (JSON.parse(second.trajectory.split("\n")[0] ?? "") as { prompt: string }).prompt;
    expect(prompt).toMatch(
      /Go on from what it left[\s\S]*- "a\.txt"[\s\S]*limit of 2 turns[\s\S]*last steps">[\s\S]*echo a > a\.txt/,
    );
  });
});
