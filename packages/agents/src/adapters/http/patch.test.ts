import { existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "@slipway/model";
import { makeRepository, type Repository } from "../../testing/world.ts";
import { openService, SECRET } from "../testing/service.ts";
import { pathsOf, taskFor } from "../testing/task.ts";
import { applyFiles } from "./apply.ts";
import { httpExecutor } from "./http.ts";
import { filesOfPatch, partsOf } from "./patch.ts";
import { takeSnapshot } from "./snapshot.ts";

const written = (path: string, content = "x\n") =>
  ({ status: "written", path, mode: "100644", encoding: "utf-8", content }) as const;

describe("a patch as an answer", () => {
  let repository: Repository;
  beforeEach(async () => {
    repository = await makeRepository({
      "a.txt": "1\n2\n3\n",
      "b.txt": "1\n2\n3\n",
      "old name.txt": "moved\n".repeat(9),
      "gone.txt": "x\n",
      "run.sh": "#!/bin/sh\n",
      "pixel.bin": Buffer.from([0, 1, 255]),
      "minus.txt": "-- a\n",
    });
  });
  afterEach(() => repository.remove());

  /** What Git makes of changes to the repository, which is then as before. */
  const patchOf = async (change: () => Promise<unknown>, ...how: string[]) => {
    await change();
    await repository.git("add", "-A");
    const patch = `${await repository.git("diff", "--cached", "--binary", ...how)}\n`;
    await repository.git("reset", "-q", "--hard", repository.sha);
    return patch;
  };
  const read = async (patch: string, maxBytes = 100_000) => {
    const snapshot = await takeSnapshot(repository.dir, repository.sha);
    const result = await filesOfPatch(snapshot, patch, maxBytes);
    await snapshot.dispose();
    return result;
  };

  test("text, binary, modes, renames, deletions and new files come out as files", async () => {
    const patch = await patchOf(async () => {
      await repository.write({
        "a.txt": "1\nzwei\n3\n",
        "ü/new.txt": "n\n",
        "pixel.bin": Buffer.from([0, 2]),
      });
      await repository.write({ "minus.txt": "++ b\n" });
      await repository.git("mv", "old name.txt", "new name.txt");
      await repository.git("rm", "-q", "gone.txt");
      await repository.git("update-index", "--chmod=+x", "run.sh");
      await repository.git("checkout-index", "-f", "run.sh");
    }, "-M");
    expect(patch).toContain("rename from");
    const { files, refused, unfit } = await read(patch);
    expect([refused, unfit]).toEqual([[], []]);
    expect(files).toEqual(
      expect.arrayContaining([
        written("a.txt", "1\nzwei\n3\n"),
        written("minus.txt", "++ b\n"),
        written("new name.txt", "moved\n".repeat(9)),
        written("ü/new.txt", "n\n"),
        { ...written("run.sh", "#!/bin/sh\n"), mode: "100755" },
        { ...written("pixel.bin", Buffer.from([0, 2]).toString("base64")), encoding: "base64" },
        { status: "deleted", path: "gone.txt" },
        { status: "deleted", path: "old name.txt" },
      ]),
    );
    expect(files).toHaveLength(8);
    expect(existsSync(join(repository.dir, "new name.txt"))).toBe(false);
  });

  test("a plain diff without headers of Git's is taken", async () => {
    const patch = "--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3";
    expect((await read(patch)).files).toEqual([written("a.txt", "1\ntwo\n3\n")]);
    expect(partsOf(" \n")).toEqual([]);
  });

  test("parts that do not apply, lead out, are too large or no patch are named; the others are kept", async () => {
    const good = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n";
    const bad = (path: string) =>
      `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,1 @@\n-other\n+new\n`;
    const fresh = (path: string, mode: string) =>
      `diff --git a/${path} b/${path}\nnew file mode ${mode}\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+/etc/passwd\n`;
    const bomb =
      "diff --git a/big.bin b/big.bin\nnew file mode 100644\nGIT binary patch\nliteral 900000000\nzcmZ\n\n";
    const patch = [
      bad("b.txt"),
      fresh("../out.txt", "100644"),
      fresh(".git/hooks/x", "100755"),
      fresh("link", "120000"),
      bomb,
      "diff --git a/c b/c\nnonsense\n",
      good,
    ].join("");
    const { files, refused, unfit } = await read(patch);
    expect(files).toEqual([written("a.txt", "1\ntwo\n3\n")]);
    expect(unfit).toEqual(["b.txt", "../out.txt", ".git/hooks/x", "big.bin", "c"]);
    expect(Object.fromEntries(refused.map(({ path, reason }) => [path, reason]))).toEqual({
      "b.txt": expect.stringContaining("does not apply: patch failed: b.txt:1"),
      "../out.txt": expect.stringContaining("does not apply: invalid path"),
      ".git/hooks/x": expect.stringContaining("does not apply: invalid path"),
      "big.bin": expect.stringContaining("unpacks to 900000000 bytes"),
      c: expect.stringContaining("does not apply"),
      link: "it is a symbolic link",
    });
  });

  test("through the executor: what fits is in the work tree, protected paths are refused, and it has not finished", async () => {
    const patch = `${await patchOf(() =>
      repository.write({ "a.txt": "1\nzwei\n3\n", ".github/workflows/x.yml": "on: push\n" }),
    )}diff --git a/b.txt b/b.txt\n--- a/b.txt\n+++ b/b.txt\n@@ -1,1 +1,1 @@\n-other\n+new\n`;
    const body = { kind: "agent-result", version: 1, runId: "r-20261121-abc123", nodeId: "T1" };
    const service = await openService(() => ({
      status: 200,
      body: { ...body, startSha: repository.sha, outcome: "finished", patch },
    }));
    const executor = httpExecutor({ base: service.base, name: "a", secret: SECRET });
    const result = await executor.execute(taskFor(repository), { workDir: repository.dir });
    await service.close();
    expect(result).toMatchObject({ outcome: "unfinished", ending: "submitted" });
    expect(result.reason).toBe('The patch does not apply in "b.txt".');
    expect(pathsOf(result)).toEqual(["a.txt"]);
    expect(result.refused.map(({ path }) => path).sort()).toEqual([".github/workflows/x.yml", "b.txt"]);
    expect(existsSync(join(repository.dir, ".github"))).toBe(false);
  });

  test("files are written where they say and nowhere else", async () => {
    symlinkSync("/tmp", join(repository.dir, "out"));
    symlinkSync("a.txt", join(repository.dir, "link"));
    symlinkSync(".", join(repository.dir, "self"));
    const refused = await applyFiles(
      repository.dir,
      [
        written("a.txt/below"),
        { status: "deleted", path: "a.txt" },
        { ...written("run.sh", "#!/bin/bash\n"), mode: "100755" },
        { ...written("raw", "AP8="), encoding: "base64" },
        ...["../x", "/x", ".git/config", ".github/workflows/x.yml", "out/x", "link", "self/b.txt"].map(
          (path) => written(path),
        ),
        { status: "deleted", path: "missing" },
      ],
      DEFAULT_POLICY.protectedPaths,
    );
    expect(refused.map(({ path }) => path).sort()).toEqual(
      [
        "../x",
        "/x",
        ".git/config",
        ".github/workflows/x.yml",
        "link",
        "missing",
        "out/x",
        "self/b.txt",
      ].sort(),
    );
    expect(readFileSync(join(repository.dir, "a.txt/below"), "utf8")).toBe("x\n");
    expect(statSync(join(repository.dir, "run.sh")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(repository.dir, "raw"))).toEqual(Buffer.from([0, 255]));
    expect(readFileSync(join(repository.dir, "b.txt"), "utf8")).toBe("1\n2\n3\n");
  });
});
