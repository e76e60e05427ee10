/** Commands in every shape that comments and events can have: what is meant as one is carried out, nothing else is. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { markerText } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { headOf, pushFiles } from "./hands.ts";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
approval: maintain
`;

let scene: Scene;
let runId: string;
let root: number;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
  runId = await scene.start();
  await scene.quiet();
  root = (await scene.node(runId, "E1")).issue?.number ?? 0;
}, 240_000);
afterAll(() => scene?.stop());

const NOTHING = { reactions: [], answers: [] };
const written = () => JSON.stringify(scene.bench.written());
const ledger = async () => (await scene.bench.events(runId)).length;
const dispatchId = () => startRequest("Another.", new Date()).dispatchId;
const issue = async (login: string, title: string, body: string) => {
  const { text } = await scene.as(login, "POST", "issues", { title, body });
  return (JSON.parse(text) as { number: number }).number;
};

/** All of them by whoever may command, and none of them a command. */
const NO_COMMANDS = [
  "> /slipway cancel",
  "```\n/slipway cancel\n```",
  "    /slipway cancel",
  " /slipway cancel",
  "`/slipway cancel`",
  "Please, /slipway cancel",
  "\n/slipway cancel",
  "First words.\n/slipway cancel",
  "<!-- -->/slipway cancel",
  "/slipwаy cancel", // а Cyrillic a
  "∕slipway cancel", // a division slash
  "／slipway cancel", // a full-width slash
  "\u200b/slipway cancel",
  "\u202e/slipway cancel",
  "/slip way cancel",
  "/slipwaycancel",
  "/slipway-cancel",
  "//slipway cancel",
];

test("what only looks like a command changes nothing, and nobody answers", async () => {
  const before = { written: written(), ledger: await ledger() };
  const ids: number[] = [];
  for (const body of NO_COMMANDS) ids.push(await scene.comment("writer", root, body));
  await scene.quiet();
  expect(await ledger()).toBe(before.ledger);
  for (const [at, id] of ids.entries())
    expect([NO_COMMANDS[at], scene.reply(root, id)]).toEqual([NO_COMMANDS[at], NOTHING]);
  const { issues } = scene.bench.github.repository(scene.bench.repository);
  expect(issues.get(root)?.comments.filter(({ author }) => author.type === "Bot")).toHaveLength(
    botsIn(before.written),
  );
  expect(await scene.name(runId)).toBe("QA");
}, 120_000);

/** Comments of the suite on the root issue when the text was taken: the status, and nothing else. */
const botsIn = (text: string) => (text.match(/slipway:status/g) ?? []).length;

/** Meant as commands, and not carried out: what is wrong with each. */
const UNCLEAR: readonly (readonly [string, RegExp])[] = [
  ["/slipway саncel", /`саncel` is not a command/], // с, а Cyrillic
  ["/slipway ｃａｎｃｅｌ", /is not a command/],
  ["/slipway cancel\u200b", /is not a command/],
  ["/slipway cancel T1 now", /`cancel` does not go with `T1 now`/],
  ["/slipway pause; /slipway cancel", /`pause\?` is not a command/],
  ["/slipway cancel && cancel", /`cancel` does not go with/],
  ["/slipway --help", /`--help` is not a command/],
  ["/slipway $(cancel)", /is not a command/],
  [`/slipway cancel ${"very ".repeat(12_000)}`, /`cancel` does not go with .{0,3}very very .{0,60}$/m],
  ["/slipway approve ../../main", /`approve` does not go with/],
  ["/slipway retry T99", /has no node T99/],
  ["/slipway <img src=x onerror=alert(1)> @acme/guardians", /is not a command/],
];

test("what is meant and cannot be done is answered once, in words that hold nothing dangerous", async () => {
  const before = await ledger();
  const ids: number[] = [];
  for (const [body] of UNCLEAR) ids.push(await scene.comment("writer", root, body));
  await scene.quiet();
  expect(await ledger()).toBe(before);
  for (const [at, id] of ids.entries()) {
    const [body = "", answer = /./] = UNCLEAR[at] ?? [];
    const { reactions, answers } = scene.reply(root, id);
    expect([body.slice(0, 60), reactions.length, answers]).toEqual([
      body.slice(0, 60),
      1,
      [expect.stringMatching(answer)],
    ]);
    expect(answers.join()).not.toMatch(/<img|@acme|\$\(/);
    expect(answers.join().length).toBeLessThan(3_000);
  }
  expect(await scene.name(runId)).toBe("QA");
}, 180_000);

test.each([
  ["/SLIPWAY Pause", "/slipway resume   "],
  ["/slipway\tpause", "/slipway   RESUME\r\n/slipway cancel"],
  ["/slipway pause\n> /slipway cancel\n\n/slipway cancel", "/slipway\u00a0resume"],
])(
  "%j and %j are carried out, and of each its first line alone",
  async (pause, resume) => {
    const before = await ledger();
    const first = await scene.comment("writer", root, pause);
    await scene.quiet();
    expect(await scene.name(runId)).toBe("PAUSED");
    const second = await scene.comment("writer", root, resume);
    await scene.quiet();
    expect(await scene.name(runId)).toBe("QA");
    const news = (await scene.types(runId)).slice(before).filter((type) => type !== "run.observed");
    expect(news).toEqual(["run.paused", "run.resumed"]);
    for (const id of [first, second])
      expect(scene.reply(root, id)).toEqual({ reactions: ["+1"], answers: [] });
  },
  120_000,
);

test("a comment becomes no command by being edited, and one that was carried out does nothing again", async () => {
  const harmless = await scene.comment("writer", root, "I wonder.");
  const done = await scene.comment("writer", root, "/slipway advance");
  await scene.quiet();
  const before = await ledger();
  await scene.as("writer", "PATCH", `issues/comments/${harmless}`, { body: "/slipway cancel" });
  await scene.as("writer", "PATCH", `issues/comments/${done}`, { body: "/slipway cancel" });
  await scene.as("writer", "DELETE", `issues/comments/${done}`);
  await scene.quiet();
  expect(await ledger()).toBe(before);
  expect(scene.reply(root, harmless)).toEqual(NOTHING);
  expect(await scene.name(runId)).toBe("QA");
}, 120_000);

test("what is written on issues and pull requests that are not the run's is nothing to it", async () => {
  const epic = await scene.node(runId, "E1");
  const marker = markerText({ what: "node", runId, nodeId: "E1" });
  const plain = await issue("writer", "Something else", "No marker here.");
  const copied = await issue("reader", "A copy", `${marker}\nLooks like ours.`);
  const inside = await issue("writer", "A copy by a colleague", `${marker}\nLooks like ours.`);
  await pushFiles(scene, "writer", {
    branch: "side",
    files: { "side.txt": "Aside." },
    onto: headOf(scene, "main") ?? "",
  });
  const body = `${markerText({ what: "pull", runId, nodeId: "E1" })}\nLooks like ours.`;
  const opened = await scene.as("writer", "POST", "pulls", {
    title: "Side",
    head: "side",
    base: "main",
    body,
  });
  const other = (JSON.parse(opened.text) as { number: number }).number;
  await scene.quiet();
  const before = await ledger();
  const places = [plain, copied, inside, other];
  const ids: (readonly [number, number])[] = [];
  for (const number of places)
    for (const command of ["/slipway cancel", "/slipway approve"])
      ids.push([number, await scene.comment("maintainer", number, command)]);
  await scene.as("maintainer", "POST", `pulls/${other}/reviews`, { event: "APPROVE", body: "Good." });
  await scene.as("writer", "PATCH", `issues/${inside}`, { state: "closed", title: "Mine" });
  await scene.as("writer", "PATCH", `pulls/${other}`, { state: "closed" });
  await scene.quiet();
  expect(await ledger()).toBe(before);
  expect(await scene.node(runId, "E1")).toEqual(epic);
  for (const [number, id] of ids) expect([number, scene.reply(number, id)]).toEqual([number, NOTHING]);
}, 180_000);

/** Events, and what the log says of each, or how the workflow run of one that is for somebody else ends. */
const EVENTS: readonly (readonly [string, string, () => Record<string, unknown>, RegExp | string])[] = [
  ["an unknown command", "orchestrator.explode", () => ({ runId }), /is not a command/],
  ["another's request", "qa.explode.request", () => ({ runId }), "skipped"],
  ["a command in capitals", "Orchestrator.Cancel", () => ({ runId }), "success"],
  ["a key too many", "orchestrator.cancel", () => ({ runId, force: true }), /"force"/],
  ["another command inside", "orchestrator.pause", () => ({ runId, command: "cancel" }), /leave one out/],
  ["a run id that is a list", "orchestrator.cancel", () => ({ runId: [runId] }), /runId: /],
  ["a run id in an object", "orchestrator.cancel", () => ({ runId: { $ne: null } }), /runId: /],
  ["another version", "orchestrator.cancel", () => ({ runId, version: 2 }), /version: /],
  ["a version in words", "orchestrator.cancel", () => ({ runId, version: "1" }), /version: /],
  ["a random dispatchId", "orchestrator.cancel", () => ({ runId, dispatchId: randomUUID() }), /version 7/],
  ["a node that is a number", "orchestrator.retry", () => ({ runId, nodeId: 1 }), /nodeId: /],
  [
    "a short commit",
    "orchestrator.approve",
    () => ({ runId, nodeId: "E1", headSha: "abc1234" }),
    /headSha: /,
  ],
  [
    "a sweep with more",
    "orchestrator.sweep",
    () => ({ runId, nodeId: "E1" }),
    /it takes a runId, or nothing/,
  ],
  ["a stage with more", "merge.gate.request", () => ({ runId, nodeId: "E1", force: true }), /"force"/],
];

test("an event that cannot be read is refused in words, and the record stays as it is", async () => {
  const before = { written: written(), ledger: await ledger() };
  const known = scene.bench.github.repository(scene.bench.repository).runs.length;
  for (const [, type, payload] of EVENTS)
    expect((await scene.bench.dispatch(type, payload())).status).toBe(204);
  const turns = await scene.bench.turns();
  expect(turns).toHaveLength(EVENTS.length);
  const { runs } = scene.bench.github.repository(scene.bench.repository);
  const began = runs.slice(known);
  for (const [at, [what, type, , message]] of EVENTS.entries()) {
    const turn = turns[at];
    expect([what, began[at]?.displayTitle.includes(type)]).toEqual([what, true]);
    const isOthers = typeof message === "string";
    expect([what, turn?.conclusion]).toEqual([what, isOthers ? message : "failure"]);
    expect([what, turn?.errors.join("\n")]).toEqual([what, expect.stringMatching(isOthers ? /^$/ : message)]);
    expect([what, turn?.errors.join("\n")]).not.toEqual([what, expect.stringMatching(/fault in Slipway/)]);
  }
  expect(await ledger()).toBe(before.ledger);
  expect(written()).toBe(before.written);
}, 240_000);

test("an event that comes twice is carried out once, also when something came between", async () => {
  const before = await ledger();
  const payload = { version: 1, runId, dispatchId: dispatchId() };
  for (const type of ["pause", "pause", "resume"]) {
    const own = type === "pause" ? payload : { runId };
    await scene.bench.dispatch(`orchestrator.${type}`, own);
    await scene.quiet();
  }
  // The same, once more, and in capitals: a UUID is the same in both.
  const again = { ...payload, dispatchId: payload.dispatchId.toUpperCase() };
  for (const sent of [payload, again]) await scene.bench.dispatch("orchestrator.pause", sent);
  await scene.quiet();
  expect(await scene.name(runId)).toBe("QA");
  const news = (await scene.types(runId)).slice(before).filter((type) => type !== "run.observed");
  expect(news).toEqual(["run.paused", "run.resumed"]);
}, 120_000);

test("of a run that was cancelled its pull request and issues stay as they are, whoever sweeps and however often", async () => {
  await scene.comment("writer", root, "/slipway cancel");
  await scene.quiet();
  expect(await scene.name(runId)).toBe("CANCELLED");
  const { pull } = await scene.node(runId, "E1");
  const { issues } = scene.bench.github.repository(scene.bench.repository);
  expect([issues.get(pull ?? 0)?.state, issues.get(root)?.state]).toEqual(["open", "open"]);
  const before = written();
  for (const payload of [undefined, { runId }]) await scene.bench.dispatch("orchestrator.sweep", payload);
  await scene.quiet();
  expect(written()).toBe(before);
}, 120_000);
