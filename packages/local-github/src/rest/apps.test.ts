import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createWorld, field, git, type TestRepository, text, type World } from "../../testing/world.ts";

let world: World;
let one: TestRepository;
let other: TestRepository;
let installationId: number;
let clock = Date.parse("2026-11-20T10:00:00Z");

const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
const strangers = generateKeyPairSync("rsa", { modulusLength: 2048 });
const APP = 4711;

beforeAll(async () => {
  world = await createWorld({ now: () => new Date(clock) });
  one = await world.repository({ "a.txt": "a" }, "private");
  other = await world.repository({ "a.txt": "a" }, "private");
  const { installations } = world.local.createApp({
    appId: APP,
    slug: "slipway-app",
    key: keys.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    permissions: {
      contents: "write",
      pull_requests: "write",
      issues: "write",
      checks: "write",
      members: "read",
      statuses: "read",
    },
    installedOn: [`acme/${one.name}`, `acme/${other.name}`],
  });
  installationId = installations[0]?.id ?? 0;
});

beforeEach(() => {
  world.events.length = 0;
});

afterAll(() => world.close());

const seconds = () => Math.floor(clock / 1000);

function jwt(claims: Record<string, unknown> = {}, key = keys.privateKey, alg = "RS256"): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = { iat: seconds() - 60, exp: seconds() + 540, iss: APP, ...claims };
  const body = `${part({ alg, typ: "JWT" })}.${part(payload)}`;
  const signature =
    alg === "RS256"
      ? sign("RSA-SHA256", Buffer.from(body), key)
      : createHmac("sha256", "secret").update(body).digest();
  return `${body}.${signature.toString("base64url")}`;
}

const asApp = (method: string, path: string, body?: unknown, token = jwt()) =>
  world.api(null, method, path, body, { authorization: `Bearer ${token}` });
const newToken = (body?: unknown) =>
  asApp("POST", `/app/installations/${installationId}/access_tokens`, body);

describe("the App itself", () => {
  test("is known by its JSON Web Token, by id and by client id", async () => {
    const reply = await asApp("GET", "/app");
    expect(reply.body).toMatchObject({
      id: APP,
      slug: "slipway-app",
      permissions: { contents: "write", pull_requests: "write", metadata: "read" },
      installations_count: 1,
    });
    expect((await asApp("GET", "/app", undefined, jwt({ iss: text(reply, "client_id") }))).status).toBe(200);
    expect((await world.api(world.owner, "GET", "/apps/slipway-app")).status).toBe(200);
  });

  test.each([
    ["of another key", () => jwt({}, strangers.privateKey), /could not be decoded/],
    ["of another algorithm", () => jwt({}, keys.privateKey, "HS256"), /could not be decoded/],
    ["that has expired", () => jwt({ exp: seconds() - 1 }), /'exp'/],
    ["that lives longer than ten minutes", () => jwt({ exp: seconds() + 601 }), /too far in the future/],
    ["issued in the future", () => jwt({ iat: seconds() + 120 }), /'iat'/],
    ["without an end", () => jwt({ exp: undefined }), /'exp'/],
    ["of an App that is not there", () => jwt({ iss: 1 }), /Integration not found/],
    [
      "changed on the way",
      () =>
        `${jwt({ exp: seconds() + 1 })
          .split(".", 2)
          .join(".")}.${jwt().split(".")[2]}`,
      /decoded/,
    ],
  ])("a token %s is refused", async (_, token, message) => {
    const reply = await asApp("GET", "/app", undefined, token());
    expect([reply.status, field(reply, "message")]).toEqual([401, expect.stringMatching(message)]);
  });

  test("reaches no repository, and a person's token is none of the App", async () => {
    expect((await asApp("GET", one.path)).status).toBe(401);
    expect((await asApp("POST", `${one.path}/issues`, { title: "t" })).status).toBe(401);
    expect((await world.api(world.owner, "GET", "/app")).status).toBe(401);
  });

  test("finds where it is installed", async () => {
    expect((await asApp("GET", `${one.path}/installation`)).body).toMatchObject({
      id: installationId,
      app_id: APP,
      app_slug: "slipway-app",
      account: { login: "acme" },
      repository_selection: "selected",
    });
    const third = await world.repository({ "a.txt": "a" });
    expect((await asApp("GET", `${third.path}/installation`)).status).toBe(404);
    expect((await asApp("GET", `/app/installations/${installationId}`)).status).toBe(200);
    expect((await asApp("GET", `/app/installations/${installationId + 1}`)).status).toBe(404);
  });
});

describe("an installation token", () => {
  test("has all that was granted, or the part that was asked for, and no more", async () => {
    const all = await newToken();
    expect([all.status, all.body]).toMatchObject([
      201,
      {
        expires_at: "2026-11-20T11:00:00Z",
        repository_selection: "selected",
        permissions: { contents: "write", statuses: "read", metadata: "read" },
      },
    ]);
    const part = await newToken({ repositories: [one.name], permissions: { contents: "read" } });
    expect(part.body).toMatchObject({
      permissions: { contents: "read", metadata: "read" },
      repositories: [{ name: one.name }],
    });
    const token = text(part, "token");
    const ask = async (method: string, path: string, body?: unknown) =>
      (await world.api(token, method, path, body)).status;
    expect(await ask("GET", `${one.path}/contents/a.txt`)).toBe(200);
    expect(await ask("POST", `${one.path}/git/blobs`, { content: "x" })).toBe(403);
    expect(await ask("POST", `${one.path}/issues`, { title: "x" })).toBe(403);
    expect(await ask("GET", other.path)).toBe(404);
    expect((await world.api(token, "GET", "/installation/repositories")).body).toMatchObject({
      total_count: 1,
    });
  });

  test.each([
    ["a permission that was not granted", { permissions: { actions: "read" } }],
    ["a higher level than was granted", { permissions: { statuses: "write" } }],
    ["a repository that it is not installed on", { repositories: ["nowhere"] }],
    ["the id of one that is not there", { repository_ids: [1] }],
  ])("is not made for %s", async (_, body) => {
    expect((await newToken(body)).status).toBe(422);
  });

  test("ends when it is revoked, and after an hour", async () => {
    const token = text(await newToken(), "token");
    expect((await world.api(token, "DELETE", "/installation/token")).status).toBe(204);
    expect((await world.api(token, "GET", one.path)).status).toBe(401);
    expect((await world.api(token, "DELETE", "/installation/token")).status).toBe(401);
    const old = text(await newToken(), "token");
    clock += 3_599_000;
    expect((await world.api(old, "GET", one.path)).status).toBe(200);
    clock += 2_000;
    expect((await world.api(old, "GET", one.path)).status).toBe(401);
  });

  test("acts as the App's bot, and what it does starts runs", async () => {
    const token = text(await newToken(), "token");
    const work = world.folder();
    await git(work, "clone", "-q", one.url(token), ".");
    await git(work, "commit", "-q", "--allow-empty", "-m", "by the app");
    await git(work, "push", "-q", "origin", "HEAD:refs/heads/by-app");
    const reply = await world.api(token, "POST", `${one.path}/pulls`, {
      head: "by-app",
      base: "main",
      title: "t",
    });
    expect(reply.body).toMatchObject({ user: { login: "slipway-app[bot]", type: "Bot" } });
    const issue = await world.api(token, "POST", `${one.path}/issues`, { title: "t" });
    expect(field(issue, "performed_via_github_app.slug")).toBe("slipway-app");
    expect(world.events.map(({ name, actor }) => [name, actor])).toEqual([
      ["push", "slipway-app[bot]"],
      ["pull_request", "slipway-app[bot]"],
      ["issues", "slipway-app[bot]"],
    ]);
  });

  test("needs `workflows` to change a workflow, by push and by API", async () => {
    const token = text(await newToken(), "token");
    const work = world.folder();
    await git(work, "clone", "-q", one.url(token), ".");
    await git(work, "checkout", "-q", "-b", "wf");
    const { mkdirSync, writeFileSync } = await import("node:fs");
    mkdirSync(`${work}/.github/workflows`, { recursive: true });
    writeFileSync(`${work}/.github/workflows/x.yml`, "on: push\n");
    await git(work, "add", "-A");
    await git(work, "commit", "-q", "-m", "wf");
    await expect(git(work, "push", "-q", "origin", "wf")).rejects.toThrow(/without `workflows` permission/);
    const body = { message: "m", content: Buffer.from("on: push\n").toString("base64") };
    const path = `${one.path}/contents/.github/workflows/x.yml`;
    expect((await world.api(token, "PUT", path, body)).status).toBe(403);
  });

  test("without the permission cannot push", async () => {
    const token = text(await newToken({ permissions: { contents: "read" } }), "token");
    const work = world.folder();
    await git(work, "clone", "-q", one.url(token), ".");
    await git(work, "commit", "-q", "--allow-empty", "-m", "x");
    await expect(git(work, "push", "-q", "origin", "HEAD:refs/heads/no")).rejects.toThrow(/403/);
  });

  test("writes check runs as its App, and no other App's", async () => {
    const token = world.local.mintAppToken("slipway-app", one.at);
    const head_sha = await one.head("main");
    const made = await world.api(token, "POST", `${one.path}/check-runs`, { name: "own", head_sha });
    expect(field(made, "app.id")).toBe(APP);
    const foreign = await world.local.writeCheckRun(one.at, { name: "theirs", headSha: head_sha });
    const reply = await world.api(token, "PATCH", `${one.path}/check-runs/${foreign.id}`, { name: "mine" });
    expect([reply.status, field(reply, "message")]).toEqual([403, expect.stringMatching(/Invalid app_id/)]);
    const listed = await one.api("GET", `/commits/${head_sha}/check-runs?app_id=${APP}`);
    expect(field(listed, "total_count")).toBe(1);
  });
});
