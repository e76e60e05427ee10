import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createLocalGitHub, type LocalGitHub } from "@slipway/local-github";
import { ConfigurationError } from "@slipway/model";
import { createRunner } from "./commands.ts";
import type { JobEnvironment } from "./environment.ts";
import { jobIdentity } from "./identity.ts";
import type { ActionName } from "./permissions.ts";
import { revokeAppToken } from "./post.ts";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();
const NAME = { owner: "acme", name: "spans" };
const PERMISSIONS = {
  actions: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  "pull-requests": "write",
  statuses: "read",
} as const;
const OWN = "the-job-token-itself";

let folder: string;
let local: LocalGitHub;
let appId: string;
let weakId: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-identity-"));
  local = await createLocalGitHub({ dataDir: folder });
  await local.createRepository({ ...NAME, ownerType: "Organization", visibility: "private" });
  appId = String(
    local.createApp({ slug: "ship", key: pem, permissions: PERMISSIONS, installedOn: ["acme/spans"] }).app.id,
  );
  const weak = { slug: "weak", key: pem, permissions: { contents: "read" }, installedOn: ["acme"] } as const;
  weakId = String(local.createApp(weak).app.id);
});
afterAll(async () => {
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

function job(action: ActionName, inputs: Readonly<Record<string, string>>) {
  const state = join(mkdtempSync(join(folder, "job-")), "state");
  writeFileSync(state, "");
  let printed = "";
  const env = {
    GITHUB_STATE: state,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
  const write = (text: string) => {
    printed += text;
  };
  const runner = createRunner(env, write);
  const environment = { owner: "acme", repo: "spans", apiUrl: local.apiUrl } as JobEnvironment;
  const saved = () => /^appToken<<.*\n(.*)\n/.exec(readFileSync(state, "utf8"))?.[1];
  return { identity: jobIdentity({ action, runner, environment }), printed: () => printed, saved, write };
}

const app = (more: Readonly<Record<string, string>>) => ({
  "app-id": appId,
  "app-private-key": pem,
  ...more,
});
const ask = (token: string, path: string) =>
  fetch(`${local.apiUrl}${path}`, { headers: { authorization: `Bearer ${token}` } }).then(
    (answer) => answer.status,
  );

describe("without an App", () => {
  test("the job's own token is used, masked, and what it cannot do is said", async () => {
    const { identity, printed, saved } = job("action-merge-gate", { stage: "publish" });
    expect(identity.told()).toBeUndefined();
    expect(await identity.token(OWN)).toBe(OWN);
    expect(printed()).toBe(`::add-mask::${OWN}\n`);
    expect(saved()).toBeUndefined();
    expect(identity.told()).toBe(
      "Acted as `github-actions[bot]` with `GITHUB_TOKEN`: pull requests opened with it start no CI of the repository's own until a person approves that.",
    );
  });

  test("a job that reads says nothing of it", async () => {
    const { identity } = job("action-exec", { stage: "qa" });
    await identity.token(OWN);
    expect(identity.told()).toBeUndefined();
  });
});

describe("with an App", () => {
  test("one token a job, for this repository and command, masked at once, revoked by the post step", async () => {
    const { identity, printed, saved, write } = job("action-merge-gate", app({ stage: "publish" }));
    const token = await identity.token(OWN);
    expect(token).not.toBe(OWN);
    expect(await identity.token(OWN)).toBe(token);
    expect(identity.told()).toBe("Acted as `ship[bot]`, a GitHub App.");
    expect(printed()).toContain(`::add-mask::${token}\n`);
    expect(printed()).toContain(`::add-mask::${pem.split("\n")[1]}\n`);
    expect(printed().replaceAll(/::add-mask::.*\n/g, "")).not.toContain(token);
    expect(saved()).toBe(token);
    // What `publish` has no need of, its token cannot do.
    expect(await ask(token, "/repos/acme/spans/branches")).toBe(200);
    expect(await ask(token, "/repos/acme/spans/actions/runs")).toBe(403);
    await revokeAppToken({ STATE_appToken: token, GITHUB_API_URL: local.apiUrl }, write);
    expect(await ask(token, "/repos/acme/spans/branches")).toBe(401);
    // Whatever happened to it before, the post step fails no job.
    await revokeAppToken({ STATE_appToken: token, GITHUB_API_URL: local.apiUrl }, write);
    await revokeAppToken({ GITHUB_API_URL: local.apiUrl }, write);
  });

  test("where the App may see the members of teams, the job that reads roles may, and no other", async () => {
    const slug = { slug: "sees-teams", key: pem, installedOn: ["acme/spans"] } as const;
    const granted = { ...PERMISSIONS, members: "read" } as const;
    const id = String(local.createApp({ ...slug, permissions: granted }).app.id);
    const asked = async (action: ActionName, inputs: Readonly<Record<string, string>>) => {
      await job(action, app({ ...inputs, "app-id": id })).identity.token(OWN);
      const entry = local.journal.findLast(({ route }) => route?.endsWith("/access_tokens"));
      return (entry?.responseBody as { token: string; permissions: Record<string, string> }) ?? {};
    };
    const decide = await asked("action-orchestrator", { command: "decide" });
    expect(decide).toMatchObject({ token: "***", permissions: { members: "read", contents: "write" } });
    const record = await asked("action-spec", { stage: "record" });
    expect(record.permissions).toEqual({ contents: "write", metadata: "read" });
  });

  test.each<[string, ActionName, () => Record<string, string>, string]>([
    [
      "an id without a key",
      "action-spec",
      () => ({ stage: "record", "app-id": appId }),
      "private key was not handed over",
    ],
    [
      "a key without an id",
      "action-spec",
      () => ({ stage: "record", "app-private-key": pem }),
      "SLIPWAY_APP_ID",
    ],
    ["a client id", "action-spec", () => app({ stage: "record", "app-id": "Iv23lixyz" }), "is not a number"],
    [
      "a key that is none",
      "action-spec",
      () => app({ stage: "record", "app-private-key": "x" }),
      "cannot be read",
    ],
    [
      "a permission that is missing",
      "action-spec",
      () => app({ stage: "record", "app-id": weakId }),
      "contents: write",
    ],
    ["a job that writes nothing", "action-exec", () => app({ stage: "qa" }), "a job that writes nothing"],
  ])("%s is refused, and nothing is written", async (_, action, inputs, words) => {
    const { identity, saved } = job(action, inputs());
    const before = local.journal.length;
    const error = await identity.token(OWN).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain(pem.split("\n")[1]);
    expect(saved()).toBeUndefined();
    expect(local.journal.slice(before).every((entry) => entry.method === "GET")).toBe(true);
  });
});
