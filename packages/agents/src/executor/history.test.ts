import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Bench, bash, editor, LIMITS, openBench, results, submit } from "../testing/bench.ts";

describe("the history", () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.close());

  test("each request begins with the whole of the one before, whatever is said in between", async () => {
    bench.script(
      [bash("echo a > a.txt"), editor("view", { path: "greet.mjs" })],
      "Let me think.",
      [{ name: "unknown", arguments: {} }],
      [bash("false")],
      [bash("false")],
      [bash("false")],
      [bash("date +%N")],
      [submit()],
      [submit()],
    );
    const prefixes: string[] = [];
    const draft = await bench.run({
      review: true,
      limits: { ...LIMITS, steps: 12, tokens: 1_500 },
      client: {
        complete(request) {
          const { turns, signal: _, ...rest } = request;
          prefixes.push(`${JSON.stringify(rest)}${turns.map((turn) => JSON.stringify(turn)).join("")}`);
          return bench.model.client.complete(request);
        },
      },
    });
    expect(draft).toMatchObject({ ending: "submitted", outcome: "finished" });
    expect(prefixes).toHaveLength(9);
    for (const [index, prefix] of prefixes.slice(1).entries())
      expect(prefix.startsWith(prefixes[index] ?? "?")).toBe(true);
    // All of what can be said was said: no tool, a circle, what is left.
    expect(draft.trajectory).toMatch(/You used no tool/);
    expect(draft.trajectory).toMatch(/going round in circles/);
    expect(draft.trajectory).toMatch(/Budget left: \d+ of 12 turns, .*, \d+ of 1500 tokens/);
  });

  test("the first submission gives the change back with a list; the second confirms it", async () => {
    bench.script([bash("echo a > a.txt")], [submit()], [bash("echo b > a.txt")], [submit()]);
    const draft = await bench.run({ review: true });
    expect(draft).toMatchObject({
      outcome: "finished",
      steps: 4,
      files: [{ path: "a.txt", content: "b\n" }],
    });
    expect(results(draft)[1]).toMatch(
      /^Not submitted yet\.[\s\S]*a\.txt \| 1 \+[\s\S]*\n\+a\n[\s\S]*See to it that:\n- /,
    );
    expect(results(draft)[3]).toBe("Submitted.");
  });

  test("a last turn is not spent on a second look", async () => {
    bench.script([bash("echo a > a.txt")], [submit()]);
    expect(await bench.run({ review: true, limits: { ...LIMITS, steps: 2 } })).toMatchObject({
      outcome: "finished",
      steps: 2,
    });
  });

  test("commands that have to pass are run, shown, and run anew only for another change", async () => {
    const count = "echo run >> ../count-of-runs-$(basename $PWD); ";
    bench.script([bash("echo a > a.txt")], [submit()], [bash("echo b > a.txt")], [submit()], [submit()]);
    const draft = await bench.run({
      review: true,
      commands: [`${count} cat a.txt; test "$(cat a.txt)" = b`],
    });
    expect(draft).toMatchObject({ outcome: "finished", ending: "submitted" });
    expect(results(draft)[1]).toMatch(
      /Mend this[\s\S]*failed with exit code 1[\s\S]*<data source="output of [^\n]*\na\n/,
    );
    expect(results(draft)[3]).toMatch(/look it over[\s\S]*passed\./);
    expect(draft.checks).toMatchObject([{ exitCode: 0, output: "b" }]);
    const { readFileSync, rmSync } = await import("node:fs");
    const counted = `${bench.repository.dir}/../count-of-runs-${bench.repository.dir.split("/").at(-1)}`;
    expect(readFileSync(counted, "utf8")).toBe("run\nrun\n");
    rmSync(counted);
    expect(draft.summary).toContain("passed.");
  });

  test("one that keeps failing is told honestly, and the work is not finished", async () => {
    bench.script([bash("echo a > a.txt")], [submit()], [submit()], [submit("All good.")]);
    const draft = await bench.run({ commands: ["echo why; exit 3"] });
    expect(draft).toMatchObject({
      ending: "submitted",
      outcome: "unfinished",
      steps: 4,
      files: [{ path: "a.txt" }],
    });
    expect(draft.reason).toMatch(/"echo why; exit 3" failed with exit code 3/);
    expect(draft.summary).toMatch(/All good\.[\s\S]*failed with exit code 3/);
  });

  test("after each turn that changed something the work so far can be saved", async () => {
    bench.script(
      [bash("true")],
      [bash("echo a > a.txt")],
      [bash("ls")],
      [bash("echo b > b.txt")],
      [submit()],
    );
    const saved: string[][] = [];
    await bench.run({
      checkpoints: {
        everyMs: 0,
        save: ({ files, outcome, trajectory }) => {
          expect(outcome).toBe("unfinished");
          expect(trajectory).toContain('"type":"result"');
          saved.push(files.map(({ path }) => path));
        },
      },
    });
    expect(saved).toEqual([["a.txt"], ["a.txt", "b.txt"]]);
  });

  test("the work so far is not saved more often than it was asked for", async () => {
    bench.script([bash("echo a > a.txt")], [bash("echo b > b.txt")], [submit()]);
    const saved: number[] = [];
    await bench.run({
      checkpoints: { everyMs: 600_000, save: ({ files }) => void saved.push(files.length) },
    });
    expect(saved).toEqual([]);
  });

  test("what reads along or saves and fails does not end the work", async () => {
    bench.script([bash("echo a > a.txt")], [submit()]);
    const fails = () => {
      throw new Error("no room on the disk");
    };
    const draft = await bench.run({ onStep: fails, checkpoints: { everyMs: 0, save: fails } });
    expect(draft).toMatchObject({ outcome: "finished", files: [{ path: "a.txt" }] });
    expect(draft.trajectory).toContain("could not be saved: no room on the disk");
  });
});
