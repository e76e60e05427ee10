import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { ConfigurationError, DEFAULT_POLICY, type LedgerEvent } from "@slipway/model";
import { RECORDING } from "../../testing/bare.ts";
import { type LocalWorld, localWorld } from "../../testing/local.ts";
import { GitTransportError } from "../git/errors.ts";
import { createGitRemote } from "../git/remote.ts";
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
const resumed: LedgerEvent = { type: "run.resumed", dispatchId: null };

let world: LocalWorld;
beforeAll(async () => {
  world = await localWorld();
});
beforeEach(async () => {
  await world.newRepository();
});
afterAll(() => world.close());

const append = (event: LedgerEvent = resumed, more: Partial<Parameters<typeof appendToLedger>[0]> = {}) =>
  appendToLedger({ ...world.github, runId, by: "octocat", decide: () => ({ events: [event] }), ...more });

type Kind = "cut-after" | "cut-before" | "500" | "503";

/** What happens to the pushes that follow, in order; later ones get through. */
function onPush(...kinds: readonly Kind[]): void {
  const left = [...kinds];
  world.fault((request) => {
    if (request.method !== "POST" || !request.path.endsWith("/git-receive-pack")) return undefined;
    const kind = left.shift();
    if (kind === undefined) return undefined;
    return kind === "cut-after" || kind === "cut-before"
      ? { kind }
      : { kind: "respond", status: Number(kind) };
  });
}

async function expectEvents(count: number): Promise<void> {
  world.fault(undefined);
  const events = await readEvents(world.github.git, runId);
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect((await verifyLedger(world.github.git, runId)).problems).toEqual([]);
}

describe("a push to the ledger", () => {
  // On a cut connection curl sends the push again by itself, and the second answer is that it lost the race.
  test.each<[Kind, Kind | undefined]>([
    ["cut-after", undefined],
    ["cut-after", "cut-before"],
    ["cut-after", "503"],
  ])("that arrived, but whose answer was lost (%s, %s), is not doubled", async (first, second) => {
    const kinds = second === undefined ? [first] : [first, second];
    onPush(...kinds);
    expect(await append(started)).toMatchObject({ kind: "appended", state: { seq: 1 } });
    onPush(...kinds);
    expect(await append()).toMatchObject({ kind: "appended", state: { seq: 2 } });
    await expectEvents(2);
  });

  test.each<Kind>(["cut-before", "500", "503"])("that failed (%s) is sent again", async (kind) => {
    await append(started);
    onPush(kind, kind);
    expect(await append()).toMatchObject({ kind: "appended", state: { seq: 2 } });
    await expectEvents(2);
  });

  test("that arrived unseen, and on which another has built since, is found in the chain", async () => {
    await append(started);
    onPush("cut-after", "503");
    let others = 0;
    const slow = append(
      { type: "run.paused", dispatchId: null },
      {
        // Before this turn looks whether its push arrived, another turn is recorded.
        sleep: async () => {
          if (others++ === 0) await append();
        },
      },
    );
    expect(await slow).toMatchObject({ kind: "appended", state: { seq: 2 } });
    expect(others).toBe(1);
    await expectEvents(3);
  });

  test("that never gets through is an error and leaves nothing", async () => {
    await append(started);
    onPush(...Array<Kind>(20).fill("503"));
    await expect(append()).rejects.toBeInstanceOf(GitTransportError);
    await expectEvents(1);
  });

  test.each([
    ["a token that is none", () => "wrong-token"],
    ["a token that may only read", () => world.mintToken({ contents: "read" })],
  ])("with %s says which permission is missing, without the token", async (_, mint) => {
    await append(started);
    const token = mint();
    const { url } = world.github.git;
    const git = createGitRemote({
      url,
      token,
      environment: { PATH: process.env.PATH },
      log: RECORDING(),
      clock: world.github,
    });
    const error = await append(resumed, { git }).catch((thrown: unknown) => thrown);
    await git.close();
    expect(error).toBeInstanceOf(ConfigurationError);
    const { message } = error as Error;
    expect(message).toMatch(/contents: write/);
    expect(message).not.toContain(token);
    expect(message).not.toContain(Buffer.from(`x-access-token:${token}`).toString("base64"));
    await expectEvents(1);
  });

  test("of four turns at once lands four times, in some order, without a gap", async () => {
    await append(started);
    const turns = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { url } = world.github.git;
        const token = world.mintToken({ contents: "write" });
        const git = createGitRemote({
          url,
          token,
          environment: { PATH: process.env.PATH },
          log: RECORDING(),
          clock: world.github,
        });
        const turned = await append(resumed, { git });
        await git.close();
        return turned.kind;
      }),
    );
    expect(turns).toEqual(Array(4).fill("appended"));
    await expectEvents(5);
  });
});
