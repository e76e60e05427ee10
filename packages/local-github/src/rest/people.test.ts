import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { column, createWorld, field, type TestRepository, type World, WRITE } from "../../testing/world.ts";

let world: World;
let one: TestRepository;
/** Of an organization. */
const ORG = { owner: "octo-org", name: "app" };
const PATH = "/repos/octo-org/app";

beforeAll(async () => {
  world = await createWorld();
  one = await world.repository({ "a.txt": "a" });
  await world.local.createRepository({ ...ORG, ownerType: "Organization", visibility: "private" });
  world.local.addMember("octo-org", "boss", "owner");
  world.local.addMember("octo-org", "member");
  world.local.addTeam({
    organization: "octo-org",
    slug: "release-managers",
    members: ["dev"],
    maintainers: ["lead"],
    repositories: { app: "maintain" },
  });
});

afterAll(() => world.close());

const token = (login: string) => world.local.mintUserToken(login);
const as = (login: string, method: string, path: string, body?: unknown) =>
  world.api(token(login), method, path, body);

describe("the permission of a person", () => {
  test.each([
    ["admin", "admin", "admin"],
    ["maintain", "write", "maintain"],
    ["write", "write", "write"],
    ["triage", "read", "triage"],
    ["read", "read", "read"],
  ] as const)("%s shows as %s with the role name %s", async (role, permission, role_name) => {
    world.local.addCollaborator(ORG, `person-${role}`, role);
    const reply = await as("boss", "GET", `${PATH}/collaborators/person-${role}/permission`);
    expect([reply.status, reply.body]).toMatchObject([200, { permission, role_name }]);
  });

  test("is none for outsiders of a private repository, read on a public one, and 404 for nobody", async () => {
    world.local.createUser("outsider");
    const ask = async (path: string) => (await world.api(world.owner, "GET", path)).body;
    expect((await as("boss", "GET", `${PATH}/collaborators/outsider/permission`)).body).toMatchObject({
      permission: "none",
    });
    expect(await ask(`${one.path}/collaborators/outsider/permission`)).toMatchObject({
      permission: "read",
      role_name: "read",
    });
    expect((await one.api("GET", "/collaborators/nobody-at-all/permission")).status).toBe(404);
  });

  test("comes from teams and from owning the organization, too, and goes when it is taken", async () => {
    const role = async (login: string) =>
      field(await as("boss", "GET", `${PATH}/collaborators/${login}/permission`), "role_name");
    expect([await role("dev"), await role("boss"), await role("member")]).toEqual([
      "maintain",
      "admin",
      "none",
    ]);
    world.local.addCollaborator(ORG, "dev", "read");
    expect(await role("dev")).toBe("maintain");
    world.local.addCollaborator(ORG, "guest", "write");
    world.local.removeCollaborator(ORG, "guest");
    expect(await role("guest")).toBe("none");
    const logins = column(await as("boss", "GET", `${PATH}/collaborators?per_page=100`), "login");
    expect(logins).toEqual(expect.arrayContaining(["dev", "lead", "boss"]));
  });

  test("a job's token may ask; a bot has none", async () => {
    const job = world.job(one.name, WRITE).token;
    world.local.addCollaborator(one.at, "mona", "maintain");
    const ask = (login: string) =>
      world.api(job, "GET", `${one.path}/collaborators/${encodeURIComponent(login)}/permission`);
    expect(field(await ask("mona"), "role_name")).toBe("maintain");
    expect(field(await ask("github-actions[bot]"), "permission")).toBe("none");
  });
});

describe("teams", () => {
  const team = "/orgs/octo-org/teams/release-managers";

  test("show their members to the organization's members", async () => {
    expect(column(await as("member", "GET", `${team}/members`), "login")).toEqual(["dev", "lead"]);
    expect(column(await as("member", "GET", `${team}/members?role=maintainer`), "login")).toEqual(["lead"]);
    expect((await as("member", "GET", `${team}/memberships/dev`)).body).toMatchObject({
      role: "member",
      state: "active",
    });
    expect(field(await as("member", "GET", `${team}/memberships/lead`), "role")).toBe("maintainer");
    expect((await as("member", "GET", `${team}/memberships/boss`)).status).toBe(404);
    expect((await as("member", "GET", team)).body).toMatchObject({
      slug: "release-managers",
      members_count: 2,
    });
  });

  test("are hidden from others, and from a job's token", async () => {
    expect((await as("outsider", "GET", `${team}/members`)).status).toBe(404);
    expect((await as("member", "GET", "/orgs/octo-org/teams/none/members")).status).toBe(404);
    const job = world.job(one.name, WRITE).token;
    const reply = await world.api(job, "GET", `${team}/memberships/dev`);
    expect([reply.status, field(reply, "message")]).toEqual([403, "Resource not accessible by integration"]);
  });
});

describe("issue types", () => {
  test("of an organization, for its members; of a repository, also for jobs", async () => {
    const reply = await as("member", "GET", "/orgs/octo-org/issue-types");
    expect(column(reply, "name")).toEqual(["Task", "Bug", "Feature"]);
    expect((await as("outsider", "GET", "/orgs/octo-org/issue-types")).status).toBe(404);
    expect(column(await as("boss", "GET", `${PATH}/issue-types`), "name")).toEqual([
      "Task",
      "Bug",
      "Feature",
    ]);
    const job = world.job(one.name, WRITE).token;
    expect((await world.api(job, "GET", `${one.path}/issue-types`)).body).toEqual([]);
    expect((await world.api(job, "GET", "/orgs/octo-org/issue-types")).status).toBe(403);
  });

  test("are set by those who may, dropped from others without a word, and ignored on a person's repository", async () => {
    const type = async (login: string, path: string) =>
      field(await as(login, "POST", `${path}/issues`, { title: "t", type: "Bug" }), "type.name");
    world.local.addCollaborator(ORG, "reader", "read");
    expect([await type("boss", PATH), await type("reader", PATH), await type("acme", one.path)]).toEqual([
      "Bug",
      undefined,
      undefined,
    ]);
    const issue = field(await as("boss", "POST", `${PATH}/issues`, { title: "t" }), "number");
    const change = (type_: unknown) => as("boss", "PATCH", `${PATH}/issues/${issue}`, { type: type_ });
    expect(field(await change("Feature"), "type.name")).toBe("Feature");
    expect((await change("Nothing")).status).toBe(422);
    expect(field(await change(null), "type")).toBeNull();
  });
});

describe("reactions on a comment", () => {
  test("are given once each, listed and taken back", async () => {
    const issue = field(await one.api("POST", "/issues", { title: "t" }), "number");
    const comment = field(
      await one.api("POST", `/issues/${issue}/comments`, { body: "/slipway pause" }),
      "id",
    );
    const path = `${one.path}/issues/comments/${comment}/reactions`;
    const job = world.job(one.name, { issues: "write" }).token;
    const first = await world.api(job, "POST", path, { content: "eyes" });
    const again = await world.api(job, "POST", path, { content: "eyes" });
    expect([first.status, again.status, field(again, "id")]).toEqual([201, 200, field(first, "id")]);
    await world.api(world.owner, "POST", path, { content: "rocket" });
    expect(column(await world.api(job, "GET", path), "content")).toEqual(["eyes", "rocket"]);
    expect((await world.api(job, "DELETE", `${path}/${field(first, "id")}`)).status).toBe(204);
    expect(column(await world.api(job, "GET", `${path}?content=rocket`), "user.login")).toEqual(["acme"]);
    expect((await world.api(job, "GET", path)).body).toHaveLength(1);
  });
});
