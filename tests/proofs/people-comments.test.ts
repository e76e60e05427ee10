/** Commands by comment and by review: who is heard, what is answered, and what an approval is worth. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
approval: maintain
`;

/** What the network does to whom. */
let fault: FaultHook = () => undefined;
let scene: Scene;
let runId: string;
let root: number;
let pull: number;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY, faults: (request) => fault(request) });
  runId = await scene.start();
  await scene.quiet();
  const epic = await scene.node(runId, "E1");
  root = epic.issue?.number ?? 0;
  pull = epic.pull ?? 0;
}, 240_000);
afterAll(() => scene?.stop());

/** Everything that a run writes; comments of people are theirs. */
const written = () => JSON.stringify(scene.bench.written());
const head = async () => (await scene.node(runId, "E1")).subject?.headSha ?? "";

test("a run waits for the approval that its policy asks for, and says for whose", async () => {
  expect(await scene.name(runId)).toBe("QA");
  expect((await scene.node(runId, "E1")).verdict).toMatchObject({
    outcome: "waiting",
    sentence: expect.stringContaining("1 approval from a maintainer"),
  });
  expect(written()).toContain("`/slipway approve E1`");
});

test.each(["stranger", "reader", "triager", "helper[bot]"])(
  "what %s writes changes nothing and is not answered",
  async (login) => {
    scene.bench.github.createUser(login);
    const posts = [
      await scene.as(login, "POST", `issues/${root}/comments`, { body: "/slipway cancel" }),
      await scene.as(login, "POST", `issues/${pull}/comments`, { body: "/slipway approve" }),
      await scene.as(login, "POST", `pulls/${pull}/reviews`, { event: "APPROVE", body: "Fine." }),
    ];
    const before = { types: await scene.types(runId), written: written() };
    const turns = await scene.quiet();
    expect(await scene.types(runId)).toEqual(before.types);
    expect(written()).toBe(before.written);
    for (const { status, text } of posts.slice(0, 2)) {
      // A private repository is not there for a stranger.
      if (status !== 201) continue;
      const { id } = JSON.parse(text) as { id: number };
      expect(scene.reply(root, id)).toEqual({ reactions: [], answers: [] });
      expect(scene.reply(pull, id)).toEqual({ reactions: [], answers: [] });
    }
    if (login === "triager")
      expect(turns.map(({ summary }) => summary).join("\n")).toContain("the role triage");
  },
  120_000,
);

test("whose role cannot be read counts as nobody", async () => {
  fault = ({ route }) =>
    route === "/repos/{owner}/{repo}/collaborators/{username}/permission"
      ? { kind: "respond", status: 403, body: { message: "Resource not accessible by integration" } }
      : undefined;
  const id = await scene.comment("maintainer", root, "/slipway cancel");
  const before = written();
  const turns = await scene.quiet();
  fault = () => undefined;
  expect(written()).toBe(before);
  expect(scene.reply(root, id)).toEqual({ reactions: [], answers: [] });
  expect(turns.map(({ summary }) => summary).join("\n")).toMatch(/The role of @\W?maintainer in/);
}, 120_000);

test("no bot approves, not even by dispatch", async () => {
  const { bench } = scene;
  const { owner, name } = bench.repository;
  bench.github.createApp({
    slug: "robot",
    permissions: { contents: "write" },
    installedOn: [`${owner}/${name}`],
  });
  const payload = { runId, nodeId: "E1", headSha: await head() };
  const sent = await fetch(`${bench.github.apiUrl}/repos/${owner}/${name}/dispatches`, {
    method: "POST",
    headers: { authorization: `Bearer ${bench.github.mintAppToken("robot", bench.repository)}` },
    body: JSON.stringify({ event_type: "orchestrator.approve", client_payload: payload }),
  });
  expect(sent.status).toBe(204);
  const [turn] = await bench.turns();
  expect(turn?.conclusion).toBe("failure");
  expect(turn?.errors.join("\n")).toContain("robot[bot] is not a person");
  expect((await scene.node(runId, "E1")).approval).toBeNull();
}, 120_000);

test("who may command is obeyed, with a reaction and no words", async () => {
  const pause = await scene.comment("writer", root, "/slipway pause\n\nI want to look at it first.");
  await scene.quiet();
  expect(await scene.name(runId)).toBe("PAUSED");
  expect(scene.reply(root, pause)).toEqual({ reactions: ["+1"], answers: [] });
  expect((await scene.bench.events(runId)).at(-1)).toMatchObject({ by: "writer" });
}, 120_000);

test("what is not understood, or not allowed, is answered once with what is wrong", async () => {
  const unclear = await scene.comment("writer", pull, "/slipway explode");
  const early = await scene.comment("writer", pull, "/slipway approve");
  const help = await scene.comment("writer", root, "/slipway");
  await scene.quiet();
  expect(scene.reply(pull, unclear)).toEqual({
    reactions: ["confused"],
    answers: [expect.stringContaining("`explode` is not a command.")],
  });
  expect(scene.reply(pull, early)).toEqual({
    reactions: ["-1"],
    answers: [expect.stringContaining("the role maintain or above; yours is write")],
  });
  expect(scene.reply(root, help).answers).toEqual([expect.stringContaining("`/slipway retry [node]`")]);
  expect((await scene.node(runId, "E1")).approval).toBeNull();
}, 120_000);

test("an approval by review counts for its commit, and dies with a push", async () => {
  const approved = await head();
  await scene.as("maintainer", "POST", `pulls/${pull}/reviews`, { event: "APPROVE", body: "Good." });
  await scene.quiet();
  expect((await scene.node(runId, "E1")).approval).toEqual({
    headSha: approved,
    by: "maintainer",
    role: "maintain",
  });

  const { branch } = await scene.node(runId, "E1");
  const pushed = await scene.push("writer", branch ?? "");
  await scene.quiet();
  expect((await scene.bench.events(runId)).map(({ event }) => event)).toContainEqual({
    type: "branch.moved",
    nodeId: "E1",
    by: "writer",
    headSha: pushed,
    forced: false,
  });

  const resume = await scene.comment("writer", root, "/slipway resume");
  await scene.quiet();
  expect(scene.reply(root, resume).reactions).toEqual(["+1"]);
  const epic = await scene.node(runId, "E1");
  expect(epic.subject?.headSha).toBe(pushed);
  expect(epic.verdict?.sentence).toContain(`the approval of ${approved.slice(0, 7)} died with the push`);
  expect(await scene.name(runId)).toBe("QA");
}, 180_000);

test("an approval of another commit is refused; the next one brings the run to its end", async () => {
  const stale = await scene.comment("maintainer", pull, "/slipway approve 1234567");
  await scene.quiet();
  expect(scene.reply(pull, stale)).toMatchObject({
    reactions: ["-1"],
    answers: [expect.stringContaining("not at 1234567")],
  });
  const last = await scene.comment("maintainer", pull, `/slipway approve ${(await head()).slice(0, 10)}`);
  await scene.quiet();
  expect(scene.reply(pull, last)).toEqual({ reactions: ["+1"], answers: [] });
  expect(await scene.name(runId)).toBe("DONE");
}, 180_000);

test("each command was carried out once", async () => {
  const types = await scene.types(runId);
  const count = (type: string) => types.filter((other) => other === type).length;
  expect([count("run.paused"), count("run.resumed"), count("node.approved")]).toEqual([1, 1, 2]);
});
