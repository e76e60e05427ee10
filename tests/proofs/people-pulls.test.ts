/** People close, reopen, delete, rename and merge what Slipway made: it is taken in, said, and never fought. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
approval: write
`;

let scene: Scene;
let runId: string;
let root: number;
let pull: number;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
  runId = await scene.start();
  await scene.quiet();
  const epic = await scene.node(runId, "E1");
  root = epic.issue?.number ?? 0;
  pull = epic.pull ?? 0;
}, 240_000);
afterAll(() => scene?.stop());

const epic = () => scene.node(runId, "E1");
const eventsOf = async (type: string) =>
  (await scene.bench.events(runId)).map(({ event }) => event).filter((event) => event.type === type);
const record = () => scene.bench.github.repository(scene.bench.repository);
const set = (path: string, change: object) => scene.as("writer", "PATCH", path, change);

test("a closed pull request sets its node aside; nothing takes it up", async () => {
  const { branch } = await epic();
  await set(`pulls/${pull}`, { state: "closed" });
  await scene.quiet();
  expect(await epic()).toMatchObject({ status: "NEW", hold: { kind: "pullClosed", by: "writer" }, branch });
  await scene.bench.dispatch("orchestrator.advance", { runId });
  await scene.quiet();
  expect(await epic()).toMatchObject({ status: "NEW", lease: null });
  expect(git(scene.bench.bare, "rev-parse", `refs/heads/${branch}`)).toHaveLength(40);
  expect(record().issues.get(pull)?.state).toBe("closed");
}, 120_000);

test("opened again it is checked again", async () => {
  await set(`pulls/${pull}`, { state: "open" });
  await scene.quiet();
  expect(await epic()).toMatchObject({ hold: null, verdict: { outcome: "waiting" } });
  expect(await eventsOf("pull.reopened")).toEqual([
    { type: "pull.reopened", nodeId: "E1", by: "writer", pull },
  ]);
}, 120_000);

test("a closed issue sets its node aside, and opened again it goes on where it was", async () => {
  const before = await epic();
  await set(`issues/${root}`, { state: "closed" });
  await scene.quiet();
  expect(await epic()).toMatchObject({ status: "BLOCKED", hold: { kind: "issueClosed", by: "writer" } });
  await set(`issues/${root}`, { state: "open" });
  await scene.quiet();
  expect(await epic()).toMatchObject({
    hold: null,
    subject: before.subject,
    verdict: { outcome: "waiting" },
  });
  expect((await eventsOf("issue.closed")).length).toBe(1);
}, 120_000);

test("a title and labels of people's own stay, and are told once", async () => {
  await set(`issues/${root}`, {
    title: "Say goodbye, politely",
    labels: ["slipway", "slipway:epic", "Urgent"],
  });
  await scene.quiet();
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
  expect((await epic()).plan.title).toBe("Say goodbye, politely");
  expect((await epic()).labels).toEqual({ added: ["Urgent"], removed: [] });
  expect((await eventsOf("issue.retitled")).length + (await eventsOf("issue.relabelled")).length).toBe(2);
  expect(record().issues.get(root)?.title).toBe("Say goodbye, politely");
}, 120_000);

test("a deleted branch is made again where it was, with its pull request", async () => {
  const { branch, subject } = await epic();
  expect((await scene.as("writer", "DELETE", `git/refs/heads/${branch}`)).status).toBe(204);
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
  expect(git(scene.bench.bare, "rev-parse", `refs/heads/${branch}`)).toBe(subject?.headSha);
  expect(record().issues.get(pull)?.state).toBe("open");
  expect(await eventsOf("branch.lost")).toEqual([
    { type: "branch.lost", nodeId: "E1", by: "Someone", restoredAt: subject?.headSha },
  ]);
  expect((await eventsOf("pull.closed")).length).toBe(1);
}, 120_000);

test("merged by a person it is done, and the run with it", async () => {
  const merged = await scene.as("writer", "PUT", `pulls/${pull}/merge`, {});
  expect(merged.status).toBe(200);
  await scene.quiet();
  expect(await scene.name(runId)).toBe("DONE");
  expect(await eventsOf("pull.merged")).toEqual([
    expect.objectContaining({
      nodeId: "E1",
      by: "writer",
      pull,
      mergeSha: git(scene.bench.bare, "rev-parse", "main"),
    }),
  ]);
  expect(record().issues.get(root)?.state).toBe("closed");
}, 120_000);

test("who looks at the run is told what was noticed", async () => {
  const status = record()
    .issues.get(root)
    ?.comments.map(({ body }) => body)
    .find((body) => body.includes("slipway:status"));
  expect(status).toContain("merged pull request");
  expect(status).toContain("was restored at");
});
