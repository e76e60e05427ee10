/** Input that must be refused: by a client's request, by the repository's policy, by the model, by the command line. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runIdFor } from "@slipway/model";
import { commitFile } from "../../packages/cli/src/start/commits.ts";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench } from "./bench.ts";
import { BROKEN, CONFLICT, type Place, repositoryFrom } from "./repositories.ts";
import { type Ended, git, jsonLines, readReport, slipway } from "./support.ts";

const WRONG_SHAPE = join(BROKEN, "fixtures-wrong-shape");
const IDEA = "We need more colours.";
const NO_RUN = "r-20261121-abcdef";

describe("what a client sends", () => {
  let place: Place;
  let bench: TestBench;
  beforeAll(async () => {
    place = repositoryFrom(join(CONFLICT, "repository"));
    bench = await openBench({
      repo: place.repo,
      policy: join(CONFLICT, "slipway.yml"),
      fixtures: WRONG_SHAPE,
    });
  }, 60_000);
  afterAll(async () => {
    await bench?.stop();
    place?.remove();
  });

  test.each<[string, string, unknown, RegExp]>([
    [
      "an unknown command",
      "orchestrator.explode",
      {},
      /`orchestrator\.explode` is not a command\. Use one of orchestrator\.start, /,
    ],
    [
      "no payload at all",
      "orchestrator.start",
      undefined,
      /client_payload of orchestrator\.start is not valid: idea: /,
    ],
    [
      "an idea that is a list",
      "orchestrator.start",
      { idea: ["a", "b"] },
      /not valid: idea: .*expected string, received array/,
    ],
    [
      "an empty idea",
      "orchestrator.start",
      { idea: " \n " },
      /not valid: idea: the idea is empty: say in a sentence/,
    ],
    ["an unknown key", "orchestrator.start", { idea: IDEA, modell: "x" }, /not valid: .*modell/],
    ["an unknown version", "orchestrator.start", { version: 2, idea: IDEA }, /not valid: version: /],
    [
      "a dispatchId of no use",
      "orchestrator.start",
      { idea: IDEA, dispatchId: "1" },
      /dispatchId must be a UUID of version 7/,
    ],
    ["a run id that is a path", "orchestrator.pause", { runId: "../../heads/main" }, /not valid: runId: /],
    [
      "a run that is not there",
      "orchestrator.retry",
      { runId: NO_RUN },
      new RegExp(`There is no run ${NO_RUN} to retry`),
    ],
  ])(
    "%s: refused in words, and nothing is written",
    async (_, type, payload, message) => {
      const before = bench.written();
      expect(await bench.dispatch(type, payload)).toMatchObject({ status: 204 });
      const turns = await bench.turns();
      expect(turns).toHaveLength(1);
      expect(turns[0]).toMatchObject({ conclusion: "failure", ran: ["slipway / Decide"] });
      expect(turns[0]?.errors.join("\n")).toMatch(message);
      expect(turns[0]?.errors.join("\n")).not.toMatch(/fault in Slipway|\n +at /);
      expect(turns[0]?.summary).toMatch(message);
      expect(bench.written()).toEqual(before);
    },
    60_000,
  );

  test("a form sent without an idea", async () => {
    const before = bench.written();
    const sent = await bench.post("actions/workflows/slipway.yml/dispatches", {
      ref: "main",
      inputs: { command: "start" },
    });
    expect(sent).toMatchObject({ status: 204 });
    const [turn] = await bench.turns();
    expect(turn).toMatchObject({ conclusion: "failure" });
    expect(turn?.errors.join("\n")).toMatch(/client_payload of orchestrator\.start is not valid: idea: /);
    expect(bench.written()).toEqual(before);
  }, 60_000);

  test.each<[string, unknown, RegExp]>([
    ["too long", { idea: "x".repeat(70_000) }, /too large/],
    [
      "with too many properties",
      Object.fromEntries(Array.from({ length: 11 }, (__, at) => [`k${at}`, at])),
      /No more than 10 properties/,
    ],
    ["that is no object", [IDEA], /./],
  ])("a client_payload %s is refused by GitHub, and starts nothing", async (_, payload, message) => {
    const before = bench.written();
    const answer = await bench.dispatch("orchestrator.start", payload);
    expect(answer).toMatchObject({ status: 422, text: expect.stringMatching(message) });
    expect(await bench.turns()).toEqual([]);
    expect(bench.written()).toEqual(before);
  });

  test("an event that is for somebody else is left alone", async () => {
    const before = bench.written();
    await bench.dispatch("deploy.finished", { idea: IDEA });
    expect(await bench.turns()).toMatchObject([
      { conclusion: "success", errors: [], ran: ["slipway / Decide"] },
    ]);
    expect(bench.written()).toEqual(before);
  }, 60_000);

  test("a policy in the repository with an unknown key: named, and nothing is written", async () => {
    const change = (content: string) =>
      commitFile({
        bare: bench.bare,
        branch: "main",
        path: ".github/slipway.yml",
        content,
        message: "ci: policy",
      });
    const policy = readFileSync(join(CONFLICT, "slipway.yml"), "utf8");
    await change(readFileSync(join(BROKEN, "slipway-unknown-key.yml"), "utf8"));
    const before = bench.written();
    await bench.dispatch("orchestrator.start", { idea: IDEA });
    const [turn, ...more] = await bench.turns();
    expect(more).toEqual([]);
    expect(turn).toMatchObject({ conclusion: "failure", ran: ["slipway / Decide"] });
    const message = /\.github\/slipway\.yml on main is not a valid policy: .*gates/;
    expect(turn?.errors.join("\n")).toMatch(message);
    expect(turn?.summary).toMatch(message);
    expect(bench.written()).toEqual(before);
    await change(policy);
  }, 60_000);

  test("the same start twice at once, and once more later: one run, and nothing of it a second time", async () => {
    const { runId, dispatchId } = startRequest(IDEA, new Date());
    const payload = { version: 1, dispatchId, idea: IDEA };
    await Promise.all([
      bench.dispatch("orchestrator.start", payload),
      bench.dispatch("orchestrator.start", payload),
    ]);
    await bench.turns();
    const events = (await bench.events(runId)).map(({ event }) => event.type);
    expect(events).toEqual(["run.started", "stage.claimed", "stage.failed", "run.failed"]);
    // Asked three times, and then no more.
    expect(bench.modelCalls()).toBe(3);

    const before = bench.written();
    await bench.dispatch("orchestrator.start", payload);
    expect(await bench.turns()).toMatchObject([
      { conclusion: "success", errors: [], ran: ["slipway / Decide"] },
    ]);
    expect(bench.written()).toEqual(before);
    expect(bench.modelCalls()).toBe(3);
    expect(runIdFor(dispatchId, new Date())).toBe(runId);
  }, 60_000);
});

describe("on the command line", () => {
  let place: Place;
  const run = (name: string, ...args: string[]) =>
    slipway(["run", "--repo", "repository", "--idea", IDEA, "--out", name, ...args], place.folder);
  let shape: Ended;
  let command: Ended;
  beforeAll(async () => {
    place = repositoryFrom(join(CONFLICT, "repository"));
    [shape, command] = await Promise.all([
      run("shape", "--policy", join(CONFLICT, "slipway.yml"), "--fixtures", WRONG_SHAPE),
      run(
        "command",
        "--policy",
        join(BROKEN, "slipway-no-command.yml"),
        "--fixtures",
        join(CONFLICT, "fixtures"),
      ),
    ]);
  }, 240_000);
  afterAll(() => place?.remove());

  /** A run that failed: its ledger says so, and that is all there is of it. */
  function expectNothingBut(out: string) {
    const report = readReport(join(place.folder, out));
    expect(report.result).toMatchObject({ outcome: "failed", exitCode: 1 });
    expect(report.run.state).toBe("FAILED");
    expect(report.ledger.problems).toEqual([]);
    const bare = join(place.folder, out, "repository.git");
    expect(git(bare, "for-each-ref", "--format=%(refname)").split("\n")).toEqual([
      "refs/heads/main",
      `refs/slipway/runs/${report.run.id}`,
    ]);
    for (const kind of ["issues", "pulls", "comments", "checks", "releases"]) {
      expect(readFileSync(join(place.folder, out, `github/${kind}.json`), "utf8").trim()).toBe("[]");
    }
    return report;
  }

  test("a model that answers with the wrong shape three times: the stage, and what was wrong with the answer", () => {
    expect(shape.code).toBe(1);
    const message =
      /The run failed: The spec stage failed: The model answered the spec stage 3 times with something other than what was asked for\..*summary: .*requirements\[0\]\.id: a requirement id looks like FR-001/;
    expect(shape.stdout).toMatch(message);
    expect(shape.stdout.match(/The model answered the spec stage/g)).toHaveLength(1);
    const report = expectNothingBut("shape");
    expect(report.usage.calls).toBe(3);
    expect(jsonLines(join(place.folder, "shape/model.jsonl"))).toHaveLength(3);
  });

  test("a QA command that does not exist: named before the model is asked anything", () => {
    expect(command.code).toBe(1);
    expect(command.stdout).toMatch(/The run failed: .*qa\.test.*`no-such-command`/);
    const report = expectNothingBut("command");
    expect(report.usage.calls).toBe(0);
    expect(jsonLines(join(place.folder, "command/model.jsonl"))).toEqual([]);
  });

  test.each<[string, string[], RegExp]>([
    ["an empty idea", ["--idea", ""], /--idea: the idea is empty/],
    ["an option that does not exist", ["--ideas", "x"], /unknown option '--ideas'/],
    [
      "a policy with an unknown key",
      ["--policy", join(BROKEN, "slipway-unknown-key.yml")],
      /slipway-unknown-key\.yml is not a valid policy: .*gates/,
    ],
  ])("%s: exit code 2, one message, no result folder", async (_, args, message) => {
    const ended = await run("none", "--fixtures", WRONG_SHAPE, ...args);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(message);
    expect(existsSync(join(place.folder, "none"))).toBe(false);
  });
});
