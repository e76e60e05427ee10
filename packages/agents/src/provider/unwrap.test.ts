import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { unwrapJson, withoutThoughts } from "./unwrap.ts";

const json = fc.oneof(fc.object(), fc.array(fc.jsonValue())).map((value) => JSON.stringify(value));
const words = fc.stringMatching(/^[A-Za-z ,.:]{0,40}$/);

describe("the JSON in an answer", () => {
  test("is the answer itself when that is JSON, whatever its texts hold", () => {
    fc.assert(fc.property(json, (text) => expect(unwrapJson(text)).toBe(text)));
    const tricky = JSON.stringify({ text: "```json\n{}\n``` and <think>x</think> and </think>" });
    expect(unwrapJson(tricky)).toBe(tricky);
  });

  test("comes out of fence, thinking and words", () => {
    const wraps: readonly ((text: string, said: string) => string)[] = [
      (text) => `\`\`\`json\n${text}\n\`\`\``,
      (text) => `\`\`\`\n${text}\n\`\`\`\n`,
      (text, said) => `<think>${said}</think>\n${text}`,
      (text, said) => `${said}\n</think>\n\n${text}`,
      (text, said) => `<think>\n${said}\n</think>\n\`\`\`json\n${text}\n\`\`\``,
      (text, said) => `${said}\n\`\`\`json\n${text}\n\`\`\`\n${said}`,
      (text, said) => `${said}\n${text}\n${said}`,
    ];
    fc.assert(
      fc.property(json, words, fc.constantFrom(...wraps), (text, said, wrap) =>
        expect(unwrapJson(wrap(text, said))).toBe(text),
      ),
    );
  });

  test("an answer without JSON stays as it is", () => {
    fc.assert(fc.property(words, (text) => expect(unwrapJson(text)).toBe(text)));
    expect(unwrapJson('{"cut": "off')).toBe('{"cut": "off');
  });
});

test.each([
  ["<think>hm</think>\nhello", "hello"],
  ["  <thinking>a</thinking><think>b</think> hello", "hello"],
  ["<think>never closed", ""],
  ["hello <think>not at the beginning</think>", "hello <think>not at the beginning</think>"],
  ["  as it was ", "  as it was "],
])("thinking at the beginning goes: %j", (given, left) => {
  expect(withoutThoughts(given)).toBe(left);
});
