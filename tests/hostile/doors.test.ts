// Every hostile text of the corpus through every door by which foreign text leaves us. What comes out is read by other
// parsers than our own: remark for Markdown, git for trailers, the runner's rules for commands.
import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import { publicText } from "@slipway/agents";
import { HOSTILE_CASES } from "../../packages/agents/src/hostile/corpus.ts";
import { markdownFaults } from "../../packages/agents/src/hostile/testing/holds.ts";
import { readMarkdown } from "../../packages/agents/src/hostile/testing/reading.ts";
import { MACHINE_DOORS } from "./machine-doors.ts";
import { type Held, sendThrough, tableOf } from "./table.ts";
import { TEXT_DOORS } from "./text-doors.ts";

jest.setTimeout(300_000);

const all: Held[] = [];
afterAll(() => {
  process.stdout.write(`\nHostile texts that held, by category and door:\n\n${tableOf(all)}\n\n`);
});

test("the corpus has at least 200 cases, each with a name of its own and a source", () => {
  expect(HOSTILE_CASES.length).toBeGreaterThanOrEqual(200);
  expect(new Set(HOSTILE_CASES.map(({ id }) => id)).size).toBe(HOSTILE_CASES.length);
  expect(HOSTILE_CASES.filter(({ source }) => source === "")).toEqual([]);
  expect(HOSTILE_CASES.filter(({ source }) => source !== "own").length).toBeGreaterThanOrEqual(200);
});

test.each([...TEXT_DOORS, ...MACHINE_DOORS])("nothing gets through: $name", (door) => {
  const { held, failed } = sendThrough(door, HOSTILE_CASES);
  all.push(...held);
  expect(failed).toEqual([]);
});

describe("the readers bite: untouched, most texts of a category are caught", () => {
  test.each([
    ["mention", 0.8],
    ["closing-keyword", 0.8],
    ["bot", 0.6],
    ["trailer", 0.6],
    ["marker", 0.9],
    ["link", 0.7],
    ["picture", 0.7],
    ["html", 0.7],
    ["invisible", 0.8],
    ["bidi", 0.9],
    ["terminal", 0.9],
  ])("%s", (category, least) => {
    const cases = HOSTILE_CASES.filter((one) => one.category === category);
    const caught = cases.filter(({ text }) => markdownFaults(text, readMarkdown(text)).length > 0);
    expect(caught.length / cases.length).toBeGreaterThanOrEqual(least);
  });
});

describe("git reads no trailer but ours", () => {
  const cases = HOSTILE_CASES.filter(({ category }) => ["trailer", "invisible", "marker"].includes(category));
  test.each(cases.map(({ id, text }) => [id, text]))("%s", (_, text) => {
    const message = `feat: x\n\n${publicText(text, 4_000, "message")}\n\nSlipway-Run: r-20261120-7f3k2a\n`;
    const read = spawnSync("git", ["interpret-trailers", "--parse"], { input: message, encoding: "utf8" });
    expect(read.stdout).toBe("Slipway-Run: r-20261120-7f3k2a\n");
    // Nor where somebody leaves ours out.
    const bare = `feat: x\n\n${publicText(text, 4_000, "message")}\n`;
    const alone = spawnSync("git", ["interpret-trailers", "--parse"], { input: bare, encoding: "utf8" });
    expect(alone.stdout).not.toMatch(/^(?:slipway-|release-as|signed-off-by|co-authored-by)/im);
  });
});
