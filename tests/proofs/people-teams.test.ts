/** A team that the policy names approves whatever its members' roles are, where teams can be read at all. */
import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openScene, type Scene } from "./people.ts";

const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
approvers: { teams: [guardians] }
risk: { role: admin, paths: [{ glob: farewell.txt, level: high }] }
`;
const PERMISSIONS = {
  actions: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  members: "read",
  "pull-requests": "write",
  statuses: "read",
} as const;

let scene: Scene;
let runId: string;
beforeAll(async () => {
  scene = await openScene({ policy: POLICY });
  const { github, repository } = scene.bench;
  // The member of the team may no more than read; who is not in it may merge by hand, and yet not approve.
  github.addTeam({ organization: repository.owner, slug: "guardians", members: ["reader"] });
  github.addTeam({ organization: repository.owner, slug: "others", members: ["maintainer", "outsider"] });
  github.addCollaborator(repository, "outsider", "read");
  runId = await scene.start();
  await scene.quiet();
}, 240_000);
afterAll(() => scene?.stop());

const node = (id: string) => scene.node(runId, id);
const pull = async (id: string) => (await node(id)).pull ?? 0;
const logs = () => {
  const { runs } = scene.bench.github.repository(scene.bench.repository);
  return runs
    .at(-1)
    ?.jobs.map(({ log }) => log)
    .join("\n");
};
const told = (turns: Awaited<ReturnType<Scene["quiet"]>>) => turns.map(({ summary }) => summary).join("\n");

test("with the job's own token no team can be read: nobody is in one, and it is said why", async () => {
  expect(await node("T1")).toMatchObject({ verdict: { outcome: "waiting" } });
  const comment = await scene.comment("reader", await pull("T1"), "/slipway approve");
  const turns = await scene.quiet();
  expect((await node("T1")).approval).toBeNull();
  expect(scene.reply(await pull("T1"), comment)).toEqual({ reactions: [], answers: [] });
  expect(told(turns)).toContain("reader has the role read");
  expect(logs()).toContain("@reader does not count as a member of @acme/guardians");
  expect(logs()).toContain('a GitHub App with the organization permission "Members: read"');

  // Nor is a member of it who is heard anyhow.
  scene.bench.github.addTeam({ organization: "acme", slug: "guardians", members: ["writer"] });
  const other = await scene.comment("writer", await pull("T1"), "/slipway approve");
  await scene.quiet();
  expect(scene.reply(await pull("T1"), other)).toEqual({
    reactions: ["-1"],
    answers: [
      expect.stringContaining(
        "T1 needs an approval by someone with the role admin or above, or membership of guardians; yours is write.",
      ),
    ],
  });
  expect((await node("T1")).approval).toBeNull();
}, 120_000);

test("as an App that may not read members either, it fails closed too", async () => {
  useApp("slipway-blind", { ...PERMISSIONS, members: undefined });
  await scene.comment("reader", await pull("T1"), "/slipway approve");
  await scene.quiet();
  expect((await node("T1")).approval).toBeNull();
  expect(logs()).toContain("@reader does not count as a member of @acme/guardians");
}, 120_000);

test("as an App that may: who is not in the team is refused, whatever else they may do", async () => {
  useApp("slipway-acme", PERMISSIONS);
  const number = await pull("T1");
  const refused = await scene.comment("maintainer", number, "/slipway approve");
  const silent = await scene.comment("outsider", number, "/slipway approve");
  await scene.as("outsider", "POST", `pulls/${number}/reviews`, { event: "APPROVE", body: "Fine." });
  await scene.quiet();
  expect(scene.reply(number, refused)).toEqual({
    reactions: ["-1"],
    answers: [
      expect.stringContaining(
        "T1 needs an approval by someone with the role admin or above, or membership of guardians; yours is maintain.",
      ),
    ],
  });
  expect(scene.reply(number, silent)).toEqual({ reactions: [], answers: [] });
  expect((await node("T1")).approval).toBeNull();
  expect((await node("T1")).status).not.toBe("DONE");
}, 120_000);

test("a member with the role read approves by comment, and the change is merged", async () => {
  const number = await pull("T1");
  const comment = await scene.comment("reader", number, "/slipway approve");
  await scene.quiet();
  expect(scene.reply(number, comment)).toEqual({ reactions: ["+1"], answers: [] });
  // A member stands in for the role that was asked for.
  expect(await node("T1")).toMatchObject({ status: "DONE", approval: { by: "reader", role: "admin" } });
}, 120_000);

test("and by review, what is made of it, too", async () => {
  const number = await pull("E1");
  expect(await node("E1")).toMatchObject({ verdict: { outcome: "waiting" } });
  const review = { event: "APPROVE", body: "Good." };
  expect((await scene.as("reader", "POST", `pulls/${number}/reviews`, review)).status).toBe(200);
  await scene.quiet();
  expect(await node("E1")).toMatchObject({ status: "DONE", approval: { by: "reader", role: "admin" } });
  expect(await scene.name(runId)).toBe("DONE");
  const types = await scene.types(runId);
  expect(types.filter((type) => type === "node.approved")).toHaveLength(2);
}, 120_000);

/** From now on the suite acts as this App. */
function useApp(slug: string, permissions: Readonly<Record<string, "read" | "write" | undefined>>): void {
  const { github, repository } = scene.bench;
  const key = generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs1", format: "pem" })
    .toString();
  const granted = Object.fromEntries(
    Object.entries(permissions).flatMap(([name, level]) => (level ? [[name, level] as const] : [])),
  );
  const installedOn = [`${repository.owner}/${repository.name}`];
  const { app } = github.createApp({ slug, key, permissions: granted, installedOn });
  github.setVariable(repository, "SLIPWAY_APP_ID", String(app.id));
  github.setSecret(repository, "SLIPWAY_APP_PRIVATE_KEY", key);
}
