import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { recentPulls } from "./recent.ts";

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(() => world.newRepository());
afterAll(() => world.close());

test("the newest come first, each with what became of it", async () => {
  await world.commit({ "a.txt": "1\n" });
  const { github } = world;
  const sha = await world.commit({ "a.txt": "2\n" });
  for (const name of ["one", "two"]) {
    await world.asPerson("POST", "/git/refs", { ref: `refs/heads/${name}`, sha });
    const { data } = await github.octokit.request("GET /repos/{owner}/{repo}/contents/{path}", {
      owner: github.owner,
      repo: github.repo,
      path: "a.txt",
    });
    if (Array.isArray(data) || data.type !== "file") throw new Error("no file");
    await world.asPerson("PUT", "/contents/a.txt", {
      message: name,
      branch: name,
      sha: data.sha,
      content: Buffer.from(`${name}\n`).toString("base64"),
    });
    await world.asPerson("POST", "/pulls", {
      title: name,
      head: name,
      base: "main",
      body: `About ${name}.`,
    });
  }
  await world.asPerson("PATCH", `/pulls/1`, { state: "closed" });
  world.forget();
  const found = await recentPulls(github);
  expect(world.requests()).toHaveLength(1);
  expect(found.kind === "read" && [...found.pulls].sort((a, b) => a.number - b.number)).toEqual([
    { number: 1, title: "one", body: "About one.", state: "closed", at: expect.any(String), paths: [] },
    { number: 2, title: "two", body: "About two.", state: "open", at: expect.any(String), paths: [] },
  ]);
});

test("a repository without any, and one that does not let them be read", async () => {
  await world.commit({ "a.txt": "1\n" });
  expect(await recentPulls(world.github)).toEqual({ kind: "read", pulls: [] });
  const body = { message: "Resource not accessible by integration" };
  world.fault(() => ({ kind: "respond", status: 403, body }));
  expect(await recentPulls(world.github)).toEqual({
    kind: "unreadable",
    why: expect.stringContaining("`permissions:`"),
  });
});
