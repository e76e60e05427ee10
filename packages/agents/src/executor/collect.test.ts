import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { makeRepository, type Repository } from "../testing/world.ts";
import { type Baseline, type BaselineOptions, rememberBaseline } from "./collect.ts";

describe("what of a work tree is a change", () => {
  let repository: Repository;
  let baseline: Baseline | null = null;
  beforeEach(async () => {
    repository = await makeRepository({
      "a.txt": "a\n",
      "run.sh": "#!/bin/sh\n",
      "package-lock.json": "{}\n",
    });
  });
  afterEach(async () => {
    await baseline?.dispose();
    await repository.remove();
  });
  const open = async (more: Partial<BaselineOptions> = {}) => {
    baseline = await rememberBaseline({
      workDir: repository.dir,
      startSha: repository.sha,
      protectedPaths: ["package-lock.json", ".github/**"],
      bytes: 1_000_000,
      files: 10,
      ...more,
    });
    return baseline;
  };
  const at = (path: string) => join(repository.dir, path);

  test("what stands where a file has to stay is refused by name, and the rest is kept", async () => {
    await repository.write({ "kept/own.md": "own\n", "docs/a.md": "a\n" });
    await repository.git("add", "-A");
    await repository.git("commit", "-q", "-m", "more");
    const opened = await open({
      startSha: await repository.git("rev-parse", "HEAD"),
      protectedPaths: ["package-lock.json", "kept/own.md"],
    });
    // A protected file becomes a folder, a folder with a protected file becomes a file; another one may.
    for (const path of ["package-lock.json", "kept", "docs"]) rmSync(at(path), { recursive: true });
    mkdirSync(at("package-lock.json"));
    writeFileSync(at("package-lock.json/x.txt"), "x\n");
    writeFileSync(at("kept"), "x\n");
    writeFileSync(at("docs"), "x\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ status, path }) => `${status} ${path}`)).toEqual([
      "written docs",
      "deleted docs/a.md",
    ]);
    expect(Object.fromEntries(refused.map(({ path, reason }) => [path, reason]))).toEqual({
      "kept/own.md": expect.stringContaining("is protected"),
      kept: expect.stringContaining("a folder that holds what is protected"),
      "package-lock.json": expect.stringContaining("is protected"),
      "package-lock.json/x.txt": 'it is in the way of "package-lock.json", which stays as it was',
    });
  });

  test("a name that is no text is refused, and the rest is kept", async () => {
    const opened = await open();
    writeFileSync(at("kept.txt"), "kept\n");
    mkdirSync(at("folder"));
    for (const name of ["new-", "folder/new-"])
      writeFileSync(Buffer.concat([Buffer.from(at(name)), Buffer.from([0xff])]), "x\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual(["kept.txt"]);
    expect(refused).toEqual(
      ["folder/new-\uFFFD", "new-\uFFFD"].map((path) => ({ path, reason: "its name is not in UTF-8" })),
    );
  });

  // Nothing is closed to an administrator: as another user this is more than the same as without.
  test("what was closed even to its owner is opened and kept", async () => {
    const opened = await open();
    mkdirSync(at("closed/deeper"), { recursive: true });
    for (const path of ["new.txt", "a.txt", "closed/deeper/x.txt"]) {
      writeFileSync(at(path), "x\n");
      chmodSync(at(path), 0);
    }
    for (const path of ["closed/deeper", "closed", "."]) chmodSync(at(path), 0);
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual(["a.txt", "closed/deeper/x.txt", "new.txt"]);
    expect(refused).toEqual([]);
  });

  test("what may not be part of it is refused by name, and the rest is kept", async () => {
    const opened = await open();
    writeFileSync(at("kept.txt"), "kept\n");
    writeFileSync(at("package-lock.json"), "{ }\n");
    writeFileSync(at("large.txt"), "");
    // A file of 8 GB that takes no room: it must not be read.
    truncateSync(at("large.txt"), 8e9);
    writeFileSync(at("elf"), Buffer.from("\x7fELF\x02\x01", "latin1"));
    writeFileSync(at("tool.exe"), Buffer.from("MZ\x90\x00\x03", "latin1"));
    writeFileSync(at("pixel.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]));
    writeFileSync(at("script"), "#!/bin/sh\n", { mode: 0o755 });
    chmodSync(at("a.txt"), 0o755);
    symlinkSync("/etc/passwd", at("link"));
    const { files, refused } = await opened.collect();
    expect(files.map((file) => [file.path, file.status === "written" && file.mode])).toEqual([
      ["a.txt", "100644"],
      ["kept.txt", "100644"],
      ["pixel.png", "100644"],
      ["script", "100755"],
    ]);
    expect(Object.fromEntries(refused.map(({ path, reason }) => [path, reason]))).toEqual({
      "large.txt": "it has 8000000000 bytes, and 1000000 are kept at most",
      "package-lock.json": expect.stringContaining("is protected"),
      "a.txt": expect.stringContaining("is no script"),
      elf: "it is a compiled program",
      "tool.exe": "it is a compiled program",
      link: "it is a symbolic link",
    });
  });

  test("a folder that became a link stays as it was, and the rest is kept", async () => {
    await repository.write({ "docs/deep/a.md": "a\n", "docs/b.md": "b\n" });
    await repository.git("add", "-A");
    await repository.git("commit", "-q", "-m", "more");
    const opened = await open({ startSha: await repository.git("rev-parse", "HEAD") });
    rmSync(at("docs"), { recursive: true });
    symlinkSync(".github", at("docs"));
    writeFileSync(at("kept.txt"), "kept\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ status, path }) => `${status} ${path}`)).toEqual(["written kept.txt"]);
    const stays = 'it stays as it was, since "docs" in its place is a symbolic link';
    expect(refused).toEqual([
      { path: "docs", reason: "it is a symbolic link" },
      { path: "docs/b.md", reason: stays },
      { path: "docs/deep/a.md", reason: stays },
    ]);
  });

  test("a name that Git or we cannot take is refused by name, and the rest is kept", async () => {
    const opened = await open();
    writeFileSync(Buffer.from(`${repository.dir}/caf\xe9.txt`, "latin1"), "latin\n");
    mkdirSync(at("git~1"));
    writeFileSync(at("git~1/config"), "x\n");
    writeFileSync(at("kept.txt"), "kept\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual(["kept.txt"]);
    expect(refused).toEqual([
      { path: "caf\ufffd.txt", reason: "its name is not in UTF-8" },
      { path: "git~1/config", reason: "Git takes no file of this name" },
    ]);
  });

  test("a new file that the attributes give to Git LFS is refused by name, and the rest is kept", async () => {
    await repository.write({ ".gitattributes": "*.psd filter=lfs diff=lfs merge=lfs -text\n" });
    await repository.git("add", "-A");
    await repository.git("commit", "-q", "-m", "more");
    const opened = await open({ startSha: await repository.git("rev-parse", "HEAD") });
    writeFileSync(at("new.psd"), "8BPS");
    writeFileSync(at("kept.txt"), "kept\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual(["kept.txt"]);
    expect(refused).toEqual([{ path: "new.psd", reason: expect.stringContaining("Git LFS") }]);
  });

  test("attributes that make files unreadable cost those files only", async () => {
    const opened = await open();
    writeFileSync(
      at(".gitattributes"),
      "*.one working-tree-encoding=UTF-16\n*.two working-tree-encoding=NO-SUCH\n",
    );
    for (const name of ["a.one", "b.one", "c.two", "kept.txt"]) writeFileSync(at(name), "kept\n");
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual([".gitattributes", "kept.txt"]);
    expect(refused).toEqual(
      ["a.one", "b.one", "c.two"].map((path) => ({ path, reason: expect.stringContaining("encoding") })),
    );
  });

  test("a policy may keep all binaries and all executable bits out", async () => {
    const opened = await open({ binaries: false, executables: false });
    writeFileSync(at("pixel.png"), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]));
    writeFileSync(at("script"), "#!/bin/sh\n", { mode: 0o755 });
    const { files, refused } = await opened.collect();
    expect(files).toMatchObject([{ path: "script", mode: "100644" }]);
    expect(refused.map(({ path }) => path).sort()).toEqual(["pixel.png", "script"]);
  });

  test("beyond so many files the others are named", async () => {
    const opened = await open({ files: 3 });
    for (const name of ["1", "2", "3", "4", "5"]) writeFileSync(at(name), name);
    const { files, refused } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual(["1", "2", "3"]);
    expect(refused).toEqual(["4", "5"].map((path) => ({ path, reason: expect.stringContaining("3 files") })));
  });

  test("what lay there before the agent came is not its change, until it touches that", async () => {
    mkdirSync(at("generated"));
    writeFileSync(at("generated/by-setup"), "setup\n");
    writeFileSync(at("a.txt"), "changed by the setup\n");
    const opened = await open();
    expect(await opened.tree()).toBe(opened.startTree);
    writeFileSync(at("generated/by-setup"), "agent\n");
    expect((await opened.collect()).files.map(({ path }) => path)).toEqual(["generated/by-setup"]);
  });

  test("the hash of the tree moves with the change and comes back with it; the patch shows it, cut", async () => {
    const opened = await open();
    writeFileSync(at("a.txt"), "b\n");
    const changed = await opened.tree();
    expect(changed).not.toBe(opened.startTree);
    expect(await opened.diff(5_000)).toMatch(/a\.txt \| 2 \+-[\s\S]*\n-a\n\+b\n/);
    writeFileSync(at("a.txt"), "line of text\n".repeat(10_000));
    const cut = await opened.diff(500);
    expect(cut.length).toBeLessThan(1_100);
    expect(cut).toContain("characters left out");
    writeFileSync(at("a.txt"), "a\n");
    expect(await opened.tree()).toBe(opened.startTree);
  });

  test("what somebody writes into our own repository's settings has no effect", async () => {
    const opened = await open();
    const gitDir = join(opened.folder, "repository.git");
    writeFileSync(
      join(gitDir, "config"),
      '[core]\n\tbare = true\n[filter "x"]\n\tclean = "touch ../evil; cat"\n',
    );
    mkdirSync(join(gitDir, "info"), { recursive: true });
    writeFileSync(join(gitDir, "info", "exclude"), "*\n");
    writeFileSync(at(".gitattributes"), "* filter=x\n");
    writeFileSync(at("a.txt"), "b\n");
    const { files } = await opened.collect();
    expect(files.map(({ path }) => path)).toEqual([".gitattributes", "a.txt"]);
    expect(files[1]).toMatchObject({ content: "b\n" });
  });
});
