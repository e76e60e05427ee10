import { describe, expect, test } from "@jest/globals";
import { brokenBySession, prefixRows, type SessionFigures, sessionFigures } from "./figures.ts";
import type { Measured } from "./measure.ts";

const bodyOf = (...results: string[]) =>
  JSON.stringify({
    model: "m",
    messages: [
      { role: "system", content: "You work." },
      ...results.map((content) => ({ role: "tool", content })),
    ],
  });
const SHOWN = ["short", "head\n[… 12345 characters left out …]\ntail", "ok"];
const MEASURED: Measured = {
  wire: "openai",
  peakBytes: 150_000_000,
  outcome: {
    contextMs: 5,
    totalMs: 1_000,
    startMs: 100,
    toolMs: { bash: 300, str_replace_based_edit_tool: 50, submit: 200 },
    collectMs: 40,
    turns: 2,
    changed: ["a.mjs"],
    outcome: "unfinished",
    ending: "steps",
    reason: "The turns were used up.",
    notes: [],
  },
  requests: [
    { body: bodyOf(), status: 200, ms: 10 },
    { body: bodyOf(...SHOWN), status: 200, ms: 20 },
  ],
};

describe("the figures of a session", () => {
  test("time beyond the model is told by what it went to", () => {
    const { ms } = sessionFigures(MEASURED, 100_000_000);
    expect(ms).toEqual({
      total: 1_000,
      model: 30,
      beyondModel: 970,
      start: 100,
      commands: 300,
      editor: 50,
      submissions: 200,
      collecting: 40,
      rest: 280,
    });
  });

  test("memory above the idle process, and what the model was shown", () => {
    const { bytes, observations, requests } = sessionFigures(MEASURED, 100_000_000);
    expect(bytes.aboveIdle).toBe(50_000_000);
    expect(requests).toBe(2);
    expect(observations).toEqual({ count: 3, median: 5, longest: SHOWN[1]?.length, trimmed: 1 });
  });
});

describe("bounds", () => {
  const good: SessionFigures = {
    ...sessionFigures(MEASURED, 100_000_000),
    requests: 30,
    files: 6,
    unfinished: null,
  };
  const rows = prefixRows("openai", [bodyOf("x".repeat(5_000)), bodyOf("x".repeat(5_000), "y")]);

  test("a session as it is to be, with a history that only grows, breaks none", () => {
    expect(brokenBySession([good], rows)).toEqual([]);
  });

  test("each is told with what was found and what is allowed", () => {
    const bad: SessionFigures = {
      ...good,
      requests: 31,
      files: 5,
      unfinished: "It stopped.",
      bytes: { peak: 400e6, idle: 100e6, aboveIdle: 300e6 },
      observations: { ...good.observations, longest: 90_000 },
    };
    expect(brokenBySession([bad], rows)).toEqual([
      "the session with openai was not finished: It stopped.",
      "the session with openai took 31 requests; 30 were scripted",
      "the session with openai changed 5 files; 6 were scripted",
      "the session with openai took 300 MB more than an idle process; 150 are allowed",
      "the session with openai showed 90000 characters for one call; 25000 are allowed",
    ]);
  });

  test("requests that were sent must share; those of other loops need not", () => {
    const rewritten = prefixRows("openai", [bodyOf("x".repeat(5_000)), bodyOf("z".repeat(5_000))]);
    const found = brokenBySession([], rewritten);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(
      /^requests to openai \(as sent, in the order of the cache\) share 1\.\d % with the one before; 95 % are asked for$/,
    );
  });
});

test("rows beside one another: as sent, and as other loops would have sent it", () => {
  const bodies = Array.from({ length: 9 }, (_, turn) =>
    bodyOf(...Array.from({ length: turn }, (_, at) => `result ${at} ${"x".repeat(400)}`)),
  );
  const [sent, bare, last, ahead] = prefixRows("openai", bodies).map(({ figures }) => figures);
  expect(sent?.ofPrevious).toBe(1);
  expect(bare?.ofPrevious).toBeGreaterThan(0.99);
  expect(last?.least).toBeLessThan(0.2);
  expect(last?.readAnew).toBeGreaterThan(sent?.readAnew ?? Number.NaN);
  expect(ahead?.median).toBeLessThan(0.1);
});
