import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  appendToLedger,
  createGitHub,
  type GitHub,
  type LedgerHead,
  readLedger,
  SYSTEM_CLOCK,
} from "@slipway/github";
import { createLocalGitHub, type LocalGitHub } from "@slipway/local-github";
import { DEFAULT_POLICY, type LedgerEvent } from "@slipway/model";
import { watchControl } from "./control.ts";

const RUN = "r-20261120-7f3k2a";
const NAME = { owner: "acme", name: "spans" };
const STARTED: LedgerEvent = {
  type: "run.started",
  runId: RUN,
  dispatchId: null,
  idea: "Weeks",
  requestedBy: "ada",
  repository: "acme/spans",
  integrationBranch: "main",
  policy: DEFAULT_POLICY,
  backendUrl: null,
};

let folder: string;
let local: LocalGitHub;
let github: GitHub;
const warnings: string[] = [];
/** Time as the watch sees it, in milliseconds; waiting between tries takes none. */
let time = Date.parse("2026-11-20T10:00:00Z");
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-control-"));
  local = await createLocalGitHub({ dataDir: folder });
  await local.createRepository(NAME);
  local.addCollaborator(NAME, "ada", "admin");
  const say = () => undefined;
  github = createGitHub({
    token: local.mintUserToken("ada"),
    apiUrl: local.apiUrl,
    serverUrl: local.url,
    owner: NAME.owner,
    repo: NAME.name,
    userAgent: "slipway-test",
    log: { debug: say, info: say, warn: (text) => void warnings.push(text) },
    clock: { ...SYSTEM_CLOCK, now: () => new Date(time), sleep: async () => undefined },
    environment: { PATH: process.env.PATH },
  });
  await append(STARTED);
});
afterAll(async () => {
  await github.close();
  await local.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

const append = (event: LedgerEvent) =>
  appendToLedger({
    ...github,
    git: github.git,
    log: github.log,
    runId: RUN,
    by: "ada",
    decide: () => ({ events: [event] }),
  });
const watch = async () => watchControl(github, RUN, (await readLedger(github.git, RUN)) as LedgerHead);
const asked = () => local.journal.filter(({ kind }) => kind === "git").length;

test("a pause is seen at the next look, not before the server is asked again", async () => {
  const control = await watch();
  expect(await control.look()).toBe("RUN");
  await append({ type: "run.paused", dispatchId: null });
  const before = asked();
  time += 19_999;
  expect(await control.look(20_000)).toBe("RUN");
  expect(asked()).toBe(before);
  time += 1;
  expect(await control.look(20_000)).toBe("PAUSED");
  expect(control.state.seq).toBe(2);
});

test("nothing is fetched where the ledger has not moved", async () => {
  const control = await watch();
  const before = local.journal.length;
  expect(await control.look()).toBe("PAUSED");
  const fetched = local.journal.slice(before).filter(({ method }) => method === "POST");
  // One request for the refs; none for objects besides what that protocol asks for by POST.
  expect(fetched.length).toBeLessThanOrEqual(1);
});

test("a server that is away is no reason to stop: it is said once, and what was known holds", async () => {
  await append({ type: "run.resumed", dispatchId: null });
  const control = await watch();
  await local.close();
  expect(await control.look()).toBe("RUN");
  expect(await control.look()).toBe("RUN");
  expect(warnings.filter((text) => text.includes("could not be read; going on"))).toHaveLength(1);
});
