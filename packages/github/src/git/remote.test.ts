import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { type BareServer, bareServer, fastClock, git, RECORDING } from "../../testing/bare.ts";
import { readPolicyFile } from "../policy-file.ts";
import { listTags, tagSha } from "../releases.ts";
import { GitTransportError, MissingRefError } from "./errors.ts";
import { commentableLines } from "./parse.ts";
import { gitEnvironment } from "./process.ts";
import { createGitRemote, type GitRemote } from "./remote.ts";

let server: BareServer;
let remote: GitRemote;
beforeEach(() => {
  server = bareServer();
  remote = server.remote();
});
afterEach(() => server.close());

const branch = (name: string, sha: string) => git(server.dir, ["update-ref", `refs/heads/${name}`, sha]);

describe("the credentials", () => {
  test("go to one server, by environment only", () => {
    const env = gitEnvironment(
      {
        url: "https://github.com/o/r.git",
        token: "tok",
        environment: { PATH: "/bin", SECRET: "x", GIT_DIR: "/evil" },
      },
      "/tmp/h",
    );
    const at = Object.keys(env).find((key) => env[key] === "http.https://github.com/.extraheader");
    expect(env[(at ?? "").replace("KEY", "VALUE")]).toBe(
      `AUTHORIZATION: basic ${Buffer.from("x-access-token:tok").toString("base64")}`,
    );
    expect(env).not.toHaveProperty("SECRET");
    expect(env).not.toHaveProperty("GIT_DIR");
    expect(env).toMatchObject({
      PATH: "/bin",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      GIT_ALLOW_PROTOCOL: "https",
    });
  });
});

describe("a remote", () => {
  test("lists refs, and tags seen through annotations", async () => {
    const sha = server.commit({ a: "1" });
    branch("main", sha);
    git(server.dir, ["tag", "v1.0.0", sha]);
    git(server.dir, ["tag", "-a", "-m", "two", "v2.0.0", sha]);
    expect([...(await remote.lsRemote(["refs/heads/*"]))]).toEqual([["refs/heads/main", sha]]);
    expect(await remote.defaultBranch()).toEqual({ name: "main", sha });
    expect(await tagSha({ git: remote }, "v2.0.0")).toBe(sha);
    expect([...(await listTags({ git: remote }))]).toEqual([
      ["v1.0.0", sha],
      ["v2.0.0", sha],
    ]);
  });

  test("has no default branch before the first commit", async () => {
    expect(await remote.defaultBranch()).toBeUndefined();
  });

  test("merges in a tree of its own and names the files in conflict", async () => {
    const base = server.commit({ "a.txt": "1\n", "dir/b ü.txt": "1\n", "c.txt": "1\n" });
    const left = server.commit({ "a.txt": "left\n", "dir/b ü.txt": "left\n", "c.txt": "1\n" }, [base]);
    const right = server.commit({ "a.txt": "right\n", "dir/b ü.txt": "right\n", "c.txt": "2\n" }, [base]);
    const clean = server.commit({ "a.txt": "1\n", "dir/b ü.txt": "1\n", "c.txt": "3\n" }, [base]);
    expect(await remote.mergeTree(left, right)).toMatchObject({
      clean: false,
      conflicts: ["a.txt", "dir/b ü.txt"],
    });
    const merged = await remote.mergeTree(left, clean);
    expect(merged.clean).toBe(true);
    expect((await remote.run(["cat-file", "-p", `${merged.tree}:c.txt`])).stdout.toString()).toBe("3\n");
    expect(await remote.mergeBase(left, right)).toBe(base);
    expect(await remote.isAncestor(base, left)).toBe(true);
    expect(await remote.isAncestor(left, right)).toBe(false);
  });

  test("history is whole again after a shallow look at it", async () => {
    const one = server.commit({ a: "1" });
    const two = server.commit({ a: "2" }, [one], "feat: two\n\nBecause.\n\nSlipway-Node: T1");
    branch("main", two);
    expect((await remote.log(null, two)).map(({ sha }) => sha)).toEqual([two, one]);
    expect(await readPolicyFile({ git: remote }, "refs/heads/main")).toEqual({ sha: two, text: undefined });
    const log = await remote.log(null, two);
    expect(log).toMatchObject([
      { sha: two, parents: [one], subject: "feat: two", body: "Because.\n\nSlipway-Node: T1" },
      { sha: one, parents: [], subject: "test", body: "" },
    ]);
    expect((await remote.log(one, two)).map(({ sha }) => sha)).toEqual([two]);
  });

  test("reads the policy file, and tells a missing file from a missing ref", async () => {
    branch("main", server.commit({ ".github/slipway.yml": "version: 1\n", big: "x".repeat(10_000) }));
    expect((await readPolicyFile({ git: remote }, "main"))?.text).toBe("version: 1\n");
    expect(await readPolicyFile({ git: remote }, "refs/heads/none")).toBeUndefined();
    await expect(remote.fetch(["a".repeat(40)])).rejects.toBeInstanceOf(MissingRefError);
  });

  test("tells what changed, and where a review may comment", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
    const base = server.commit({ "a.txt": `${lines.join("\n")}\n`, gone: "1\n" });
    const changed = lines.with(14, "changed").toSpliced(20, 1);
    const head = server.commit({ "a.txt": `${changed.join("\n")}\n`, new: "+++ not a header\n" }, [base]);
    expect(await remote.diff(base, head)).toEqual([
      { path: "a.txt", status: "modified", oldMode: "100644", newMode: "100644" },
      { path: "gone", status: "deleted", oldMode: "100644", newMode: "000000" },
      { path: "new", status: "added", oldMode: "000000", newMode: "100644" },
    ]);
    const shallow = server.remote();
    await shallow.fetch([base, head], { depth: 1 });
    expect(await shallow.diff(base, head)).toHaveLength(3);
    expect((await shallow.show(head, "new"))?.toString()).toBe("+++ not a header\n");
    expect(shallow.commands).toBe(1);
    const places = commentableLines(await remote.patch(base, head));
    expect([...(places.get("a.txt") ?? [])]).toEqual([12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]);
    expect([...places.keys()]).toEqual(["a.txt", "new"]);
    expect([...(places.get("new") ?? [])]).toEqual([1]);
  });

  test("pushes only from where the ref is expected to be", async () => {
    const one = server.commit({ a: "1" });
    const two = server.commit({ a: "2" }, [one]);
    const other = server.commit({ a: "3" }, [one]);
    await remote.fetch([one, two, other]);
    const ref = "refs/slipway/x";
    expect(await remote.push(one, ref, null)).toEqual({ kind: "pushed" });
    expect(await remote.push(one, ref, null)).toEqual({ kind: "pushed" });
    expect(await remote.push(two, ref, null)).toMatchObject({ kind: "lost" });
    expect(await remote.push(two, ref, one)).toEqual({ kind: "pushed" });
    expect(await remote.push(other, ref, one)).toMatchObject({ kind: "lost" });
    expect(await remote.push(other, "refs/slipway/none", one)).toMatchObject({ kind: "lost" });
    expect(git(server.dir, ["rev-parse", ref])).toBe(two);
  });
});

describe("what goes wrong", () => {
  const broken = (url: string, clock = fastClock()) =>
    createGitRemote({ url, environment: { PATH: process.env.PATH }, log: RECORDING(), clock });

  test("a server that is not there is tried again, then named", async () => {
    const clock = fastClock();
    const away = broken("http://127.0.0.1:1/o/r.git", clock);
    await expect(away.lsRemote([])).rejects.toBeInstanceOf(GitTransportError);
    expect(clock.waits).toHaveLength(3);
    await away.close();
  });

  test("a repository that is not there is a matter of configuration", async () => {
    const none = broken(`file://${server.dir}-none`);
    await expect(none.lsRemote([])).rejects.toBeInstanceOf(ConfigurationError);
    await none.close();
  });

  test("git that is not installed is named", async () => {
    const none = createGitRemote({
      url: server.url,
      environment: { PATH: "/nowhere" },
      log: RECORDING(),
      clock: fastClock(),
    });
    await expect(none.lsRemote([])).rejects.toThrow(
      "git was not found on this runner: install git 2.38 or newer.",
    );
  });
});
