import { describe, expect, test } from "@jest/globals";
import { inCacheOrder, observations, parsed, withLastResults, withTurnAhead } from "./wire.ts";

const MARK = { cache_control: { type: "ephemeral" } };
const result = (id: string, content: string) => ({ type: "tool_result", tool_use_id: id, content });
const anthropic = (...results: string[]) =>
  parsed(
    JSON.stringify({
      model: "m",
      ...MARK,
      system: [{ type: "text", text: "You work.", ...MARK }],
      tools: [{ name: "bash" }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Do it.", ...MARK }] },
        ...results.flatMap((text, at) => [
          { role: "assistant", content: [{ type: "tool_use", id: `c${at}`, name: "bash", input: {} }] },
          { role: "user", content: [result(`c${at}`, text)] },
        ]),
      ],
    }),
  );
const openai = (...results: string[]) =>
  parsed(
    JSON.stringify({
      model: "m",
      tools: [{ type: "function" }],
      messages: [
        { role: "system", content: "You work." },
        { role: "user", content: "Do it." },
        ...results.flatMap((content, at) => [
          { role: "assistant", content: null, tool_calls: [{ id: `c${at}` }] },
          { role: "tool", tool_call_id: `c${at}`, content },
        ]),
      ],
    }),
  );

describe("the order of the cache", () => {
  test("settings, tools, system, messages, and no marks", () => {
    expect(inCacheOrder(anthropic("one")).split("\n")).toEqual([
      '{"model":"m"}',
      '{"name":"bash"}',
      '{"type":"text","text":"You work."}',
      '{"role":"user"}',
      '{"type":"text","text":"Do it."}',
      '{"role":"assistant"}',
      '{"type":"tool_use","id":"c0","name":"bash","input":{}}',
      '{"role":"user"}',
      '{"type":"tool_result","tool_use_id":"c0","content":"one"}',
      "",
    ]);
  });

  test("messages of Chat Completions, whose content is a text or nothing", () => {
    expect(inCacheOrder(openai("one")).split("\n")).toEqual([
      '{"model":"m"}',
      '{"type":"function"}',
      '{"role":"system"}',
      '"You work."',
      '{"role":"user"}',
      '"Do it."',
      '{"role":"assistant","tool_calls":[{"id":"c0"}]}',
      '{"role":"tool","tool_call_id":"c0"}',
      '"one"',
      "",
    ]);
  });

  test("a mark that moves changes nothing; a setting that changes is found in the first line", () => {
    const body = anthropic("one");
    expect(inCacheOrder({ ...body, cache_control: undefined })).toBe(inCacheOrder(body));
    expect(inCacheOrder({ ...body, max_tokens: 9 })).toMatch(/^{"model":"m","max_tokens":9}\n/);
  });

  test.each([anthropic, openai])("a longer history begins with the whole of the shorter one", (bodyOf) => {
    expect(inCacheOrder(bodyOf("one", "two")).startsWith(inCacheOrder(bodyOf("one")))).toBe(true);
  });
});

test.each([anthropic, openai])("what the model was shown", (bodyOf) => {
  expect(observations(bodyOf("one", "two"))).toEqual(["one", "two"]);
  expect(observations(bodyOf())).toEqual([]);
});

test.each([anthropic, openai])("a loop that shows the last results alone", (bodyOf) => {
  const body = withLastResults(bodyOf("one", "two", "three"), 2);
  expect(observations(body)).toEqual(["[An older result, no longer shown.]", "two", "three"]);
  expect(observations(withLastResults(bodyOf("one"), 2))).toEqual(["one"]);
});

test.each([anthropic, openai])("a loop that tells the turn where the model reads first", (bodyOf) => {
  expect(inCacheOrder(withTurnAhead(bodyOf("one"), 7))).toContain('"Turn 7.\\n\\nYou work."');
  expect(observations(withTurnAhead(bodyOf("one"), 7))).toEqual(["one"]);
});

test("what is no conversation is refused", () => {
  expect(() => parsed('{"messages":"none"}')).toThrow(/messages/);
});
