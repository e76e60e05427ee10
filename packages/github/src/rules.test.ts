import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { LimitReachedError } from "./client/errors.ts";
import { readBranchRules } from "./rules.ts";

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(() => world.newRepository());
afterAll(() => world.close());

const name = () => ({ owner: world.github.owner, name: world.github.repo });
const none = {
  requiredChecks: [],
  approvals: 0,
  mergeQueue: false,
  mergeMethods: ["merge", "squash", "rebase"],
  readable: true,
  problem: null,
};
const failing = (part: RegExp, status: number, message: string) =>
  world.fault((request) =>
    part.test(request.path) ? { kind: "respond", status, body: { message } } : undefined,
  );

test("a branch without rules, there or not", async () => {
  await world.commit({ "a.txt": "1\n" });
  world.forget();
  expect(await readBranchRules(world.github, "main")).toEqual(none);
  expect(world.requests()).toHaveLength(2);
  expect(await readBranchRules(world.github, "epic/1-none")).toEqual(none);
});

test("rules of a branch that does not exist yet", async () => {
  world.local.setRules(name(), "epic/1-later", {
    requiredStatusChecks: { strict: false, checks: [{ context: "CI: Tests" }] },
    pullRequest: { approvals: 2 },
  });
  expect(await readBranchRules(world.github, "epic/1-later")).toEqual({
    ...none,
    requiredChecks: [{ name: "CI: Tests", appId: null }],
    approvals: 2,
  });
});

test("checks of rulesets and of classic protection are one list; pinned ones keep their App", async () => {
  await world.commit({ "a.txt": "1\n" });
  world.local.setRules(name(), "main", {
    requiredStatusChecks: {
      strict: true,
      checks: [{ context: "build", integrationId: 7 }, { context: "lint" }],
    },
  });
  expect(await readBranchRules(world.github, "main")).toEqual({
    ...none,
    requiredChecks: [
      { name: "build", appId: 7 },
      { name: "lint", appId: null },
    ],
  });
});

test("methods of merging that the rules leave", async () => {
  world.local.setRules(name(), "epic/**", {
    pullRequest: { approvals: 0, mergeMethods: ["merge", "squash"] },
    requiredLinearHistory: true,
  });
  expect(await readBranchRules(world.github, "epic/1-later")).toEqual({ ...none, mergeMethods: ["squash"] });
});

test("a merge queue, and the most approvals of several rulesets", async () => {
  const review = (count: number) => ({
    type: "pull_request",
    parameters: { required_approving_review_count: count },
  });
  world.fault((request) =>
    request.path.includes("/rules/")
      ? {
          kind: "respond",
          status: 200,
          body: [review(1), { type: "merge_queue" }, review(2), { type: "new" }],
        }
      : undefined,
  );
  expect(await readBranchRules(world.github, "main")).toEqual({ ...none, approvals: 2, mergeQueue: true });
});

test("what cannot be read is said, and the gate cannot take it for nothing", async () => {
  await world.commit({ "a.txt": "1\n" });
  failing(/\/rules\//, 403, "Resource not accessible by integration");
  expect(await readBranchRules(world.github, "main")).toMatchObject({
    readable: false,
    problem: expect.stringMatching(
      /^The rules of branch main cannot be read: The job's token may not do GET .*\.$/,
    ),
  });
  failing(/\/branches\/main$/, 500, "Server Error");
  expect(await readBranchRules(world.github, "main")).toMatchObject({ readable: false });
});

test.each([/\/rules\/branches\//, /\/branches\/main$/])(
  "a limit at %s says nothing of rules",
  async (part) => {
    failing(part, 403, "You have exceeded a secondary rate limit");
    await expect(readBranchRules(world.github, "main")).rejects.toThrow(LimitReachedError);
  },
);

test("servers and plans without rulesets have none", async () => {
  await world.commit({ "a.txt": "1\n" });
  failing(/\/rules\//, 404, "Not Found");
  expect(await readBranchRules(world.github, "main")).toEqual(none);
  // Without the branch, nothing tells it from a repository that the token may not see.
  expect(await readBranchRules(world.github, "epic/1-none")).toMatchObject({ readable: false });
  failing(/\/rules\//, 403, "Upgrade to GitHub Pro or make this repository public to enable this feature.");
  expect(await readBranchRules(world.github, "main")).toEqual(none);
});
