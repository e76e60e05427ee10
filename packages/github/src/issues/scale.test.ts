import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { PlanNode } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { planNode } from "../../testing/nodes.ts";
import { LimitReachedError } from "../client/errors.ts";
import { type IssueNumbers, type SyncIssues, syncIssues } from "./sync.ts";

const runId = "r-20261120-7f3k2a";
const nodes: readonly PlanNode[] = tree(200);
const renderBody = (node: PlanNode, numbers: IssueNumbers) =>
  [node.objective, ...node.dependsOn.map((id) => `Waits for #${numbers.get(id) ?? id}`)].join("\n\n");

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
afterAll(() => world.close());

const sync = (more: Partial<SyncIssues> = {}) =>
  syncIssues(world.github, { runId, nodes, renderBody, ...more });

/** An epic, a feature for each ten items, tasks below them; each second task waits for one of the feature before. */
function tree(size: number): PlanNode[] {
  const made: PlanNode[] = [planNode("E0", "epic", null)];
  let feature = "";
  while (made.length < size) {
    const index = made.length;
    if (index % 10 === 1) {
      feature = `F${index}`;
      made.push(planNode(feature, "feature", "E0", { orderIndex: index }));
    } else {
      const waits = index > 12 && index % 2 === 0 ? made[index - 10] : undefined;
      made.push(
        planNode(`T${index}`, "task", feature, {
          orderIndex: index,
          dependsOn: waits?.kind === "task" ? [waits.id] : [],
        }),
      );
    }
  }
  return made;
}

test("200 nodes: at most 3 writes each, progress told, paced; the second time nothing is written", async () => {
  await world.newRepository();
  const steps: number[] = [];
  const first = await sync({ progress: (done, total) => steps.push(total === 400 ? done : Number.NaN) });
  expect(first).toMatchObject({ created: 200, notes: [], differences: [] });
  expect(steps).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
  const writes = world.writes().length;
  expect(writes / nodes.length).toBeLessThanOrEqual(3);
  // 450 creations fit an hour, 72 a minute.
  expect(world.github.waitedMs).toBeGreaterThanOrEqual(60_000);
  expect(world.github.refused).toBe(0);

  const known = new Map(first.issues.map(({ nodeId, issue }) => [nodeId, issue.number]));
  for (const more of [{}, { known }]) {
    world.forget();
    expect(await sync(more)).toMatchObject({ created: 0, updated: 0, differences: [] });
    expect(world.writes()).toEqual([]);
    const waiting = nodes.filter(({ dependsOn }) => dependsOn.length > 0).length;
    const features = nodes.filter(({ kind }) => kind === "feature").length;
    // Labels, types, two pages of issues; the order below each parent; each one that waits.
    expect(world.requests().length).toBeLessThanOrEqual(4 + 1 + features + waiting);
  }
}, 120_000);

test("a deadline ends the waiting, and the next call goes on", async () => {
  await world.newRepository();
  const deadline = new Date(world.github.now().getTime() + 30_000);
  let reached = 0;
  const error = await sync({ deadline, progress: (done) => (reached = done) }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LimitReachedError);
  expect((error as Error).message).toMatch(
    /was not sent: .*run the job again after that time and it goes on from there/,
  );
  expect(reached).toBeGreaterThan(50);
  expect(reached).toBeLessThan(100);
  expect(await sync()).toMatchObject({ created: 200 - reached, differences: [] });
}, 120_000);
