/** People push to the branches of nodes, by force or not, delete them, and move what they are merged into. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { branchOf } from "@slipway/model";
import { deleteBranch, fileOn, headOf, holds, pushFiles } from "./hands.ts";
import { createLatches } from "./latches.ts";
import { openScene, type Scene } from "./people.ts";

const latches = createLatches();
const POLICY = `
execute: { commands: [] }
qa: { test: 'grep -q Hello greeting.txt && ${latches.wait("qa")}', timeoutMinutes: 4 }
review: { required: false }
release: { enabled: false }
risk: { role: maintain, paths: [{ glob: farewell.txt, level: high }] }
`;

let scene: Scene;
let runId: string;
/** Commits that people made, by what they are about: none of them may be lost. */
const made = new Map<string, string>();
beforeAll(async () => {
  scene = await openScene({
    policy: POLICY,
    agents: { T1: `${latches.wait("agent")} && echo Goodbye. > farewell.txt` },
  });
  runId = await scene.start();
  await latches.reached("agent");
}, 120_000);
afterAll(async () => {
  await scene?.stop();
  latches.remove();
});

const node = (id: string) => scene.node(runId, id);
const branch = async (id: string) => branchOf(await node(id));
const eventsOf = async (type: string) =>
  (await scene.bench.events(runId)).map(({ event }) => event).filter((event) => event.type === type);
const notes = async () => (await scene.state(runId)).notes.map(({ text }) => text);
const status = async () => {
  const issue = (await node("E1")).issue?.number ?? 0;
  const { comments = [] } = scene.bench.github.repository(scene.bench.repository).issues.get(issue) ?? {};
  return comments.map(({ body }) => body).filter((body) => body.includes("slipway:status"));
};
const approve = async (id: string) => {
  await scene.comment("maintainer", (await node(id)).pull ?? 0, "/slipway approve");
  await scene.quiet();
};

test("what is pushed to the branch of a node while its agent is at work goes into the change", async () => {
  const task = await branch("T1");
  expect(headOf(scene, task)).toBeUndefined();
  const onto = headOf(scene, await branch("E1")) ?? "";
  const early = await pushFiles(scene, "writer", { branch: task, files: { "early.txt": "Early." }, onto });
  made.set("early", early);
  latches.open("agent");

  // And once more, by force, while its checks are at work.
  await latches.reached("qa");
  const published = headOf(scene, task) ?? "";
  expect(holds(scene, task, early)).toBe(true);
  expect(fileOn(scene, task, "early.txt")).toBe("Early.");
  const forced = await pushFiles(scene, "writer", {
    branch: task,
    files: { "farewell.txt": "Farewell." },
    onto: early,
    force: true,
  });
  made.set("forced", forced);
  latches.open("qa");
  await scene.quiet();
  const { subject, verdict } = await node("T1");
  // What the checks had seen is void, and what is there now was checked; nothing was put over it.
  expect(subject?.headSha).not.toBe(published);
  expect(headOf(scene, task)).toBe(forced);
  expect(subject?.headSha).toBe(forced);
  expect(verdict).toMatchObject({ outcome: "waiting", subject: { headSha: forced } });
  expect(await eventsOf("branch.moved")).toEqual([
    expect.objectContaining({ nodeId: "T1", headSha: forced, forced: true }),
  ]);
}, 240_000);

test("forced while it waits for an approval: said by name, checked again, and approved anew", async () => {
  const task = await branch("T1");
  const onto = headOf(scene, await branch("E1")) ?? "";
  const files = { "farewell.txt": "Farewell, all.", "early.txt": "Early." };
  const forced = await pushFiles(scene, "writer", { branch: task, files, onto, force: true });
  made.set("forced again", forced);
  await scene.quiet();
  expect((await eventsOf("branch.moved")).at(-1)).toEqual({
    type: "branch.moved",
    nodeId: "T1",
    by: "writer",
    headSha: forced,
    forced: true,
  });
  expect(await notes()).toContain(
    `writer force-pushed the branch of T1 to ${forced.slice(0, 7)}: it is checked again.`,
  );
  expect((await status()).join()).toContain("force-pushed the branch of T1");
  expect(await node("T1")).toMatchObject({ subject: { headSha: forced }, verdict: { outcome: "waiting" } });
}, 120_000);

test("deleted while it waits: it is back where it was, with its pull request, and waits on", async () => {
  const task = await branch("T1");
  const before = await node("T1");
  await deleteBranch(scene, "writer", task);
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
  expect(headOf(scene, task)).toBe(before.subject?.headSha);
  expect(await node("T1")).toMatchObject({
    subject: before.subject,
    verdict: before.verdict,
    hold: null,
    pull: before.pull,
  });
  await approve("T1");
  expect(await node("T1")).toMatchObject({ status: "DONE", pull: before.pull });
}, 120_000);

test("a branch whose node is done is its people's own: nothing of it is fought", async () => {
  const task = await branch("T1");
  const before = await scene.types(runId);
  made.set("late", await pushFiles(scene, "writer", { branch: task, files: { "late.txt": "Late." } }));
  await scene.quiet();
  expect(headOf(scene, task)).toBe(made.get("late"));
  await deleteBranch(scene, "writer", task);
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
  expect(headOf(scene, task)).toBeUndefined();
  expect((await scene.types(runId)).slice(before.length)).toEqual([]);
  expect(await node("T1")).toMatchObject({ status: "DONE", pull: expect.any(Number) });
}, 120_000);

test("what was merged and then pushed over is told once, and left to people", async () => {
  const epic = await branch("E1");
  const { mergeSha } = await node("T1");
  const onto = headOf(scene, "main") ?? "";
  const files = { "farewell.txt": "By hand." };
  const forced = await pushFiles(scene, "writer", { branch: epic, files, onto, force: true });
  made.set("pushed over", forced);
  await scene.quiet();
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
  const told = (await notes()).filter((text) => text.includes("no longer holds what T1 brought"));
  expect(told).toEqual([
    expect.stringContaining(
      `The branch ${epic} of E1 no longer holds what T1 brought (${mergeSha?.slice(0, 7)})`,
    ),
  ]);
  expect(headOf(scene, epic)).toBe(forced);
  expect(await node("E1")).toMatchObject({ subject: { headSha: forced }, verdict: { outcome: "waiting" } });
}, 120_000);

test("the base moves while an approval is waited for: brought up to date, tested, and approved as it is then", async () => {
  const moved = await pushFiles(scene, "writer", { branch: "main", files: { "main.txt": "On main." } });
  made.set("main", moved);
  const { subject } = await node("E1");
  await approve("E1");
  const stale = await node("E1");
  // What was approved is not what would be merged any more.
  expect(stale.subject).toMatchObject({ baseSha: moved });
  expect(stale.subject?.headSha).not.toBe(subject?.headSha);
  expect(stale.verdict).toMatchObject({
    outcome: "waiting",
    sentence: expect.stringContaining("died with the push"),
  });
  expect((await eventsOf("node.released")).at(-2)).toMatchObject({
    stale: true,
    reason: expect.stringContaining("The base moved"),
  });
  await approve("E1");
  expect(await scene.name(runId)).toBe("DONE");
  expect(fileOn(scene, "main", "main.txt")).toBe("On main.");
  expect(fileOn(scene, "main", "farewell.txt")).toBe("By hand.");
}, 180_000);

test("nothing that a person committed is lost, and each thing was noticed", async () => {
  // On main, or on the branches as people left them; a branch that they deleted or forced is theirs.
  for (const name of ["main", "pushed over"] as const)
    expect([name, holds(scene, "main", made.get(name) ?? "")]).toEqual([name, true]);
  const types = await scene.types(runId);
  const count = (type: string) => types.filter((other) => other === type).length;
  expect([count("branch.moved"), count("branch.lost"), count("node.failed"), count("node.blocked")]).toEqual([
    3, 1, 0, 0,
  ]);
}, 60_000);
