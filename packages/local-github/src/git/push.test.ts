import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, field, git, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let repository: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  repository = await world.repository({ "a.txt": "one\n", "dir/b.txt": "two\n" });
});

afterAll(() => world.close());

async function clone(of = repository, token = world.owner): Promise<string> {
  const work = world.folder();
  await git(work, "clone", "-q", of.url(token), ".");
  return work;
}

async function commit(work: string, message: string): Promise<string> {
  await git(work, "commit", "-q", "--allow-empty", "-m", message);
  return git(work, "rev-parse", "HEAD");
}

describe("many at once", () => {
  test("of concurrent pushes to one ref exactly one wins", async () => {
    await git(await clone(), "push", "-q", "origin", "HEAD:refs/slipway/race");
    const works = await Promise.all([1, 2, 3, 4].map(() => clone()));
    const heads = await Promise.all(works.map((work, at) => commit(work, `racer ${at}`)));
    const results = await Promise.allSettled(
      works.map((work) => git(work, "push", "-q", "origin", "HEAD:refs/slipway/race")),
    );
    const winners = results.flatMap((result, at) => (result.status === "fulfilled" ? [heads[at]] : []));
    expect(winners).toHaveLength(1);
    expect(await repository.git("rev-parse", "refs/slipway/race")).toBe(winners[0]);
  });

  test("of concurrent creations of a ref exactly one wins", async () => {
    const sha = await repository.head("main");
    const replies = await Promise.all(
      [1, 2, 3, 4, 5].map(() => repository.api("POST", "/git/refs", { ref: "refs/slipway/claim", sha })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422, 422]);
    expect(replies.filter((reply) => field(reply, "message") === "Reference already exists")).toHaveLength(4);
  });

  test("of concurrent fast-forwards through the API exactly one wins", async () => {
    const main = await repository.head("main");
    await repository.api("POST", "/git/refs", { ref: "refs/slipway/cas", sha: main });
    const made = await Promise.all(
      [1, 2, 3, 4].map((at) =>
        repository.api("POST", "/git/commits", {
          message: `next ${at}`,
          tree: field(treeOf, "sha"),
          parents: [main],
        }),
      ),
    );
    const replies = await Promise.all(
      made.map((one) => repository.api("PATCH", "/git/refs/slipway/cas", { sha: field(one, "sha") })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422]);
    expect(
      replies.filter((reply) => field(reply, "message") === "Update is not a fast forward"),
    ).toHaveLength(3);
  });

  let treeOf: unknown;
  beforeAll(async () => {
    treeOf = (await repository.api("GET", "/git/trees/main")).body;
  });
});

describe("what is refused", () => {
  test("a push and a PATCH that are no fast-forward, unless forced", async () => {
    const work = await clone();
    const first = await commit(work, "first");
    await git(work, "push", "-q", "origin", "HEAD:refs/heads/topic");
    await git(work, "reset", "-q", "--hard", "HEAD~1");
    const other = await commit(work, "other");
    await expect(git(work, "push", "-q", "origin", "HEAD:refs/heads/topic")).rejects.toThrow("rejected");
    await git(work, "push", "-q", "origin", "HEAD:refs/heads/elsewhere");
    const refused = await repository.api("PATCH", "/git/refs/heads/topic", { sha: other });
    expect([refused.status, field(refused, "message")]).toEqual([422, "Update is not a fast forward"]);
    expect(await repository.head("topic")).toBe(first);
    expect((await repository.api("PATCH", "/git/refs/heads/topic", { sha: other, force: true })).status).toBe(
      200,
    );
    await git(work, "push", "-q", "--force", "origin", `${first}:refs/heads/topic`);
    expect(await repository.head("topic")).toBe(first);
  });

  test("the default branch's deletion, and refs that are GitHub's own", async () => {
    const work = await clone();
    await expect(git(work, "push", "-q", "origin", ":refs/heads/main")).rejects.toThrow(
      "refusing to delete the current branch",
    );
    await expect(git(work, "push", "-q", "origin", "HEAD:refs/pull/1/head")).rejects.toThrow(/hidden ref/);
    const sha = await repository.head("main");
    expect((await repository.api("POST", "/git/refs", { ref: "refs/pull/9/head", sha })).status).toBe(422);
    expect((await repository.api("DELETE", "/git/refs/heads/main")).status).toBe(422);
    expect((await repository.api("PATCH", "/git/refs/heads/nowhere", { sha })).status).toBe(422);
    expect((await repository.api("PATCH", "/git/refs/heads/main", { sha: "1".repeat(40) })).status).toBe(422);
  });

  test("force and deletion where a rule forbids them, by push and by API, also for a job", async () => {
    const one = await world.repository({ "a.txt": "a" });
    await one.branch("safe", { "b.txt": "b" });
    world.local.setRules(one.at, "safe", { nonFastForward: true, deletion: true });
    const main = await one.head("main");
    const before = await one.head("safe");
    for (const token of [world.owner, world.job(one.name, WRITE).token]) {
      const work = await clone(one, token);
      await expect(git(work, "push", "-q", "--force", "origin", `${main}:refs/heads/safe`)).rejects.toThrow(
        "Cannot force-push",
      );
      await expect(git(work, "push", "-q", "origin", ":refs/heads/safe")).rejects.toThrow(
        "Cannot delete this branch",
      );
      const forced = await world.api(token, "PATCH", `${one.path}/git/refs/heads/safe`, {
        sha: main,
        force: true,
      });
      expect([forced.status, field(forced, "message")]).toEqual([
        422,
        expect.stringContaining("Cannot force-push"),
      ]);
      expect((await world.api(token, "DELETE", `${one.path}/git/refs/heads/safe`)).status).toBe(422);
    }
    expect(await one.head("safe")).toBe(before);
    // A fast-forward is no violation.
    const work = await clone(one);
    await git(work, "checkout", "-q", "safe");
    await commit(work, "forward");
    await git(work, "push", "-q", "origin", "safe");
  });

  test("a direct push where a pull request or a check is required; the others of the same push go through", async () => {
    const one = await world.repository({ "a.txt": "a" });
    world.local.setRules(one.at, "main", { pullRequest: { approvals: 1 } });
    const work = await clone(one);
    const sha = await commit(work, "direct");
    await expect(
      git(work, "push", "-q", "origin", "HEAD:refs/heads/main", "HEAD:refs/heads/free"),
    ).rejects.toThrow("through a pull request");
    expect(await one.head("free")).toBe(sha);
    expect(await one.head("main")).not.toBe(sha);
    const list = await one.api("GET", "/rules/branches/main");
    expect(list.body).toMatchObject([
      { type: "pull_request", parameters: { required_approving_review_count: 1 } },
    ]);
  });

  test("a corrupt object", async () => {
    const work = await clone();
    await writeFile(join(work, "tree"), Buffer.concat([Buffer.from("100644 ../x\0"), Buffer.alloc(20, 1)]));
    const tree = await git(work, "hash-object", "-t", "tree", "-w", "--literally", "tree");
    const bad = await git(work, "commit-tree", tree, "-m", "bad").catch(() => "");
    if (bad) await expect(git(work, "push", "-q", "origin", `${bad}:refs/heads/bad`)).rejects.toThrow();
    expect(await repository.git("for-each-ref", "refs/heads/bad")).toBe("");
  });
});

describe("what git clients ask for", () => {
  test("a push of 30 MiB, and its clone", async () => {
    const one = await world.repository({ "a.txt": "a" });
    const work = await clone(one);
    await writeFile(join(work, "big.bin"), randomBytes(30 * 1024 * 1024));
    await git(work, "add", "big.bin");
    const sha = await commit(work, "big");
    await git(work, "push", "-q", "origin", "main");
    expect(await one.head("main")).toBe(sha);
    const again = await clone(one);
    expect(await git(again, "rev-parse", "HEAD")).toBe(sha);
  }, 120_000);

  test("shallow, deepened, partial and exact fetches", async () => {
    const one = await world.repository({ "a.txt": "a" });
    for (const at of [1, 2, 3]) await one.branch("main", { "a.txt": `${at}` }, "main");
    const [tip, older] = [await one.head("main"), await one.git("rev-parse", "main~2")];
    const shallow = world.folder();
    await git(shallow, "clone", "-q", "--depth=1", one.url(world.owner), ".");
    expect(await git(shallow, "rev-list", "--count", "HEAD")).toBe("1");
    await git(shallow, "fetch", "-q", "--deepen=1");
    expect(await git(shallow, "rev-list", "--count", "HEAD")).toBe("2");

    const partial = world.folder();
    await git(partial, "clone", "-q", "--no-checkout", "--filter=blob:none", one.url(world.owner), ".");
    expect(await git(partial, "rev-list", "--objects", "--missing=print", "HEAD")).toMatch(
      /^\?[0-9a-f]{40}$/m,
    );
    await git(partial, "checkout", "-q", "main");

    const exact = world.folder();
    await git(exact, "init", "-q", ".");
    await git(exact, "fetch", "-q", "--depth=1", one.url(world.owner), older);
    expect(await git(exact, "rev-parse", "FETCH_HEAD")).toBe(older);
    expect(tip).not.toBe(older);
  });

  test("the first push into an empty repository, which was clonable before", async () => {
    const one = await world.repository();
    const work = await clone(one);
    const sha = await commit(work, "first");
    await git(work, "push", "-q", "origin", "HEAD:main");
    expect(await one.head("main")).toBe(sha);
  });

  test("an atomic push with a stale ref changes nothing", async () => {
    const one = await world.repository({ "a.txt": "a" });
    const work = await clone(one);
    await commit(work, "mine");
    await one.branch("main", { "a.txt": "theirs" }, "main");
    await expect(
      git(work, "push", "-q", "--atomic", "origin", "HEAD:refs/heads/new", "HEAD:refs/heads/main"),
    ).rejects.toThrow();
    expect(await one.git("for-each-ref", "refs/heads/new")).toBe("");
  });

  test("names in other scripts", async () => {
    const one = await world.repository({ "a.txt": "a" });
    const work = await clone(one);
    const sha = await commit(work, "größer");
    await git(work, "push", "-q", "origin", "HEAD:refs/heads/функция/机能-ü");
    const reply = await one.api("GET", `/git/ref/heads/${encodeURIComponent("функция/机能-ü")}`);
    expect(reply.body).toMatchObject({ ref: "refs/heads/функция/机能-ü", object: { sha } });
  });

  test("a repository that is not there, and the dumb protocol", async () => {
    await expect(
      git(world.folder(), "ls-remote", repository.url(world.owner).replace(/repo\d+$/, "nothing")),
    ).rejects.toThrow("not found");
    const dumb = await fetch(`${world.local.url}/acme/${repository.name}/info/refs`);
    expect(dumb.status).toBe(400);
  });
});

test("a client that is killed in the middle of a push changes nothing and leaves no process", async () => {
  const one = await world.repository({ "a.txt": "a" });
  const work = await clone(one);
  await writeFile(join(work, "big.bin"), randomBytes(8 * 1024 * 1024));
  await git(work, "add", "big.bin");
  await commit(work, "big");
  const seen = world.local.journal.length;
  const child = execFile("git", ["push", "-q", "origin", "main"], { cwd: work });
  const ended = new Promise((resolve) => child.on("close", resolve));
  while (!world.local.journal.slice(seen).some((entry) => entry.path.includes("receive-pack"))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill("SIGKILL");
  await ended;
  // The server is whole: the same push goes through.
  await git(work, "push", "-q", "origin", "main");
  expect(await one.head("main")).toBe(await git(work, "rev-parse", "HEAD"));
});
