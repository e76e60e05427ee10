import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer as Scripted, type ScriptedServer, scripted } from "../testing/http.ts";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { answer, react } from "./comments.ts";
import { RoleUnreadableError, roleOf, teamMembership } from "./people.ts";

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
afterAll(() => world.close());
let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});
const says = async (said: Scripted) => {
  server = await scripted(() => said);
  return server;
};

describe("a role", () => {
  beforeEach(() => world.newRepository());

  test.each(["admin", "maintain", "write", "triage", "read"] as const)("%s", async (role) => {
    world.local.createUser("ann");
    world.local.addCollaborator({ owner: world.github.owner, name: world.github.repo }, "ann", role);
    expect(await roleOf(world.github, "ann")).toBe(role);
  });

  test("of a login that nobody has", async () => {
    expect(await roleOf(world.github, "no-such-login")).toBe("none");
  });

  test("of an organization's own making counts as its base", async () => {
    const { github } = await says({
      status: 200,
      body: { role_name: "release-captain", permission: "write" },
    });
    expect(await roleOf(github, "ann")).toBe("write");
  });

  test.each<[string, Scripted]>([
    ["a refusal", { status: 403, body: { message: "Resource not accessible by integration" } }],
    ["a server error", { status: 500, body: { message: "Oops" } }],
    ["an unknown word", { status: 200, body: { role_name: "x", permission: "owner" } }],
    ["a lost answer", "cut"],
  ])("is not guessed after %s", async (_, said) => {
    const { github } = await says(said);
    const error = await roleOf(github, "ann").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RoleUnreadableError);
    expect((error as Error).message).toMatch(
      /^The role of @ann in octo\/clock cannot be read, so it counts as none: /,
    );
  });
});

describe("a team", () => {
  test.each([
    ["active", "member"],
    ["pending", "none"],
  ])("membership that is %s: %s", async (state, member) => {
    const { github, seen } = await says({ status: 200, body: { state, role: "member", url: "x" } });
    expect(await teamMembership(github, "octo-org", "release", "ann")).toBe(member);
    expect(seen[0]?.path).toBe("/orgs/octo-org/teams/release/memberships/ann");
  });

  test("is shown to an App that may read members, and to no job", async () => {
    await world.newRepository("organization");
    const name = { owner: world.github.owner, name: world.github.repo };
    world.local.addTeam({ organization: name.owner, slug: "release", members: ["ann"] });
    world.local.createUser("bob");
    world.local.createApp({
      slug: "slipway-teams",
      permissions: { members: "read" },
      installedOn: [`${name.owner}/${name.name}`],
    });
    const app = world.client(world.local.mintAppToken("slipway-teams", name));
    const asked = async (github: typeof app) => [
      await teamMembership(github, name.owner, "release", "ann"),
      await teamMembership(github, name.owner, "release", "bob"),
      await teamMembership(github, name.owner, "no-such-team", "ann"),
    ];
    expect(await asked(app)).toEqual(["member", "none", "none"]);
    expect(await asked(world.github)).toEqual(["unreadable", "unreadable", "unreadable"]);
  });

  test.each([
    [403, "unreadable"],
    [404, "none"],
  ])("that answers %i counts as no (%s), with a warning", async (status, membership) => {
    const { github, log } = await says({
      status,
      body: { message: "Resource not accessible by integration" },
    });
    expect(await teamMembership(github, "octo-org", "release", "ann")).toBe(membership);
    expect(log.lines.join()).toMatch(/@ann does not count as a member of @octo-org\/release: .*GitHub App/);
  });

  test("that does not answer is an error", async () => {
    const { github } = await says({ status: 503, body: { message: "down" } });
    await expect(teamMembership(github, "octo-org", "release", "ann")).rejects.toMatchObject({ status: 503 });
  });
});

describe("a comment", () => {
  let issue: number;
  let comment: number;
  beforeEach(async () => {
    await world.newRepository();
    ({ number: issue } = (await world.asPerson("POST", "/issues", { title: "Idea" })) as { number: number });
    comment = await write("/slipway retry T9");
  });
  const write = async (body: string, login?: string) =>
    ((await world.asPerson("POST", `/issues/${issue}/comments`, { body }, login)) as { id: number }).id;
  const read = async () =>
    (
      await world.github.octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        owner: world.github.owner,
        repo: world.github.repo,
        issue_number: issue,
      })
    ).data.map(({ body }) => body);

  test("is reacted to once", async () => {
    await react(world.github, comment, "eyes");
    await react(world.github, comment, "eyes");
    const { data } = await world.github.octokit.request(
      "GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
      { owner: world.github.owner, repo: world.github.repo, comment_id: comment },
    );
    expect(data.map(({ content }) => content)).toEqual(["eyes"]);
  });

  test("is answered once, whatever the later answer says; another one has its own", async () => {
    const first = await answer(world.github, { issue, inReplyTo: comment, text: "There is no T9." });
    expect(first.created).toBe(true);
    world.forget();
    const again = await answer(world.github, { issue, inReplyTo: comment, text: "There is none." });
    expect(again).toEqual({ id: first.id, created: false });
    expect(world.writes()).toEqual([]);
    await answer(world.github, { issue, inReplyTo: await write("/slipway retry T8"), text: "Nor T8." });
    expect(await read()).toEqual([
      "/slipway retry T9",
      `<!-- slipway:answer inReplyTo=${comment} -->\nThere is no T9.`,
      "/slipway retry T8",
      expect.stringContaining("Nor T8."),
    ]);
  });

  test("is answered although an outsider has copied the marker, and once though the answer got lost", async () => {
    world.local.createUser("mallory");
    await write(`<!-- slipway:answer inReplyTo=${comment} -->`, "mallory");
    world.fault((request) => (request.method === "POST" ? { kind: "cut-after" } : undefined), 1);
    expect(await answer(world.github, { issue, inReplyTo: comment, text: "No." })).toMatchObject({
      created: true,
    });
    expect(await read()).toHaveLength(3);
  });
});
