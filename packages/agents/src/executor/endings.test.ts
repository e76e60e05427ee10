import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Bench, bash, LIMITS, openBench, results, submit } from "../testing/bench.ts";
import { NODE } from "../testing/world.ts";

describe("whatever ends an execution, its work is kept", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  test("a limit of the change is said when the agent asks, and the work is kept when it persists", async () => {
    bench.script(
      [bash("for i in $(seq 25); do echo $i > f$i.txt; done")],
      [submit()],
      [submit()],
      [submit()],
    );
    const draft = await bench.run();
    expect(results(draft)[1]).toContain("25 files and limits.files allows 20");
    expect(draft).toMatchObject({ outcome: "unfinished", reason: expect.stringContaining("25 files") });
    expect(draft.files).toHaveLength(25);
  });

  test("the turn limit ends it with the work saved", async () => {
    bench.script([bash("echo a > a.txt")], [bash("true")]);
    const draft = await bench.run({ limits: { ...LIMITS, steps: 2, seconds: 60 } });
    expect(draft).toMatchObject({ outcome: "unfinished", steps: 2, title: NODE.title });
    expect(draft.reason).toMatch(/limit of 2 turns/);
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
    expect(draft.trajectory.trim().split("\n").at(-1)).toContain('"type":"end"');
  });

  test("the time limit ends it while a command runs", async () => {
    bench.script([bash("echo a > a.txt; sleep 60")], [submit()]);
    const draft = await bench.run({ limits: { ...LIMITS, steps: 9, seconds: 2 } });
    expect(draft.reason).toMatch(/time limit of 2 s/);
    expect(draft.files.map(({ path }) => path)).toEqual(["a.txt"]);
  });

  test("a stop from outside ends it with the work saved", async () => {
    const controller = new AbortController();
    bench.script([bash("echo a > a.txt")], [bash("true")]);
    const draft = await bench.run({
      signal: controller.signal,
      onStep: (line) => line.includes('"type":"result"') && controller.abort(),
    });
    expect(draft).toMatchObject({
      outcome: "unfinished",
      reason: "The job was asked to stop.",
      files: [{ path: "a.txt" }],
    });
  });

  test("a model that answers without usable calls is told, and then ended; a good call between starts anew", async () => {
    bench.script(
      "I think.",
      [{ name: "unknown", arguments: {} }],
      [bash("true")],
      "Hm.",
      [{ name: "bash", arguments: { cmd: 1 } }],
      "Well.",
      "So.",
      [submit()],
    );
    const draft = await bench.run();
    expect(draft).toMatchObject({ outcome: "unfinished", ending: "format-errors", steps: 7 });
    expect(draft.reason).toMatch(/went round in circles.*3 answers were no usable tool call/s);
    expect(draft.trajectory).toContain("Once more the same ends the work");
    expect(results(draft)[0]).toContain(`There is no tool "unknown"`);
  });

  test.each([
    [
      "overload",
      { error: { message: "busy", type: "overloaded_error" }, status: 529 },
      /answered 529.*retry the stage later/s,
    ],
    ["refusal", { content: "no", finishReason: "refusal" }, /refused.*Reword/s],
    ["context", { content: "no", finishReason: "model_context_window_exceeded" }, /context window.*Split/s],
  ])("%s in the middle keeps the work", async (_name, response, reason) => {
    bench.script([bash("echo a > a.txt")]);
    bench.model.mock.on({ userMessage: "Slipway node: T1\n", turnIndex: 1 }, response);
    const draft = await bench.run();
    expect(draft).toMatchObject({
      outcome: "unfinished",
      files: [{ path: "a.txt" }],
      usage: { inputTokens: 100 },
    });
    expect(draft.reason).toMatch(reason);
  });

  test("an answer cut off at the output limit is said, not taken for a call", async () => {
    bench.model.mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex: 0 },
      { toolCalls: [{ name: "bash", arguments: '{"command":"echo a > a.txt"}' }], finishReason: "length" },
    );
    bench.model.mock.on(
      { userMessage: "Slipway node: T1\n", turnIndex: 1 },
      { toolCalls: [{ name: "submit", arguments: '{"title":"t","summary":"s"}' }] },
    );
    const draft = await bench.run();
    expect(results(draft)[0]).toContain("cut off");
    expect(draft.files).toEqual([]);
  });

  test("the trouble of the last attempt reaches the model, credentials do not reach the trajectory", async () => {
    bench.script([bash("echo ghp_abcdefghijklmnopqrstuvwxyz0123456789 my-own-key-1")], [submit()]);
    const lines: string[] = [];
    const draft = await bench.run({
      trouble: "greet.test.mjs failed: expected Ada",
      attempt: 2,
      secrets: ["my-own-key-1"],
      onStep: (line) => lines.push(line),
    });
    expect(draft.trajectory).toContain("expected Ada");
    expect(draft.trajectory).not.toMatch(/ghp_|my-own-key/);
    expect(lines.map((line) => `${line}\n`).join("")).toBe(draft.trajectory);
  });

  test("a work tree that is gone ends it with a reason and the tokens that were paid", async () => {
    bench.script(
      [bash(`rm -rf ${bench.repository.dir}`)],
      [bash("true")],
      [submit()],
      [submit()],
      [submit()],
    );
    const draft = await bench.run();
    expect(draft).toMatchObject({ outcome: "unfinished", files: [], usage: { calls: 5, inputTokens: 500 } });
    expect(draft.reason).toMatch(/could not be collected/);
  });

  test("folders of the agent's that cannot be removed are no reason to lose the work", async () => {
    // Longer than the system takes in one path; for others than the administrator, modules of Go are of this kind.
    const deep = `cd ~ && for i in $(seq 30); do mkdir ${"d".repeat(200)} && cd ${"d".repeat(200)}; done`;
    bench.script([bash(`echo a > a.txt; echo ~; ${deep}`)], [submit()]);
    const draft = await bench.run();
    expect(draft).toMatchObject({ outcome: "finished", files: [{ path: "a.txt" }] });
    const home = results(draft)[0]?.split("\n")[0] ?? "";
    expect(home).toMatch(/slipway-work-/);
    execFileSync("rm", ["-rf", dirname(home)]);
  });

  test("null stands for what is left out", async () => {
    const view = { command: "view", path: "greet.mjs", view_range: null, old_str: null };
    const create = { command: "create", path: "a.txt", file_text: "a", insert_line: null };
    bench.script(
      [{ name: "str_replace_based_edit_tool", arguments: view }],
      [{ name: "str_replace_based_edit_tool", arguments: create }],
      [{ name: "bash", arguments: { command: "cat a.txt", restart: null } }],
      [submit()],
    );
    const draft = await bench.run();
    expect(results(draft).slice(0, 3)).toEqual([
      expect.stringMatching(/^ {5}1\t/),
      "Wrote a.txt (1 lines).",
      "a\n[exit code 0]",
    ]);
  });

  test("a checkout without the commit is an error that says so", async () => {
    await expect(bench.run({ startSha: "1".repeat(40) })).rejects.toThrow(/does not hold the commit 1111/);
  });
});
