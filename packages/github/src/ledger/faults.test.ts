import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError, DEFAULT_POLICY, type LedgerEvent } from "@slipway/model";
import { GitTransportError } from "../git/errors.ts";
import { createGitRemote, type GitRemote } from "../git/remote.ts";
import { type BareServer, bareServer, fastClock, git, RECORDING } from "../testing/bare.ts";
import { type GitFault, type GitHttpServer, gitHttp } from "../testing/git-http.ts";
import { appendToLedger } from "./append.ts";
import { readEvents, verifyLedger } from "./read.ts";

const runId = "r-20261120-7f3k2a";
const started: LedgerEvent = {
  type: "run.started",
  runId,
  dispatchId: null,
  idea: "A clock",
  requestedBy: "octocat",
  repository: "octo/clock",
  integrationBranch: "main",
  policy: DEFAULT_POLICY,
  backendUrl: null,
};

let bare: BareServer;
let http: GitHttpServer;
let faults: (name: string) => GitFault;
let opened: GitRemote[] = [];
beforeEach(async () => {
  bare = bareServer();
  git(bare.dir, ["config", "http.receivepack", "true"]);
  faults = () => undefined;
  http = await gitHttp(bare.dir, (name) => faults(name));
});
afterEach(async () => {
  await Promise.all(opened.map((remote) => remote.close()));
  opened = [];
  await http.close();
  await bare.close();
});

function remote(token = "good-token"): GitRemote {
  const made = createGitRemote({
    url: http.url,
    token,
    environment: { PATH: process.env.PATH },
    log: RECORDING(),
    clock: fastClock(),
  });
  opened.push(made);
  return made;
}
const append = (event: LedgerEvent = { type: "run.resumed", dispatchId: null }, from = remote()) =>
  appendToLedger({
    ...fastClock(),
    git: from,
    log: RECORDING(),
    runId,
    by: "octocat",
    decide: () => ({ events: [event] }),
  });
const isPush = (name: string) => name.startsWith("POST") && name.endsWith("git-receive-pack");

/** Applies a fault to the first `count` pushes. */
function onPush(fault: GitFault, count = 1): void {
  let left = count;
  faults = (name) => (isPush(name) && left-- > 0 ? fault : undefined);
}

async function expectEvents(count: number): Promise<void> {
  faults = () => undefined;
  const events = await readEvents(remote(), runId);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect((await verifyLedger(remote(), runId)).problems).toEqual([]);
}

describe("a push to the ledger", () => {
  // On a cut connection curl sends the push again by itself, and the second answer is that it lost the race.
  test.each<GitFault>(["cut-after", "fail-after"])(
    "that arrived, but whose answer was lost (%s), is not doubled",
    async (fault) => {
      onPush(fault);
      expect(await append(started)).toMatchObject({ kind: "appended", state: { seq: 1 } });
      onPush(fault);
      expect(await append()).toMatchObject({ kind: "appended", state: { seq: 2 } });
      await expectEvents(2);
    },
  );

  test.each<GitFault>(["cut-before", { status: 500 }, { status: 503 }])(
    "that failed by %j is sent again",
    async (fault) => {
      await append(started);
      onPush(fault);
      expect(await append()).toMatchObject({ kind: "appended", state: { seq: 2 } });
      await expectEvents(2);
    },
  );

  test("that arrived unseen, and on which another has built since, is found in the chain", async () => {
    await append(started);
    let cut = false;
    faults = (name) => {
      if (!isPush(name) || cut) return undefined;
      cut = true;
      return "fail-after";
    };
    const slow = appendToLedger({
      ...fastClock(),
      // Before this turn looks whether its push arrived, another turn is recorded.
      sleep: async () => void (await append()),
      git: remote(),
      log: RECORDING(),
      runId,
      by: "octocat",
      decide: () => ({ events: [{ type: "run.paused", dispatchId: null }] }),
    });
    expect(await slow).toMatchObject({ kind: "appended", state: { seq: 2 } });
    await expectEvents(3);
  });

  test("that never gets through is an error and leaves nothing", async () => {
    await append(started);
    onPush({ status: 503 }, 99);
    await expect(append()).rejects.toBeInstanceOf(GitTransportError);
    await expectEvents(1);
  });

  test("that the token may not make says which permission is missing, without the token", async () => {
    const error = await append(started, remote("wrong-token")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as Error).message).toMatch(/contents: write/);
    expect((error as Error).message).not.toMatch(/wrong-token|eC1hY2Nlc3MtdG9rZW4/);
    expect(http.seen.length).toBeLessThan(4);
  });
});
