import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  column,
  createWorld,
  field,
  type TestRepository,
  text,
  type World,
  WRITE,
} from "../../testing/world.ts";

let world: World;
let one: TestRepository;

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a", "dir/b.txt": "b", "dir/c.txt": "c" });
});

afterAll(() => world.close());

const blob = (path: string, content: string, mode = "100644") => ({ path, mode, type: "blob", content });
const makeTree = (entries: readonly unknown[], base?: string) =>
  one.api("POST", "/git/trees", { ...(base ? { base_tree: base } : {}), tree: entries });

describe("trees", () => {
  test("keep modes, replace nothing but what is named, and remove by a null SHA", async () => {
    const main = await one.head("main");
    const entries = [
      blob("run.sh", "#!/bin/sh\n", "100755"),
      blob("link", "a.txt", "120000"),
      { path: "module", mode: "160000", type: "commit", sha: "1".repeat(40) },
      { path: "dir/b.txt", mode: "100644", type: "blob", sha: null },
      blob("deep/er/x.txt", "x"),
    ];
    const made = await makeTree(entries, main);
    expect(made.status).toBe(201);
    const listed = await one.git("ls-tree", "-r", text(made, "sha"));
    expect(listed.split("\n").map((line) => [line.slice(0, 6), line.split("\t")[1]])).toEqual([
      ["100644", "a.txt"],
      ["100644", "deep/er/x.txt"],
      ["100644", "dir/c.txt"],
      ["120000", "link"],
      ["160000", "module"],
      ["100755", "run.sh"],
    ]);
  });

  test("without a base hold only what is named; subtrees by SHA take the place of what was there", async () => {
    const inner = text(await makeTree([blob("only.txt", "o")]), "sha");
    const outer = await makeTree(
      [{ path: "dir", mode: "040000", type: "tree", sha: inner }],
      await one.head("main"),
    );
    expect(await one.git("ls-tree", "-r", "--name-only", text(outer, "sha"))).toBe("a.txt\ndir/only.txt");
  });

  test("a file takes a folder's place and the other way round", async () => {
    const file = await makeTree([blob("dir", "now a file")], await one.head("main"));
    expect(await one.git("ls-tree", "-r", "--name-only", text(file, "sha"))).toBe("a.txt\ndir");
    const folder = await makeTree([blob("a.txt/inner", "x")], await one.head("main"));
    expect(await one.git("ls-tree", "-r", "--name-only", text(folder, "sha"))).toBe(
      "a.txt/inner\ndir/b.txt\ndir/c.txt",
    );
  });

  test.each(["../x", "a/../b", "/abs", ".git/config", "a/.GIT/x", "a//b", ".", "x/", ""])(
    "refuse the path %j",
    async (path) => {
      expect((await makeTree([blob(path, "x")])).status).toBe(422);
    },
  );

  test("take unusual but lawful paths", async () => {
    const names = [
      "ünï/日本.txt",
      "with space",
      "star*?[x]",
      "quote'\"",
      "-dash",
      "tab\tin",
      "new\nline",
      ".github/x",
    ];
    const made = await makeTree(names.map((name) => blob(name, name)));
    expect(made.status).toBe(201);
    const read = await one.api("GET", `/git/trees/${text(made, "sha")}?recursive=1`);
    expect(column(field(read, "tree"), "path")).toEqual(expect.arrayContaining(names));
  });

  test("refuse objects that are not there or of another kind", async () => {
    const main = await one.head("main");
    const entry = (sha: string, mode = "100644") => ({ path: "x", mode, type: "blob", sha });
    expect((await makeTree([entry("2".repeat(40))])).status).toBe(422);
    expect((await makeTree([entry(main)])).status).toBe(422);
    expect((await makeTree([blob("x", "x")], "2".repeat(40))).status).toBe(422);
    expect((await makeTree([{ path: "x", mode: "100644", type: "blob" }])).status).toBe(422);
    expect((await makeTree([{ path: "x", mode: "100644", type: "blob", sha: null }], main)).status).toBe(422);
    expect((await makeTree([])).status).toBe(422);
  });
});

describe("commits", () => {
  test("a bot's that names nobody is verified; a person's, or one with an author, is not", async () => {
    const job = world.job(one.name, WRITE).token;
    const main = await one.head("main");
    const tree = text(await one.api("GET", `/git/commits/${main}`), "tree.sha");
    const body = { message: "feat: x\n\nbody\n", tree, parents: [main] };
    const bots = await world.api(job, "POST", `${one.path}/git/commits`, body);
    expect(bots.body).toMatchObject({
      verification: { verified: true, reason: "valid" },
      author: { name: "github-actions[bot]" },
      committer: { name: "GitHub", email: "noreply@github.com" },
      parents: [{ sha: main }],
    });
    const author = { name: "Ann", email: "ann@example.com", date: "2026-01-02T03:04:05Z" };
    const named = await world.api(job, "POST", `${one.path}/git/commits`, { ...body, author });
    expect(named.body).toMatchObject({ verification: { verified: false }, author, committer: author });
    expect(field(await one.api("POST", "/git/commits", body), "verification.verified")).toBe(false);
    const shown = await one.api("GET", `/commits/${text(bots, "sha")}`);
    expect(field(shown, "commit.verification.verified")).toBe(true);
  });

  test("any number of parents; what is missing is 422", async () => {
    const main = await one.head("main");
    const tree = text(await one.api("GET", `/git/commits/${main}`), "tree.sha");
    const make = (parents: readonly string[], treeSha = tree) =>
      one.api("POST", "/git/commits", { message: "m", tree: treeSha, parents });
    const root = text(await make([]), "sha");
    expect(column(field(await make([main, root]), "parents"), "sha")).toEqual([main, root]);
    expect((await make(["3".repeat(40)])).status).toBe(422);
    expect((await make([], main)).status).toBe(422);
    expect((await one.api("GET", `/git/commits/${"3".repeat(40)}`)).status).toBe(404);
    expect((await one.api("GET", "/git/commits/main")).status).toBe(404);
  });
});

describe("blobs", () => {
  test("keep every byte and show it in Base64", async () => {
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, at) => at % 256));
    const made = await one.api("POST", "/git/blobs", {
      content: bytes.toString("base64"),
      encoding: "base64",
    });
    const read = await one.api("GET", `/git/blobs/${text(made, "sha")}`);
    expect(Buffer.from(text(read, "content"), "base64")).toEqual(bytes);
    expect((await one.api("POST", "/git/blobs", { content: "%%%", encoding: "base64" })).status).toBe(422);
    expect((await one.api("GET", `/git/blobs/${"4".repeat(40)}`)).status).toBe(404);
  });
});

describe("refs", () => {
  test.each([
    "refs/heads/a..b",
    "refs/heads/.a",
    "refs/heads/a.lock",
    "refs/heads/a b",
    "refs/heads/a~1",
    "refs/heads/../x",
    "refs/heads/a/",
    "refs/heads//a",
    "refs/heads/a\\b",
    "refs/heads/@{x}",
    "refs/heads/a\u0007",
    "heads/a",
    "refs/a",
    "HEAD",
  ])("refuse the name %j", async (ref) => {
    expect((await one.api("POST", "/git/refs", { ref, sha: await one.head("main") })).status).toBe(422);
  });

  test("live under any namespace; a slash in a URL may be encoded", async () => {
    const sha = await one.head("main");
    for (const ref of ["refs/slipway/runs/r-1", "refs/heads/slipway/r-1/ü%41#", "refs/heads/a/b"]) {
      const made = await one.api("POST", "/git/refs", { ref, sha });
      expect([ref, made.status, field(made, "ref")]).toEqual([ref, 201, ref]);
      const below = ref.slice("refs/".length);
      for (const path of [encodeURIComponent(below), below.split("/").map(encodeURIComponent).join("/")]) {
        expect(field(await one.api("GET", `/git/ref/${path}`), "object.sha")).toBe(sha);
      }
    }
    expect(field(await one.api("GET", `/branches/${encodeURIComponent("a/b")}`), "name")).toBe("a/b");
    expect(field(await one.api("GET", "/branches/a/b"), "name")).toBe("a/b");
    expect(column(await one.api("GET", "/git/matching-refs/slipway/runs/r-"), "ref")).toEqual([
      "refs/slipway/runs/r-1",
    ]);
    expect((await one.api("GET", "/git/matching-refs/slipway/none")).body).toEqual([]);
    // A name in the way: a folder cannot be a ref.
    expect((await one.api("POST", "/git/refs", { ref: "refs/heads/a", sha })).status).toBe(422);
    expect((await one.api("DELETE", "/git/refs/slipway/runs/r-1")).status).toBe(204);
    expect((await one.api("GET", "/git/ref/slipway/runs/r-1")).status).toBe(404);
    expect((await one.api("DELETE", "/git/refs/slipway/runs/r-1")).status).toBe(422);
  });

  test.each(["heads/..%2f..%2fx", "heads/%00", "heads/main%20", "heads/main~1", "heads/main@%7B0%7D"])(
    "what is not a ref is not found: %s",
    async (path) => {
      expect((await one.api("GET", `/git/ref/${path}`)).status).toBe(404);
    },
  );
});

describe("files", () => {
  test("are written, changed by their SHA only, and removed", async () => {
    const write = (more: Record<string, unknown>) =>
      one.api("PUT", "/contents/doc/%C3%BC%20x.md", {
        message: "docs",
        content: Buffer.from("hi").toString("base64"),
        branch: "docs",
        ...more,
      });
    expect((await write({})).status).toBe(404);
    await one.branch("docs", { "a.txt": "aa" });
    const made = await write({});
    expect([made.status, field(made, "content.path")]).toEqual([201, "doc/ü x.md"]);
    expect((await write({})).status).toBe(422);
    expect((await write({ sha: "5".repeat(40) })).status).toBe(409);
    const changed = await write({
      sha: text(made, "content.sha"),
      content: Buffer.from("ho").toString("base64"),
    });
    expect(changed.status).toBe(200);
    const read = await one.api("GET", "/contents/doc/%C3%BC%20x.md?ref=docs");
    expect(Buffer.from(text(read, "content"), "base64").toString()).toBe("ho");
    expect(column(await one.api("GET", "/contents/?ref=docs"), "name")).toEqual(["a.txt", "dir", "doc"]);
    const removed = await one.api("DELETE", "/contents/doc/%C3%BC%20x.md", {
      message: "rm",
      branch: "docs",
      sha: text(read, "sha"),
    });
    expect(removed.status).toBe(200);
    expect((await one.api("GET", "/contents/doc/%C3%BC%20x.md?ref=docs")).status).toBe(404);
  });

  test("are compared", async () => {
    await one.branch("compared", { "a.txt": "a\nb\n", "dir/b.txt": null, "new.txt": "n" });
    const reply = await one.api("GET", "/compare/main...compared");
    expect(reply.body).toMatchObject({ status: "ahead", ahead_by: 1, behind_by: 0 });
    const files = field(reply, "files");
    expect(column(files, "filename")).toEqual(["a.txt", "dir/b.txt", "new.txt"]);
    expect(column(files, "status")).toEqual(["modified", "removed", "added"]);
    const diff = await world.api(world.owner, "GET", `${one.path}/compare/main...compared`, undefined, {
      accept: "application/vnd.github.diff",
    });
    expect(diff.body).toMatch(/^diff --git a\/a.txt/);
    expect((await one.api("GET", "/compare/main...nowhere")).status).toBe(404);
  });
});

test("an empty repository answers 409 where there is nothing to build on", async () => {
  const empty = await world.repository();
  const sha = "6".repeat(40);
  const asked: [string, string, unknown?][] = [
    ["GET", "/commits"],
    ["GET", "/git/ref/heads/main"],
    ["GET", "/git/trees/main"],
    ["POST", "/git/blobs", { content: "x" }],
    ["POST", "/git/trees", { tree: [blob("x", "x")] }],
    ["POST", "/git/commits", { message: "m", tree: sha, parents: [] }],
    ["POST", "/git/refs", { ref: "refs/heads/main", sha }],
  ];
  for (const [method, path, body] of asked) {
    const reply = await empty.api(method, path, body);
    expect([method, path, reply.status, field(reply, "message")]).toEqual([
      method,
      path,
      409,
      "Git Repository is empty.",
    ]);
  }
  expect((await empty.api("GET", "/branches")).body).toEqual([]);
  // The contents API makes the first commit.
  expect((await empty.api("PUT", "/contents/README.md", { message: "first", content: "eA==" })).status).toBe(
    201,
  );
  expect(await empty.git("log", "--format=%s", "main")).toBe("first");
});
