/** People rename, label, move, close and write on the issues of a plan: it is taken in, and no later sync undoes it. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openScene, planned, type Scene } from "./people.ts";

// The specification and the plan use the budget up: nothing is begun while people are at the issues.
const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
budget: { calls: 2 }
`;
const PLAN = [
  planned("E1", "epic", null),
  planned("F1", "feature", "E1"),
  planned("T1", "task", "F1", 0),
  planned("T2", "task", "F1", 1),
  planned("F2", "feature", "E1", 1),
  planned("T3", "task", "F2"),
];

let scene: Scene;
let runId: string;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY, plan: PLAN });
  runId = await scene.start();
  await scene.quiet();
}, 240_000);
afterAll(() => scene?.stop());

const node = (id: string) => scene.node(runId, id);
const record = async (id: string) => {
  const found = scene.bench.github
    .repository(scene.bench.repository)
    .issues.get((await node(id)).issue?.number ?? 0);
  if (!found) throw new Error(`${id} has no issue.`);
  return found;
};
const labels = async (id: string) => (await record(id)).labels.map(({ name }) => name).sort();
const set = async (id: string, change: object) => {
  const { status, text } = await scene.as("writer", "PATCH", `issues/${(await record(id)).number}`, change);
  if (status !== 200) throw new Error(`${status} ${text}`);
};
const ask = async (method: string, path: string, body: object) => {
  const { status, text } = await scene.as("writer", method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
};
const sweep = async () => {
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
};
const sync = async () => {
  await scene.bench.dispatch("issues.sync.request", { runId });
  return (await scene.quiet()).map(({ summary }) => summary).join("\n");
};
const eventsOf = async (type: string) =>
  (await scene.bench.events(runId)).map(({ event }) => event).filter((event) => event.type === type);
const notes = async () => (await scene.state(runId)).notes.map(({ text }) => text);
const children = async (id: string) => (await record(id)).children.map(({ number }) => number);
const numbers = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await record(id)).number));

test("nothing is begun, since the budget is used up, and a sync of what is there writes nothing", async () => {
  expect((await scene.state(runId)).nodes.map(({ claims }) => claims)).toEqual(PLAN.map(() => 0));
  const before = JSON.stringify(scene.bench.written());
  expect(await sync()).toContain("### 6 issues: 6 as they should be");
  expect(JSON.stringify(scene.bench.written())).toBe(before);
}, 120_000);

test("another title, labels and text around the marked section are taken in, and survive each sync", async () => {
  const { body } = await record("T1");
  const title = "Say it kindly";
  await set("T1", { title, body: `What I think of it.\n\n${body}\n\nAnd below it.`, labels: ["Urgent"] });
  await scene.quiet();
  expect(await node("T1")).toMatchObject({
    plan: { title },
    labels: { added: ["Urgent"], removed: ["slipway"] },
  });
  await sync();
  await sweep();
  const after = await record("T1");
  expect(after.title).toBe(title);
  expect(after.body).toMatch(/^What I think of it\.\n\n<!-- slipway:node [\s\S]*\n\nAnd below it\.$/);
  expect(await labels("T1")).toEqual(["Urgent"]);
  // Once each, whoever looked how often.
  expect([await eventsOf("issue.retitled"), await eventsOf("issue.relabelled")]).toEqual([
    [{ type: "issue.retitled", nodeId: "T1", by: "writer", title }],
    [{ type: "issue.relabelled", nodeId: "T1", by: "writer", added: ["Urgent"], removed: ["slipway"] }],
  ]);
  // Where the title is shown elsewhere, it is the new one.
  expect((await record("E1")).comments.map((comment) => comment.body).join()).toContain(title);
}, 120_000);

test("a label that says what the ledger does not is taken off; others stay", async () => {
  const number = (await record("T2")).number;
  await ask("POST", `issues/${number}/labels`, { labels: ["slipway:blocked", "Later"] });
  await scene.quiet();
  // Its kind is an issue type here, and no label.
  expect(await labels("T2")).toEqual(["Later", "slipway"]);
  expect(await node("T2")).toMatchObject({ status: "NEW", labels: { added: ["Later"], removed: [] } });
}, 120_000);

test("an issue that is moved is followed where the tree allows it, and said where it does not", async () => {
  const [t1, t3, f2, f1] = [await record("T1"), await record("T3"), await record("F2"), await record("F1")];
  await ask("POST", `issues/${f2.number}/sub_issues`, { sub_issue_id: t1.id, replace_parent: true });
  await sweep();
  expect((await node("T1")).plan.parent).toBe("F2");
  await ask("DELETE", `issues/${f2.number}/sub_issue`, { sub_issue_id: t3.id });
  await ask("POST", `issues/${t3.number}/sub_issues`, { sub_issue_id: f1.id, replace_parent: true });
  await sweep();
  await sweep();
  expect((await node("T3")).plan.parent).toBe("F2");
  expect((await node("F1")).plan.parent).toBe("E1");
  expect((await notes()).filter((text) => text.includes("moved"))).toEqual([
    "Someone moved T1 below F2.",
    "Someone moved the issue of F1; the run does not follow: a feature cannot lie under a task.",
    "Someone moved the issue of T3; the run does not follow: T3 would belong to nothing.",
  ]);
  // Nor does a sync fight it.
  await sync();
  expect(await children("F2")).toEqual(await numbers("T1"));
  expect(await children("T3")).toEqual(await numbers("F1"));
}, 180_000);

test("another order of sub-issues changes no plan; a sync draws the plan's again, and leaves what is not its own", async () => {
  await set("F2", { title: "Second" });
  const made = await scene.as("writer", "POST", "issues", { title: "Mine", body: "Not of the run." });
  const mine = JSON.parse(made.text) as { id: number; number: number };
  const [t3, t1, f2] = [await record("T3"), await record("T1"), await record("F2")];
  await ask("POST", `issues/${f2.number}/sub_issues`, { sub_issue_id: t3.id });
  await ask("POST", `issues/${f2.number}/sub_issues`, { sub_issue_id: mine.id });
  await ask("PATCH", `issues/${f2.number}/sub_issues/priority`, { sub_issue_id: t3.id, before_id: t1.id });
  await sweep();
  expect(await children("F2")).toEqual([t3.number, t1.number, mine.number]);
  const plan = (await scene.state(runId)).nodes.map(({ plan: { id, parent, orderIndex } }) => [
    id,
    parent,
    orderIndex,
  ]);
  expect(plan).toContainEqual(["T1", "F2", 0]);
  await sync();
  const after = await children("F2");
  expect(after.filter((number) => number !== mine.number)).toEqual([t1.number, t3.number]);
  expect(after).toContain(mine.number);
}, 180_000);

test("a closed issue sets its node aside until it is opened again, also when a sync comes between", async () => {
  await set("T2", { state: "closed", state_reason: "not_planned" });
  await scene.quiet();
  expect(await node("T2")).toMatchObject({ status: "BLOCKED", hold: { kind: "issueClosed", by: "writer" } });
  await sync();
  await sweep();
  expect((await record("T2")).state).toBe("closed");
  expect(await labels("T2")).not.toContain("slipway:blocked");
  await set("T2", { state: "open" });
  await scene.quiet();
  expect(await node("T2")).toMatchObject({ status: "NEW", hold: null });
  expect([(await eventsOf("issue.closed")).length, (await eventsOf("issue.reopened")).length]).toEqual([
    1, 1,
  ]);
}, 180_000);

test("a status comment that somebody deletes is drawn again, once", async () => {
  const statuses = async () =>
    (await record("E1")).comments.filter(({ body }) => body.includes("slipway:status"));
  const [before] = await statuses();
  await ask("DELETE", `issues/comments/${before?.id}`, {});
  expect(await statuses()).toEqual([]);
  await sweep();
  await sweep();
  const after = await statuses();
  expect(after).toHaveLength(1);
  expect(after[0]?.id).not.toBe(before?.id);
  // Which comment it is is remembered once a look has found it, and looked for again when it is gone.
  expect(await eventsOf("run.shown")).toEqual(
    [before, ...after].map((comment) => ({ type: "run.shown", comment: comment?.id })),
  );
}, 120_000);
