/** What people take away or leave over is made again, closed or said: branches, labels, pull requests, tags. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { markerText } from "@slipway/model";
import { git } from "../e2e/support.ts";
import { deleteBranch, headOf, pushFiles } from "./hands.ts";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
integrationBranch: develop
execute: { commands: [] }
qa: { test: 'test ! -e farewell.txt || test -e allowed.txt', timeoutMinutes: 2 }
review: { required: false }
limits: { attempts: 1, defectRounds: 0 }
approval: write
`;

let fault: FaultHook = () => undefined;
let scene: Scene;
let runId: string;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY, faults: (request) => fault(request) });
  runId = await scene.start();
  await scene.quiet();
}, 240_000);
afterAll(() => scene?.stop());

const node = (id: string) => scene.node(runId, id);
const record = () => scene.bench.github.repository(scene.bench.repository);
const issue = async (id: string) => record().issues.get((await node(id)).issue?.number ?? 0);
const labels = async (id: string) => ((await issue(id))?.labels ?? []).map(({ name }) => name).sort();
const notes = async () => (await scene.state(runId)).notes.map(({ text }) => text);
const sweep = async () => {
  await scene.bench.dispatch("orchestrator.sweep", { runId });
  await scene.quiet();
};

test("an integration branch that is not there is made as the run begins, and said", async () => {
  expect(headOf(scene, "develop")).toBe(headOf(scene, "main"));
  expect(await notes()).toContain("The integration branch develop did not exist: it was made from main.");
}, 60_000);

test("the label of a blocked node that somebody takes off is put back, and others stay", async () => {
  expect(await node("T1")).toMatchObject({ status: "BLOCKED", hold: null });
  const number = (await issue("T1"))?.number ?? 0;
  expect(await labels("T1")).toEqual(["slipway", "slipway:blocked"]);
  await scene.as("writer", "PATCH", `issues/${number}`, { labels: ["slipway", "Urgent"] });
  await scene.quiet();
  expect(await labels("T1")).toEqual(["Urgent", "slipway", "slipway:blocked"]);
  // The person is asked once: what is put back is the label alone.
  const asked = (await issue("T1"))?.comments.filter(({ body }) => body.includes("slipway:node"));
  expect(asked).toHaveLength(1);
}, 120_000);

test("an integration branch that somebody deletes in the midst is made again when it is needed, and said", async () => {
  await deleteBranch(scene, "writer", "develop");
  const { branch } = await node("T1");
  await pushFiles(scene, "writer", { branch: branch ?? "", files: { "allowed.txt": "Yes." } });
  await scene.quiet();
  // Pushed to, it is checked again by itself: what was missing is there now.
  expect(await node("T1")).toMatchObject({ status: "DONE" });
  expect(await labels("T1")).toEqual(["Urgent", "slipway"]);
  expect(headOf(scene, "develop")).toBe(headOf(scene, "main"));
  expect((await notes()).filter((text) => text.includes("develop did not exist"))).toHaveLength(2);
  expect(await node("E1")).toMatchObject({ verdict: { outcome: "waiting" } });
}, 240_000);

test("a second pull request of ours for what is done is closed by the sweep, once, and its branch is kept", async () => {
  const { github, repository } = scene.bench;
  const onto = headOf(scene, "develop") ?? "";
  const left = await pushFiles(scene, "writer", { branch: "left", files: { "left.txt": "Left." }, onto });
  // As a job of ours leaves it that was killed before it could record what it had made.
  github.createApp({
    slug: "slipway-before",
    permissions: { contents: "write", "pull-requests": "write" },
    installedOn: [`${repository.owner}/${repository.name}`],
  });
  const opened = await fetch(`${github.apiUrl}/repos/${repository.owner}/${repository.name}/pulls`, {
    method: "POST",
    headers: { authorization: `Bearer ${github.mintAppToken("slipway-before", repository)}` },
    body: JSON.stringify({
      title: "feat: add a farewell",
      head: "left",
      base: "develop",
      body: markerText({ what: "pull", runId, nodeId: "T1" }),
    }),
  });
  expect(opened.status).toBe(201);
  const { number } = (await opened.json()) as { number: number };
  await sweep();
  await sweep();
  expect(record().issues.get(number)?.state).toBe("closed");
  expect(record().issues.get(number)?.comments).toHaveLength(1);
  expect(record().issues.get(number)?.comments[0]?.body).toContain("which was left over: it is closed");
  expect((await notes()).filter((text) => text.includes(`#${number} was left over from T1`))).toHaveLength(1);
  expect(headOf(scene, "left")).toBe(left);
  expect(record().issues.get((await node("E1")).pull ?? 0)?.state).toBe("open");
}, 120_000);

test("a tag without a release gets one, and a release whose tag is taken away gets it again", async () => {
  const { bare } = scene.bench;
  const told: string[] = [];
  fault = ({ method, route }) => {
    const tags = git(bare, "tag", "--list", "v*");
    if (method === "POST" && route === "/repos/{owner}/{repo}/releases" && told.length === 0) {
      // The tag was made, and then the connection broke.
      git(bare, "update-ref", "refs/tags/v0.1.0", "refs/heads/develop");
      told.push("tag without release");
      return { kind: "cut-before" };
    }
    if (method === "POST" && route === "/repos/{owner}/{repo}/dispatches" && tags && told.length === 1) {
      // Released and recorded; the run has not ended yet.
      git(bare, "update-ref", "-d", `refs/tags/${tags}`);
      told.push("release without tag");
    }
    return undefined;
  };
  await scene.comment("writer", (await node("E1")).pull ?? 0, "/slipway approve");
  await scene.quiet();
  fault = () => undefined;
  expect(told).toEqual(["tag without release", "release without tag"]);
  expect(await scene.name(runId)).toBe("DONE");
  const sha = headOf(scene, "develop");
  expect(git(bare, "rev-parse", "v0.1.0")).toBe(sha);
  expect(record().releases.map(({ tagName, draft }) => [tagName, draft])).toEqual([["v0.1.0", false]]);
  expect(await notes()).toContain(`The tag v0.1.0 was gone: it was made again at ${sha?.slice(0, 7)}.`);
}, 240_000);
