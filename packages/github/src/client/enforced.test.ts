import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { planNode } from "../../testing/nodes.ts";
import { SYSTEM_CLOCK } from "../context.ts";
import { syncIssues } from "../issues/sync.ts";

const HOUR_MS = 2_000;

let world: LocalWorld;
beforeAll(async () => {
  // An hour takes two seconds, and leaves room for few requests; the clients wait in real time.
  const limits = { job: 25, contentPerMinute: 80, contentPerHour: 16 };
  world = await localWorld({ rateLimit: { enforce: true, hourMs: HOUR_MS, limits }, clock: SYSTEM_CLOCK });
  await world.newRepository();
});
afterAll(() => world.close());

const nodes = [
  planNode("E0", "epic", null),
  ...Array.from({ length: 11 }, (_, index) => planNode(`T${index + 1}`, "task", "E0", { orderIndex: index })),
];

test("two jobs that share enforced limits wait as they are told, and both end as though there were none", async () => {
  const permissions = { contents: "read", issues: "write", "pull-requests": "write" } as const;
  const other = world.client(world.mintToken(permissions));
  const [drawn] = await Promise.all([
    syncIssues(world.github, { runId: "r-20261120-7f3k2a", nodes, renderBody: ({ objective }) => objective }),
    (async () => {
      for (let index = 0; index < 30; index++)
        await other.octokit.request("GET /repos/{owner}/{repo}/issues", {
          owner: other.owner,
          repo: other.repo,
        });
    })(),
  ]);
  expect(drawn).toMatchObject({ created: 12, differences: [], notes: [] });
  const refused = world.local.journal.filter(({ status }) => status === 403 || status === 429);
  expect(world.github.refused + other.refused).toBe(refused.length);
  expect(refused.length).toBeGreaterThan(0);
  expect(world.github.waitedMs).toBeGreaterThan(HOUR_MS / 2);
  // Each refusal was one request that waited, not a storm of repeats.
  expect(refused.length).toBeLessThan(world.local.journal.length / 4);
}, 120_000);
