import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { dateOfUuid7, parseCommand, runIdFor } from "@slipway/model";
import { findCallers, suiteOf } from "./caller.ts";
import { commitFile } from "./commits.ts";
import { startRequest } from "./dispatch.ts";
import { copySource, findSource, repositoryName, withoutPassword } from "./repository.ts";
import { buildSuite, CHECKOUT, nameSuite } from "./suite.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-start-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@b.c", ...args], {
    cwd,
    encoding: "utf8",
    stdio: "pipe",
  }).trim();

function checkout(): string {
  const path = join(folder, "checkout");
  mkdirSync(path);
  git(path, "init", "-q", "-b", "topic");
  writeFileSync(join(path, ".gitignore"), "ignored\n");
  writeFileSync(join(path, "kept.txt"), "committed\n");
  writeFileSync(join(path, "gone.txt"), "committed\n");
  writeFileSync(join(path, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  symlinkSync("kept.txt", join(path, "link"));
  git(path, "add", "-A");
  git(path, "commit", "-q", "-m", "first");
  writeFileSync(join(path, "kept.txt"), "changed\n");
  writeFileSync(join(path, "untracked.txt"), "new\n");
  writeFileSync(join(path, "ignored"), "x\n");
  rmSync(join(path, "gone.txt"));
  return path;
}

describe("buildSuite", () => {
  test("the tracked files as they are in the work tree; index and objects of the checkout untouched", async () => {
    const path = checkout();
    const before = [readFileSync(join(path, ".git/index")), git(path, "count-objects", "-v")];
    const bare = join(folder, "suite.git");
    const sha = await buildSuite(bare, path);
    expect(
      git(bare, "ls-tree", "-r", sha)
        .split("\n")
        .map((line) => line.replace(/ .*\t/, " ")),
    ).toEqual(["100644 .gitignore", "100644 kept.txt", "120000 link", "100755 run.sh"]);
    expect(git(bare, "show", `${sha}:kept.txt`)).toBe("changed");
    expect([readFileSync(join(path, ".git/index")), git(path, "count-objects", "-v")]).toEqual(before);
    expect(git(bare, "fsck", "--strict", "--no-dangling")).toBe("");
  });

  test("what the checkout has stored is not stored again; what is fetched from it is whole", async () => {
    const bare = join(folder, "suite.git");
    const copy = join(folder, "copy.git");
    const path = checkout();
    const sha = await buildSuite(bare, path);
    // The changed file, the tree and the commit.
    expect(git(bare, "count-objects")).toMatch(/^3 objects/);
    git(folder, "init", "-q", "--bare", copy);
    git(copy, "fetch", "-q", bare, "+refs/heads/*:refs/heads/*");
    rmSync(path, { recursive: true });
    rmSync(bare, { recursive: true });
    expect(git(copy, "fsck", "--strict", "--full")).toBe("");
    expect(git(copy, "show", `${sha}:run.sh`)).toBe("#!/bin/sh");
  });

  test("the same files give the same commit", async () => {
    const path = checkout();
    const shas = [
      await buildSuite(join(folder, "a.git"), path),
      await buildSuite(join(folder, "b.git"), path),
    ];
    expect(shas[0]).toBe(shas[1]);
  });

  test("a staged new file counts as tracked", async () => {
    const path = checkout();
    git(path, "add", "untracked.txt");
    const bare = join(folder, "suite.git");
    expect(
      git(
        bare.replace("suite.git", "."),
        "--git-dir",
        bare,
        "ls-tree",
        "--name-only",
        await buildSuite(bare, path),
      ),
    ).toContain("untracked.txt");
  });

  test("without .git, also inside somebody else's repository: every file that is not ignored", async () => {
    const path = checkout();
    rmSync(join(path, ".git"), { recursive: true });
    git(folder, "init", "-q");
    const bare = join(folder, "suite.git");
    const names = git(folder, "--git-dir", bare, "ls-tree", "--name-only", await buildSuite(bare, path));
    expect(names.split("\n")).toEqual([".gitignore", "kept.txt", "link", "run.sh", "untracked.txt"]);
  });

  test("git's variables of a surrounding hook do not lead astray", async () => {
    const path = checkout();
    process.env.GIT_DIR = join(folder, "nowhere");
    try {
      expect(await buildSuite(join(folder, "suite.git"), path)).toMatch(/^[0-9a-f]{40}$/);
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  test("answers to the names that callers use", async () => {
    const bare = join(folder, "suite.git");
    const sha = await buildSuite(bare, checkout());
    for (const ref of ["v0", "main", "refs/tags/v1"]) await nameSuite(bare, sha, ref);
    expect(git(bare, "for-each-ref", "--format=%(refname)").split("\n")).toEqual([
      "refs/heads/main",
      "refs/tags/v0",
      "refs/tags/v1",
    ]);
  });
});

describe("the caller file", () => {
  test("of the README is one, and names the suite by its default name", () => {
    const text = readFileSync(join(CHECKOUT, "examples/caller/slipway.yml"), "utf8");
    expect(suiteOf(text)).toEqual({ owner: "slipway-dev", name: "slipway", ref: "v0" });
    expect(text.trim().split("\n").length).toBeLessThanOrEqual(20);
  });

  test.each([
    [
      "jobs:\n  a:\n    uses: me/fork/.github/workflows/orchestrator.yml@main\n",
      { owner: "me", name: "fork", ref: "main" },
    ],
    ["jobs:\n  a:\n    uses: me/fork/.github/workflows/other.yml@main\n", undefined],
    ["jobs:\n  a:\n    steps: []\n", undefined],
    ["jobs: [", undefined],
    ["", undefined],
  ])("%j", (text, suite) => {
    expect(suiteOf(text)).toEqual(suite);
  });

  test("is found among a repository's workflows", async () => {
    const path = checkout();
    mkdirSync(join(path, ".github/workflows"), { recursive: true });
    writeFileSync(join(path, ".github/workflows/ci.yml"), "on: push\njobs: {}\n");
    const uses = "o/slipway/.github/workflows/orchestrator.yml@v2";
    writeFileSync(join(path, ".github/workflows/idea.yaml"), `jobs:\n  a:\n    uses: ${uses}\n`);
    git(path, "add", "-A");
    git(path, "commit", "-q", "-m", "second");
    expect(await findCallers(path, "HEAD")).toEqual([
      { path: ".github/workflows/idea.yaml", suite: { owner: "o", name: "slipway", ref: "v2" } },
    ]);
  });
});

describe("copySource", () => {
  test("takes what is committed on the branch that is checked out, with the other branches and tags", async () => {
    const path = checkout();
    git(path, "tag", "v1.0.0");
    git(path, "branch", "other");
    const source = await findSource("checkout", folder);
    const copy = await copySource(source, join(folder, "copy.git"));
    expect(copy.branch).toBe("topic");
    expect(git(copy.bare, "show", "HEAD:kept.txt")).toBe("committed");
    expect(git(copy.bare, "for-each-ref", "--format=%(refname:short)").split("\n")).toEqual([
      "other",
      "topic",
      "v1.0.0",
    ]);
  });

  test("makes a folder a repository, always with the same commit", async () => {
    const path = join(folder, "plain");
    mkdirSync(path);
    writeFileSync(join(path, "a.txt"), "a\n");
    const source = { kind: "folder" as const, path, name: "plain", tag: "v1.2.0" };
    const [one, two] = [
      await copySource(source, join(folder, "1.git")),
      await copySource(source, join(folder, "2.git")),
    ];
    expect(one.commit).toBe(two.commit);
    expect(() => statSync(join(path, ".git"))).toThrow();
  });

  test("a file added to the copy is one commit, dated like the one before", async () => {
    const copy = await copySource(await findSource(checkout(), folder), join(folder, "copy.git"));
    const file = {
      bare: copy.bare,
      branch: copy.branch,
      path: ".github/x.yml",
      content: "a: 1\n",
      message: "ci: x",
    };
    const sha = await commitFile(file);
    expect(git(copy.bare, "diff", "--name-status", copy.commit, sha)).toBe("A\t.github/x.yml");
    expect(git(copy.bare, "show", "-s", "--format=%cI %s", sha)).toBe(
      `${git(copy.bare, "show", "-s", "--format=%cI", copy.commit)} ci: x`,
    );
    expect(git(copy.bare, "rev-parse", "topic")).toBe(sha);
  });

  test("a URL of a repository without a commit, and one where there is none", async () => {
    mkdirSync(join(folder, "empty"));
    git(join(folder, "empty"), "init", "-q");
    const refused = async (url: string) =>
      await copySource(await findSource(url, folder), join(folder, "x.git")).catch(
        (reason: unknown) => reason,
      );
    expect(String(await refused(`file://${folder}/empty`))).toMatch(
      /--repo file:.*\/empty has no commit on its default branch yet/,
    );
    rmSync(join(folder, "x.git"), { recursive: true });
    expect(String(await refused(`file://${folder}/none`))).toMatch(
      /--repo file:.*\/none could not be cloned: fatal: .*none' does not appear to be a git repository/,
    );
  });

  test("a URL that cannot be cloned is named without its password", async () => {
    const source = await findSource("http://me:secret@127.0.0.1:9/x.git", folder);
    const error: unknown = await copySource(source, join(folder, "x.git")).catch((reason: unknown) => reason);
    expect(String(error)).toMatch(/--repo http:\/\/127\.0\.0\.1:9\/x\.git could not be cloned/);
    expect(String(error)).not.toContain("secret");
  });
});

test.each([
  ["/home/me/my lib/", "my-lib"],
  ["git@github.com:o/some.git", "some"],
  ["https://x/y/.git", "repository"],
  ["///", "repository"],
])("repositoryName(%j)", (text, name) => expect(repositoryName(text)).toBe(name));

test("withoutPassword", () => {
  expect(withoutPassword("https://a:b@c/d")).toBe("https://c/d");
  expect(withoutPassword("git@c:d")).toBe("git@c:d");
});

describe("startRequest", () => {
  const at = new Date("2026-11-21T10:00:00.123Z");

  test("is a command that the suite accepts, under the run id that the suite will give it", () => {
    const request = startRequest("An idea.", at);
    const body = JSON.parse(request.body) as { event_type: string; client_payload: unknown };
    expect(parseCommand(body.event_type, body.client_payload)).toMatchObject({
      ok: true,
      value: { idea: "An idea." },
    });
    expect(request.runId).toBe(runIdFor(request.dispatchId, at));
    expect(dateOfUuid7(request.dispatchId)).toEqual(at);
  });

  test("two of the same moment are two", () => {
    expect(startRequest("An idea.", at).dispatchId).not.toBe(startRequest("An idea.", at).dispatchId);
  });
});
