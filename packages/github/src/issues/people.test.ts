import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { PlanNode } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { planNode } from "../../testing/nodes.ts";
import { type SyncedIssues, type SyncIssues, syncIssues } from "./sync.ts";

const runId = "r-20261120-7f3k2a";
const nodes: readonly PlanNode[] = [
  planNode("E1", "epic", null),
  planNode("F2", "feature", "E1"),
  planNode("F3", "feature", "E1", { orderIndex: 1 }),
  planNode("T4", "task", "F2"),
  planNode("T5", "task", "F2", { orderIndex: 1 }),
  planNode("D6", "defect", "T5"),
];
const T4 = 4;

let world: LocalWorld;
let first: SyncedIssues;
beforeAll(async () => {
  world = await localWorld();
});
afterAll(() => world.close());

const sync = (more: Partial<SyncIssues> = {}) =>
  syncIssues(world.github, { runId, nodes, renderBody: ({ objective }) => objective, ...more });
const known = () => new Map(first.issues.map(({ nodeId, issue }) => [nodeId, issue.number]));
const idOf = (nodeId: string) => first.issues.find((one) => one.nodeId === nodeId)?.issue.id;
const again = async (more: Partial<SyncIssues> = {}) => {
  world.forget();
  const result = await sync({ known: known(), ...more });
  return { ...result, writes: world.writes() };
};
const read = async (issue: number) =>
  (
    await world.github.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
      owner: world.github.owner,
      repo: world.github.repo,
      issue_number: issue,
    })
  ).data;
const patch = (change: object) => world.asPerson("PATCH", `/issues/${T4}`, change);

describe("what people change stays, and is told until it is taken in", () => {
  beforeEach(async () => {
    await world.newRepository();
    first = await sync();
    expect(first.differences).toEqual([]);
  });
  const at = { nodeId: "T4", issue: T4 };

  test("text around the marked section; the section itself is brought back", async () => {
    const before = (await read(T4)).body ?? "";
    await patch({ body: `Note of mine\n\n${before.replace("Objective", "Nonsense")}\n\nAnd this` });
    const { writes, differences } = await again();
    expect(writes).toHaveLength(1);
    expect(differences).toEqual([]);
    expect((await read(T4)).body).toBe(`Note of mine\n\n${before}\n\nAnd this`);
    expect((await again()).writes).toEqual([]);
  });

  test("title", async () => {
    await patch({ title: "Mine" });
    expect(await again()).toMatchObject({
      writes: [],
      differences: [{ ...at, what: "title", found: "Mine", wanted: "Title of T4" }],
    });
    expect((await again({ kept: { titles: new Set(["T4"]) } })).differences).toEqual([]);
    // Another title of the plan's own is written.
    expect(await again({ changed: new Set(["T4"]) })).toMatchObject({ updated: 1, differences: [] });
    expect((await read(T4)).title).toBe("Title of T4");
  });

  test("labels, the suite's own too", async () => {
    await patch({ labels: ["wontfix", "slipway:feature"] });
    expect(await again()).toMatchObject({
      created: 0,
      writes: [],
      differences: [
        {
          ...at,
          what: "labels",
          missing: ["slipway", "slipway:task"],
          added: ["wontfix", "slipway:feature"],
        },
      ],
    });
    const labels = new Map([["T4", ["slipway:feature", "wontfix"]]]);
    expect((await again({ kept: { labels } })).differences).toEqual([]);
    await patch({ labels: ["wontfix", "later", "slipway:feature"] });
    expect((await again({ kept: { labels } })).differences).toHaveLength(1);
    await again({ changed: new Set(["T4"]) });
    expect(
      (await read(T4)).labels.map((label) => (typeof label === "string" ? label : label.name)).sort(),
    ).toEqual(["later", "slipway", "slipway:task", "wontfix"]);
  });

  test("state, either way", async () => {
    await patch({ state: "closed", state_reason: "not_planned" });
    expect(await again()).toMatchObject({
      writes: [],
      differences: [{ ...at, what: "state", found: "closed", reason: "not_planned" }],
    });
    expect((await again({ closed: new Set(["T4"]) })).differences).toEqual([]);
    expect((await again({ kept: { states: new Set(["T4"]) } })).differences).toEqual([]);
    await patch({ state: "open" });
    expect((await again({ closed: new Set(["T4"]) })).differences).toMatchObject([
      { ...at, what: "state", found: "open" },
    ]);
  });

  test("parent: another one, or none", async () => {
    await world.asPerson("POST", "/issues/3/sub_issues", { sub_issue_id: idOf("T4"), replace_parent: true });
    expect(await again()).toMatchObject({
      writes: [],
      differences: [{ ...at, what: "parent", found: 3, wanted: 2 }],
    });
    await world.asPerson("DELETE", "/issues/3/sub_issue", { sub_issue_id: idOf("T4") });
    const detached = await again();
    expect(detached).toMatchObject({
      writes: [],
      differences: [{ ...at, what: "parent", found: null, wanted: 2 }],
    });
    expect((await again({ kept: { parents: new Set(["T4"]) } })).differences).toEqual([]);
    await again({ changed: new Set(["T4"]) });
    expect((await read(T4)).parent_issue_url).toMatch(/\/issues\/2$/);
    expect((await again()).writes).toEqual([]);
  });

  test("an issue that is not there any more is not made again", async () => {
    world.fault((request) =>
      /\/issues\/99$/.test(request.path)
        ? { kind: "respond", status: 410, body: { message: "This issue was deleted" } }
        : undefined,
    );
    const numbers = new Map(known()).set("T4", 99);
    const result = await again({ known: numbers });
    expect(result).toMatchObject({
      created: 0,
      writes: [],
      differences: [{ nodeId: "T4", issue: 99, what: "gone" }],
    });
    expect(result.issues.map(({ nodeId }) => nodeId)).not.toContain("T4");
  });
});

describe("in an organization", () => {
  beforeEach(async () => {
    await world.newRepository("organization");
    first = await sync();
  });

  test("issue types show the kinds that they stand for, labels the others", async () => {
    const types = await Promise.all([1, 2, 4, 6].map(read));
    expect(
      types.map(({ type, labels }) => [
        type?.name,
        labels.map((label) => (typeof label === "string" ? label : label.name)).sort(),
      ]),
    ).toEqual([
      [undefined, ["slipway", "slipway:epic"]],
      ["Feature", ["slipway"]],
      ["Task", ["slipway"]],
      ["Bug", ["slipway"]],
    ]);
    expect(first.differences).toEqual([]);
    expect((await again()).writes).toEqual([]);
  });

  test("another type stays and is told", async () => {
    await world.github.octokit.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      owner: world.github.owner,
      repo: world.github.repo,
      issue_number: T4,
      type: "Feature",
    });
    expect(await again()).toMatchObject({
      writes: [],
      differences: [{ nodeId: "T4", what: "type", found: "Feature", wanted: "Task" }],
    });
    expect((await again({ kept: { types: new Set(["T4"]) } })).differences).toEqual([]);
  });
});
