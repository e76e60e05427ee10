/** The git of this machine as a client: what it may ask a GitHub for, and what it is refused. */

import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, field, git, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let repository: TestRepository;
const FILES = { "a.txt": "one\n", "dir/b.txt": "two\n", "other/c.txt": "three\n" };

beforeAll(async () => {
  world = await createWorld();
  repository = await world.repository(FILES, "private");
  await repository.branch("topic", { "d.txt": "four\n" });
  await repository.pull("topic");
});

afterAll(() => world.close());

async function clone(of: TestRepository, ...options: string[]): Promise<string> {
  const work = world.folder();
  await git(work, "clone", "-q", ...options, of.url(world.owner), ".");
  return work;
}

async function commit(work: string, message: string): Promise<string> {
  await git(work, "commit", "-q", "--allow-empty", "-m", message);
  return git(work, "rev-parse", "HEAD");
}

const missing = async (work: string) => {
  const objects = await git(work, "rev-list", "--objects", "--missing=print", "HEAD");
  return objects.split("\n").filter((line) => line.startsWith("?")).length;
};

describe("a part of it", () => {
  test("without trees, and without files: fetched when they are asked for", async () => {
    const treeless = await clone(repository, "--no-checkout", "--filter=tree:0");
    expect(await git(treeless, "show", "HEAD:dir/b.txt")).toBe("two");
    const blobless = await clone(repository, "--filter=blob:none", "--sparse");
    // The root's file is checked out, so that it is there; the two in folders are not.
    expect(await missing(blobless)).toBe(2);
    await git(blobless, "sparse-checkout", "set", "dir");
    expect(await git(blobless, "ls-files", "-t")).toBe("H a.txt\nH dir/b.txt\nS other/c.txt");
    expect(await missing(blobless)).toBe(1);
  });

  test("one commit by its name, also one that no ref leads to", async () => {
    const main = await repository.head("main");
    const tree = field(await repository.api("GET", "/git/trees/main"), "sha");
    const sha = String(
      field(await repository.api("POST", "/git/commits", { message: "loose", tree, parents: [main] }), "sha"),
    );
    expect(await repository.git("for-each-ref", "--contains", sha)).toBe("");
    for (const version of [0, 2]) {
      const work = world.folder();
      await git(work, "init", "-q", ".");
      await git(
        work,
        "-c",
        `protocol.version=${version}`,
        "fetch",
        "-q",
        "--depth=1",
        repository.url(world.owner),
        sha,
      );
      expect(await git(work, "rev-parse", "FETCH_HEAD")).toBe(sha);
      await expect(git(work, "fetch", "-q", repository.url(world.owner), "1".repeat(40))).rejects.toThrow(
        /not our ref|bad object|upload-pack/,
      );
    }
  });

  test("a shallow clone pushes, and goes on whole", async () => {
    const one = await world.repository(FILES);
    for (const at of [1, 2]) await one.branch("main", { "a.txt": `${at}` }, "main");
    const work = await clone(one, "--depth=1");
    const sha = await commit(work, "on top");
    await git(work, "push", "-q", "origin", "main");
    expect(await one.head("main")).toBe(sha);
    await git(work, "fetch", "-q", "--unshallow");
    expect(await git(work, "rev-list", "--count", "HEAD")).toBe("4");
  });
});

describe.each([0, 1, 2])("protocol version %d", (version) => {
  const config = ["-c", `protocol.version=${version}`];

  test("lists, clones, fetches and pushes", async () => {
    const one = await world.repository(FILES);
    const listed = await git(world.folder(), ...config, "ls-remote", one.url(world.owner));
    expect(listed).toContain(`${await one.head("main")}\trefs/heads/main`);
    const work = world.folder();
    await git(work, ...config, "clone", "-q", one.url(world.owner), ".");
    const sha = await commit(work, "next");
    await git(work, ...config, "push", "-q", "origin", "main");
    expect(await one.head("main")).toBe(sha);
    const later = await one.branch("main", { "a.txt": "later" }, "main");
    await git(work, ...config, "fetch", "-q");
    expect(await git(work, "rev-parse", "origin/main")).toBe(later);
  });
});

test("tags: annotated and plain, fetched, cloned at, moved by force alone, deleted", async () => {
  const one = await world.repository(FILES);
  const work = await clone(one);
  await git(work, "tag", "plain");
  await git(work, "tag", "-a", "v1", "-m", "one");
  await git(work, "push", "-q", "origin", "--tags");
  const [tag, head] = [await git(work, "rev-parse", "v1"), await git(work, "rev-parse", "HEAD")];
  expect(await git(work, "ls-remote", "--tags", "origin")).toBe(
    [`${head}\trefs/tags/plain`, `${tag}\trefs/tags/v1`, `${head}\trefs/tags/v1^{}`].join("\n"),
  );
  expect(await git(await clone(one, "--depth=1", "--branch=v1"), "describe", "--tags")).toBe("v1");
  await commit(work, "next");
  await git(work, "tag", "-f", "plain");
  await expect(git(work, "push", "-q", "origin", "plain")).rejects.toThrow("already exists");
  await git(work, "push", "-q", "--force", "origin", "plain");
  await git(work, "push", "-q", "origin", ":refs/tags/v1");
  expect(await one.git("for-each-ref", "--format=%(refname)", "refs/tags")).toBe("refs/tags/plain");
});

describe("who may", () => {
  const anonymous = (of: TestRepository) => of.url("x").replace("x-access-token:x@", "");

  test("read: its token; nobody where it is private, and everybody where it is public", async () => {
    const folder = world.folder();
    const { token } = world.job(repository.name, { contents: "read" });
    expect(await git(folder, "ls-remote", repository.url(token), "refs/heads/main")).toContain(
      "refs/heads/main",
    );
    await expect(git(folder, "ls-remote", repository.url("ghs_unknown"))).rejects.toThrow(
      "Authentication failed",
    );
    await expect(git(folder, "ls-remote", anonymous(repository))).rejects.toThrow(/could not read Username/);
    const { token: blind } = world.job(repository.name, { issues: "write" });
    await expect(git(folder, "ls-remote", repository.url(blind))).rejects.toThrow("403");
    const stranger = world.local.mintUserToken("stranger");
    await expect(git(folder, "ls-remote", repository.url(stranger))).rejects.toThrow("not found");
    const open = await world.repository(FILES);
    expect(await git(folder, "ls-remote", anonymous(open), "HEAD")).toContain("HEAD");
  });

  test("write: not who may only read, and nobody whose token has been revoked", async () => {
    const work = await clone(repository);
    const { token } = world.job(repository.name, { contents: "read" });
    await expect(git(work, "push", "-q", repository.url(token), "HEAD:refs/heads/x")).rejects.toThrow(
      /Permission to acme\/repo\d+\.git denied to github-actions\[bot\]|403/,
    );
    const writer = world.job(repository.name, WRITE).token;
    await git(work, "push", "-q", repository.url(writer), "HEAD:refs/heads/y");
    world.host.revokeToken(writer);
    await expect(git(work, "push", "-q", repository.url(writer), "HEAD:refs/heads/z")).rejects.toThrow(
      "Authentication failed",
    );
    expect(await repository.git("for-each-ref", "refs/heads/x", "refs/heads/z")).toBe("");
  });
});

describe("refs of GitHub's own", () => {
  test("are fetched by name, come with no clone, and move by no push", async () => {
    const work = await clone(repository);
    expect(await git(work, "for-each-ref", "--format=%(refname)", "refs/pull")).toBe("");
    await git(work, "fetch", "-q", "origin", "refs/pull/1/head:mine");
    expect(await git(work, "rev-parse", "mine")).toBe(await repository.head("topic"));
    for (const spec of ["HEAD:refs/pull/1/head", ":refs/pull/1/head", "HEAD:refs/pull/7/merge"])
      await expect(git(work, "push", "-q", "--force", "origin", spec)).rejects.toThrow("hidden ref");
    expect(await repository.git("rev-parse", "refs/pull/1/head")).toBe(await repository.head("topic"));
  });
});

describe("rulesets", () => {
  test("by pattern forbid force, deletion and direct pushes to each branch that fits", async () => {
    const one = await world.repository(FILES);
    await one.branch("release/v1/a", { "b.txt": "b" });
    world.local.setRules(one.at, "release/**", { nonFastForward: true, deletion: true });
    const [main, before] = [await one.head("main"), await one.head("release/v1/a")];
    const work = await clone(one);
    await expect(
      git(work, "push", "-q", "--force", "origin", `${main}:refs/heads/release/v1/a`),
    ).rejects.toThrow("Cannot force-push");
    await expect(git(work, "push", "-q", "origin", ":refs/heads/release/v1/a")).rejects.toThrow(
      "Cannot delete this branch",
    );
    expect(await one.head("release/v1/a")).toBe(before);
    // Another branch fits no pattern.
    await one.branch("free", { "b.txt": "b" });
    await git(work, "push", "-q", "--force", "origin", `${main}:refs/heads/free`);
    expect(await one.head("free")).toBe(main);
  });

  test("one refused ref of an atomic push keeps all of them where they were", async () => {
    const one = await world.repository(FILES);
    world.local.setRules(one.at, "main", { pullRequest: { approvals: 1 } });
    const work = await clone(one);
    await commit(work, "direct");
    const events = world.events.length;
    await expect(
      git(work, "push", "-q", "--atomic", "origin", "HEAD:refs/heads/free", "main"),
    ).rejects.toThrow("through a pull request");
    expect(await one.git("for-each-ref", "refs/heads/free")).toBe("");
    expect(world.events).toHaveLength(events);
  });
});

test("concurrent pushes to different refs all arrive, each with its event", async () => {
  const one = await world.repository(FILES);
  const works = await Promise.all([1, 2, 3, 4].map(() => clone(one)));
  const heads = await Promise.all(works.map((work, at) => commit(work, `by ${at}`)));
  const events = world.events.length;
  await Promise.all(works.map((work, at) => git(work, "push", "-q", "origin", `HEAD:refs/heads/side-${at}`)));
  expect(await Promise.all(works.map((_, at) => one.head(`side-${at}`)))).toEqual(heads);
  const pushed = world.events.slice(events).filter(({ name }) => name === "push");
  expect(pushed.map(({ ref }) => ref).sort()).toEqual(works.map((_, at) => `refs/heads/side-${at}`));
});
