import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { RECORDING } from "../testing/bare.ts";
import { type Answer, type ScriptedServer, scripted } from "../testing/http.ts";
import { type LocalWorld, localWorld } from "../testing/local.ts";
import { type AppIdentity, createAppToken, revokeToken } from "./identity.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const pkcs8 = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

let world: LocalWorld;
let appId: string;
let apps = 0;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
  world.commit({ "a.txt": "1\n" });
  const { app } = world.local.createApp({
    slug: `slipway-${++apps}`,
    key: pkcs8,
    permissions: { contents: "write", "pull-requests": "write", issues: "read" },
    installedOn: [`${world.github.owner}/${world.github.repo}`],
  });
  appId = String(app.id);
});
afterAll(() => world.close());

const identity = (more: Partial<AppIdentity> = {}): AppIdentity => ({
  appId,
  privateKey: pkcs1,
  apiUrl: world.local.apiUrl,
  owner: world.github.owner,
  repo: world.github.repo,
  permissions: { contents: "read", "pull-requests": "write" },
  userAgent: "slipway-test",
  log: RECORDING(),
  ...more,
});
const refusal = async (more: Partial<AppIdentity>) => {
  const error = await createAppToken(identity(more)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  return (error as Error).message;
};

describe("a token of an App", () => {
  test("does what was asked for and no more, as the App, until it is revoked", async () => {
    const made = await createAppToken(identity());
    expect(made).toMatchObject({ slug: `slipway-${apps}`, login: `slipway-${apps}[bot]` });
    expect(Date.parse(made.expiresAt)).toBeGreaterThan(Date.now());
    const github = world.client(made.token);
    const at = { owner: github.owner, repo: github.repo };
    await github.octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch: "main" });
    await expect(
      github.octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, title: "x" }),
    ).rejects.toBeInstanceOf(ConfigurationError);
    const token = {
      token: made.token,
      apiUrl: world.local.apiUrl,
      userAgent: "slipway-test",
      log: RECORDING(),
    };
    await revokeToken(token);
    await revokeToken(token);
    await expect(
      github.octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch: "main" }),
    ).rejects.toThrow(/did not accept the token/);
  });

  test.each<[string, string]>([
    ["PKCS#1", pkcs1],
    ["PKCS#8", pkcs8],
    ["escaped line ends", pkcs1.replaceAll("\n", "\\n")],
    ["quotes and Windows line ends", `"${pkcs8.replaceAll("\n", "\\r\\n")}"`],
  ])("is made with a key in %s", async (_, key) => {
    expect((await createAppToken(identity({ privateKey: key }))).token).toMatch(/^ghs_/);
  });
});

describe("a person is told", () => {
  test.each<[string, string, RegExp]>([
    ["no key", "", /^The private key of App \d+ cannot be read\. Give the whole \.pem file/],
    ["half a key", pkcs1.slice(0, 200), /cannot be read/],
    ["another kind of key", ec, /is not an RSA key/],
  ])("of %s", async (_, key, words) => {
    const message = await refusal({ privateKey: key });
    expect(message).toMatch(words);
    expect(message).not.toContain(pkcs1.slice(60, 90));
  });

  test("of a key that is another App's", async () => {
    const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();
    expect(await refusal({ privateKey: stranger })).toMatch(
      /^GitHub does not accept the private key for App \d+: .*Check that id and key are of the same App/,
    );
    expect(await refusal({ appId: "999999" })).toMatch(/does not accept the private key for App 999999/);
  });

  test("that the App is not installed there", async () => {
    await world.newRepository();
    expect(await refusal({})).toMatch(
      new RegExp(
        `^The GitHub App "slipway-${apps}" is not installed on octo/${world.github.repo}\\. An owner of octo`,
      ),
    );
  });

  test("which permission the App lacks, and where to grant it", async () => {
    expect(await refusal({ permissions: { contents: "write", issues: "write", checks: "read" } })).toBe(
      `The GitHub App "slipway-${apps}" may not do what is asked of it on octo/${world.github.repo}: it lacks issues: write, checks: read. ` +
        "Grant it in the App's settings under Permissions & events → Repository permissions; then the owner of the installation accepts the change.",
    );
  });
});

describe("when GitHub is not well", () => {
  let server: ScriptedServer;
  afterEach(() => server.close());
  const app = { status: 200, body: { slug: "slipway" } };
  const installation = {
    status: 200,
    body: { id: 1, suspended_at: null, permissions: { contents: "write" } },
  };
  const token = {
    status: 201,
    body: { token: "ghs_1", expires_at: "2026-11-20T11:00:00Z", permissions: {} },
  };
  const scriptedToken = async (...answers: Answer[]) => {
    server = await scripted(
      (_, index) => answers[index] ?? { status: 500, body: { message: "not scripted" } },
    );
    const { clock, log } = server;
    return createAppToken(
      identity({
        apiUrl: server.url,
        owner: "octo",
        repo: "clock",
        permissions: { contents: "read" },
        clock,
        log,
      }),
    );
  };

  test("lost answers are asked for again", async () => {
    const made = await scriptedToken(app, "cut", installation, "cut", token);
    expect(made).toEqual({
      token: "ghs_1",
      expiresAt: "2026-11-20T11:00:00Z",
      slug: "slipway",
      login: "slipway[bot]",
    });
    expect(server.seen.at(-1)?.body).toEqual({ repositories: ["clock"], permissions: { contents: "read" } });
  });

  test("permissions that the owner has not accepted yet are named", async () => {
    const refused = {
      status: 422,
      body: { message: "The permissions requested are not granted to this installation." },
    };
    await expect(scriptedToken(app, installation, refused)).rejects.toThrow(
      /gives GitHub App "slipway" no token for octo\/clock: The permissions requested.*contents: read; an owner of octo may have to accept/,
    );
  });

  test("a suspended App is named", async () => {
    const suspended = { status: 200, body: { ...installation.body, suspended_at: "2026-01-01T00:00:00Z" } };
    await expect(scriptedToken(app, suspended)).rejects.toThrow(/is suspended on octo/);
  });
});

test("the library is not loaded before it is used", () => {
  const source = readFileSync(new URL("./identity.ts", import.meta.url), "utf8");
  expect(source).not.toMatch(/^import .*@octokit/m);
});
