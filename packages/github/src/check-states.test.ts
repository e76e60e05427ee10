import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { readCheckStates } from "./check-states.ts";

let world: LocalWorld;
let sha: string;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  sha = world.commit({ "a.txt": "1\n" });
});
afterAll(() => world.close());

const check = (name: string, more: Record<string, unknown> = {}) =>
  world.github.octokit.request("POST /repos/{owner}/{repo}/check-runs", {
    owner: world.github.owner,
    repo: world.github.repo,
    name,
    head_sha: sha,
    ...(more as { status?: "in_progress" }),
  });
const status = (context: string, state: string, description = "") =>
  world.asPerson("POST", `/statuses/${sha}`, {
    context,
    state,
    description,
    target_url: "https://ci.example/1",
  });

test("a commit that nobody reports on", async () => {
  world.forget();
  expect(await readCheckStates(world.github, sha)).toEqual([]);
  expect(world.requests()).toHaveLength(2);
});

test("checks and statuses, the newest of each; both of one name", async () => {
  await check("build", { conclusion: "failure" });
  await check("build", {
    conclusion: "success",
    output: { title: "All well", summary: "x".repeat(5_000) },
    details_url: "https://ci.example/2",
  });
  await check("skipped", { conclusion: "skipped" });
  await check("old", { conclusion: "cancelled" });
  await check("runs", { status: "in_progress" });
  await status("build", "failure", "Broken");
  await status("lint", "error");
  await status("lint", "pending");
  const states = await readCheckStates(world.github, sha);
  const brief = Object.fromEntries(
    states.map(({ name, source, state, conclusion }) => [`${source} ${name}`, `${state} ${conclusion}`]),
  );
  expect(brief).toEqual({
    "check build": "pass success",
    "check skipped": "pass skipped",
    "check old": "fail cancelled",
    "check runs": "pending in_progress",
    "status build": "fail failure",
    "status lint": "pending pending",
  });
  const build = states.find(({ name, source }) => name === "build" && source === "check");
  expect(build).toMatchObject({ title: "All well", url: "https://ci.example/2", appId: expect.any(Number) });
  expect(build?.summary).toHaveLength(4_000);
  expect(states.find(({ name, source }) => name === "build" && source === "status")).toEqual({
    name: "build",
    appId: null,
    source: "status",
    state: "fail",
    conclusion: "failure",
    title: "Broken",
    summary: "",
    url: "https://ci.example/1",
  });
});

test("more than a page of either", async () => {
  for (let index = 0; index < 101; index++) await check(`c${index}`, { conclusion: "neutral" });
  for (let index = 0; index < 101; index++) await status(`s${index}`, "success");
  world.forget();
  const states = await readCheckStates(world.github, sha);
  expect(states).toHaveLength(202);
  expect(states.every(({ state }) => state === "pass")).toBe(true);
  expect(world.requests()).toHaveLength(4);
}, 30_000);
