import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { BLOCKED_LABEL, ConfigurationError, markerText, type PlanNode } from "@slipway/model";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { planNode } from "../../testing/nodes.ts";
import { SECTION_END } from "./body.ts";
import { ensureLabels } from "./labels.ts";
import { clearBlocked, closeIssue, reopenIssue, setBlocked } from "./state.ts";
import { ensureIssue, type IssueNumbers, syncIssues } from "./sync.ts";

const runId = "r-20261120-7f3k2a";
const node = planNode;
const nodes = [
  node("E1", "epic", null),
  node("F2", "feature", "E1", { orderIndex: 1 }),
  node("F3", "feature", "E1", { orderIndex: 2 }),
  node("T4", "task", "F2", { orderIndex: 2, dependsOn: ["T6"] }),
  node("T5", "task", "F2", { orderIndex: 1 }),
  node("T6", "task", "F3"),
];
const renderBody = (one: PlanNode, numbers: IssueNumbers) =>
  [
    one.objective,
    ...one.dependsOn.map((id) => `Waits for ${numbers.has(id) ? `#${numbers.get(id)}` : id}.`),
  ].join("\n\n");

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
});
afterAll(() => world.close());

const sync = () => syncIssues(world.github, { runId, nodes, renderBody });
const at = () => ({ owner: world.github.owner, repo: world.github.repo });
const issues = () =>
  world.github.octokit.paginate("GET /repos/{owner}/{repo}/issues", {
    ...at(),
    state: "all",
    direction: "asc",
  });
const children = async (number: number) =>
  (
    await world.github.octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/sub_issues", {
      ...at(),
      issue_number: number,
    })
  ).map((issue) => issue.number);
const blockers = async (number: number) =>
  (
    await world.github.octokit.paginate(
      "GET /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
      {
        ...at(),
        issue_number: number,
      },
    )
  ).map((issue) => issue.number);

async function expectTree(): Promise<void> {
  const all = await issues();
  expect(all.map(({ title }) => title)).toEqual(nodes.map(({ title }) => title));
  expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(await children(1)).toEqual([2, 3]);
  // Sibling order, not plan order.
  expect(await children(2)).toEqual([5, 4]);
  expect(await children(3)).toEqual([6]);
  expect(await blockers(4)).toEqual([6]);
  expect(all[3]?.body).toBe(
    `${markerText({ what: "node", runId, nodeId: "T4" })}\nObjective of T4\n\nWaits for #6.\n${SECTION_END}`,
  );
}

describe("the plan as issues", () => {
  test("is drawn once; the second time nothing is written", async () => {
    const first = await sync();
    expect(first).toMatchObject({ created: 6, updated: 1, notes: [] });
    expect(first.issues.map(({ nodeId }) => nodeId)).toEqual(nodes.map(({ id }) => id));
    await expectTree();
    world.forget();
    expect(await sync()).toEqual({ ...first, created: 0, updated: 0 });
    expect(world.writes()).toEqual([]);
  });

  test("a repository whose issues are turned off is named, with what to do", async () => {
    const { owner, repo } = at();
    world.local.repository({ owner, name: repo }).settings.hasIssues = false;
    const error = await sync().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toMatch(/has its issues turned off.*Settings → General → Features/);
  });

  test("order and dependencies are brought back", async () => {
    const { issues: refs } = await sync();
    const id = (number: number) => refs.find(({ issue }) => issue.number === number)?.issue.id ?? 0;
    await world.github.octokit.request(
      "PATCH /repos/{owner}/{repo}/issues/{issue_number}/sub_issues/priority",
      {
        ...at(),
        issue_number: 2,
        sub_issue_id: id(4),
        before_id: id(5),
      },
    );
    await world.github.octokit.request(
      "POST /repos/{owner}/{repo}/issues/{issue_number}/dependencies/blocked_by",
      {
        ...at(),
        issue_number: 5,
        issue_id: id(6),
      },
    );
    await sync();
    expect(await children(2)).toEqual([5, 4]);
    expect(await blockers(5)).toEqual([]);
    expect(await blockers(4)).toEqual([6]);
  });

  test.each(["before", "after"] as const)(
    "killed %s any write and started again, nothing is doubled or lost",
    async (moment) => {
      const few = [nodes[0], nodes[1], nodes[3], nodes[5]].filter((one) => one !== undefined);
      const draw = () =>
        syncIssues(world.github, {
          runId,
          nodes: few.map((one) => (one.parent === "F3" ? { ...one, parent: "F2" } : one)),
          renderBody,
        });
      const drawn = async () => ({
        issues: (await issues()).map(({ number, title, body, labels }) => ({
          number,
          title,
          body,
          labels: labels.length,
        })),
        children: [await children(1), await children(2)],
        blockers: await blockers(3),
      });
      await draw();
      const whole = await drawn();
      await world.newRepository();
      await ensureLabels(world.github);
      world.forget();
      await draw();
      const writes = world.writes().length;
      expect(writes).toBeGreaterThan(7);
      for (let kill = 1; kill <= writes; kill++) {
        await world.newRepository();
        await ensureLabels(world.github);
        // The write arrives and its answer does not, or it does not arrive; no later request gets through.
        let count = 0;
        world.fault((request) => {
          if (count >= kill) return { kind: "cut-before" };
          if (request.method === "GET") return undefined;
          count++;
          return count === kill ? { kind: `cut-${moment}` } : undefined;
        });
        await expect(draw()).rejects.toThrow();
        world.fault(undefined);
        expect((await draw()).differences).toEqual([]);
        expect(await drawn()).toEqual(whole);
        world.forget();
        await draw();
        expect(world.writes()).toEqual([]);
      }
    },
    120_000,
  );

  test("lost answers do not double issues", async () => {
    let count = 0;
    world.fault((request) => {
      if (request.method === "GET") return undefined;
      count++;
      return count % 2 === 0 ? { kind: "cut-after" } : undefined;
    });
    await sync();
    world.fault(undefined);
    await expectTree();
  });

  test("a server without sub-issues and dependencies is told once", async () => {
    world.fault((request) =>
      /sub_issues|dependencies/.test(request.path)
        ? { kind: "respond", status: 404, body: { message: "Not Found" } }
        : undefined,
    );
    const { notes } = await sync();
    expect(notes).toHaveLength(2);
    expect(notes[0]).toMatch(/has no sub-issues for the repository \(HTTP 404\)/);
  });
});

describe("one issue", () => {
  test("of a defect is made under its node and found again", async () => {
    const { issues: refs } = await sync();
    const task = refs.find(({ nodeId }) => nodeId === "T5")?.issue;
    const epic = refs[0]?.issue;
    if (!task || !epic) throw new Error("not synced");
    const defect = {
      runId,
      node: node("D7", "defect", "T5"),
      body: "It breaks",
      parent: task,
      blocks: [task],
    };
    const first = await ensureIssue(world.github, defect);
    expect(first).toMatchObject({ created: true, issue: { number: 7 } });
    world.forget();
    expect(await ensureIssue(world.github, defect)).toEqual({ ...first, created: false });
    expect(world.writes()).toEqual([]);
    expect(await children(task.number)).toEqual([7]);
    expect(await blockers(task.number)).toEqual([7]);
  });

  test.each(["before", "after"] as const)(
    "of a defect, killed %s any write, is made once",
    async (moment) => {
      for (let kill = 1; kill <= 3; kill++) {
        await world.newRepository();
        const { issues: refs } = await sync();
        const task = refs.find(({ nodeId }) => nodeId === "T5")?.issue;
        if (!task) throw new Error("not synced");
        const defect = {
          runId,
          node: node("D7", "defect", "T5"),
          body: "It breaks",
          parent: task,
          blocks: [task],
        };
        let count = 0;
        world.fault((request) => {
          if (count >= kill) return { kind: "cut-before" };
          if (request.method === "GET") return undefined;
          count++;
          return count === kill ? { kind: `cut-${moment}` } : undefined;
        });
        await expect(ensureIssue(world.github, defect)).rejects.toThrow();
        world.fault(undefined);
        await ensureIssue(world.github, defect);
        expect(await issues()).toHaveLength(7);
        expect(await children(task.number)).toEqual([7]);
        expect(await blockers(task.number)).toEqual([7]);
        await world.asPerson("PATCH", "/issues/7", { labels: [] });
        expect(await ensureIssue(world.github, { ...defect, known: 7 })).toMatchObject({ created: false });
      }
    },
  );

  test("is closed, blocked with one comment, and freed again, each twice", async () => {
    await sync();
    const blocked = { issue: 4, runId, nodeId: "T4", reason: "The change conflicts in a.txt." };
    for (let time = 0; time < 2; time++) {
      await setBlocked(world.github, blocked);
      await closeIssue(world.github, 5);
    }
    const { data } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
      { ...at(), issue_number: 4 },
    );
    expect(data.map(({ body }) => body)).toEqual([
      `${markerText({ what: "node", runId, nodeId: "T4" })}\nThe change conflicts in a.txt.`,
    ]);
    const labels = async () =>
      (
        await world.github.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
          ...at(),
          issue_number: 4,
        })
      ).data.labels.map((label) => (typeof label === "string" ? label : label.name));
    expect(await labels()).toContain(BLOCKED_LABEL);
    await clearBlocked(world.github, 4);
    await clearBlocked(world.github, 4);
    expect(await labels()).not.toContain(BLOCKED_LABEL);
    expect((await issues())[4]).toMatchObject({ state: "closed", state_reason: "completed" });
    for (let time = 0; time < 2; time++) await reopenIssue(world.github, 5);
    expect((await issues())[4]).toMatchObject({ state: "open", state_reason: "reopened" });
  });
});
