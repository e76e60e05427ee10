import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DEFAULT_POLICY, foldEvents, type LedgerEvent, ledgerRef } from "@slipway/model";
import { type BareServer, bareServer, fastClock, git, RECORDING } from "../../testing/bare.ts";
import { appendToLedger } from "./append.ts";
import { readEvents, readLedger, verifyLedger } from "./read.ts";

const runId = "r-20261120-7f3k2a";
const started: LedgerEvent = {
  type: "run.started",
  runId,
  dispatchId: null,
  idea: "A clock that counts down",
  requestedBy: "octocat",
  repository: "octo/clock",
  integrationBranch: "main",
  policy: DEFAULT_POLICY,
  backendUrl: null,
};
const advanced: LedgerEvent = { type: "run.resumed", dispatchId: null };

let server: BareServer;
beforeEach(() => {
  server = bareServer();
});
afterEach(() => server.close());

const appender = (overrides: Partial<Parameters<typeof appendToLedger>[0]> = {}) => ({
  ...fastClock(),
  git: server.remote(),
  log: RECORDING(),
  runId,
  by: "octocat",
  decide: () => ({ events: [advanced] }),
  ...overrides,
});
const start = () =>
  appendToLedger(appender({ decide: (state) => (state ? { refuse: "there" } : { events: [started] }) }));

describe("the ledger", () => {
  test("is missing until its first turn, then holds turn and snapshot", async () => {
    expect(await readLedger(server.remote(), runId)).toBeUndefined();
    const turned = await start();
    if (turned.kind !== "appended") throw new Error(turned.kind);
    const head = await readLedger(server.remote(), runId);
    expect(head).toEqual({ sha: turned.sha, state: turned.state });
    expect(head?.state.seq).toBe(1);
    expect(git(server.dir, ["log", "--format=%an %s", ledgerRef(runId)])).toBe(
      `Slipway ${runId} #1 run.started`,
    );
    expect(git(server.dir, ["ls-tree", "--name-only", ledgerRef(runId)]).split("\n")).toEqual([
      "state.json",
      "turn.json",
    ]);
  });

  test("grows turn by turn and each snapshot is the fold of the chain", async () => {
    await start();
    const append = appender({
      decide: () => ({
        events: [
          { type: "run.paused", dispatchId: null },
          { type: "run.resumed", dispatchId: null },
        ],
      }),
    });
    await appendToLedger(append);
    await appendToLedger(append);
    const events = await readEvents(server.remote(), runId);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect((await readLedger(server.remote(), runId))?.state).toEqual(foldEvents(null, events));
    expect(await verifyLedger(server.remote(), runId)).toEqual({ events: 5, problems: [] });
  });

  test("two turns at the same time both land, without a gap", async () => {
    await start();
    const decisions: (number | undefined)[] = [];
    const turns = await Promise.all(
      [1, 2, 3].map(() =>
        appendToLedger(
          appender({
            decide: (state) => {
              decisions.push(state?.seq);
              return { events: [advanced, advanced] };
            },
          }),
        ),
      ),
    );
    expect(turns.map(({ kind }) => kind)).toEqual(["appended", "appended", "appended"]);
    expect(decisions.length).toBeGreaterThan(3);
    expect((await readEvents(server.remote(), runId)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await verifyLedger(server.remote(), runId)).problems).toEqual([]);
  });

  test("of two starts one creates the ledger and the other is decided again", async () => {
    const [a, b] = await Promise.all([start(), start()]);
    expect([a.kind, b.kind].sort()).toEqual(["appended", "refused"]);
    expect(await readEvents(server.remote(), runId)).toHaveLength(1);
  });

  test("a stale head handed in loses the race and is read again", async () => {
    await start();
    const head = await readLedger(server.remote(), runId);
    if (!head) throw new Error("no ledger");
    await appendToLedger(appender());
    const turned = await appendToLedger(appender({ head }));
    expect(turned).toMatchObject({ kind: "appended", state: { seq: 3 } });
  });

  test("refusing or recording nothing writes nothing", async () => {
    const first = await start();
    if (first.kind !== "appended") throw new Error(first.kind);
    expect(await appendToLedger(appender({ decide: () => ({ refuse: "paused" }) }))).toMatchObject({
      kind: "refused",
      reason: "paused",
    });
    expect(await appendToLedger(appender({ decide: () => ({ events: [] }) }))).toMatchObject({
      kind: "unchanged",
    });
    expect(git(server.dir, ["rev-parse", ledgerRef(runId)])).toBe(first.sha);
  });

  test("a tampered snapshot is found, a foreign commit is named", async () => {
    await start();
    const ref = ledgerRef(runId);
    const turn = git(server.dir, ["show", `${ref}:turn.json`]);
    const state = git(server.dir, ["show", `${ref}:state.json`]);
    const tampered = server.commit({ "turn.json": turn, "state.json": state.replace("octocat", "mallory") });
    git(server.dir, ["update-ref", ref, tampered]);
    expect((await verifyLedger(server.remote(), runId)).problems).toEqual([
      `${tampered}: its snapshot is not the fold of the events up to 1.`,
    ]);
    const foreign = server.commit({ "readme.md": "hello" });
    git(server.dir, ["update-ref", ref, foreign]);
    await expect(readLedger(server.remote(), runId)).rejects.toThrow(
      `turn.json of ledger commit ${foreign} of ${runId} is missing: this commit was not written by Slipway.`,
    );
  });
});
