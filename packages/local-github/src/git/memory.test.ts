import { expect, test } from "@jest/globals";
import { createMemory } from "./memory.ts";

const [A, B] = ["a".repeat(40), "b".repeat(40)];

function counted<Answer>(...answers: readonly (Answer | Error)[]) {
  const asked = { times: 0 };
  const ask = async (): Promise<Answer> => {
    const answer = answers[Math.min(asked.times++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return answer as Answer;
  };
  return { asked, ask };
}

test("an answer about full SHAs is given again, to the same question about the same ones", async () => {
  const memory = createMemory();
  const { asked, ask } = counted("first", "second", "third", "fourth");
  expect(await memory.recall("base", [A, B], ask)).toBe("first");
  expect(await memory.recall("base", [A, B], ask)).toBe("first");
  expect(await memory.recall("base", [B, A], ask)).toBe("second");
  expect(await memory.recall("diff", [A, B], ask)).toBe("third");
  expect(asked.times).toBe(3);
});

test("a question asked twice at once is asked of git once", async () => {
  const memory = createMemory();
  const { asked, ask } = counted("one");
  expect(await Promise.all([memory.recall("q", [A], ask), memory.recall("q", [A], ask)])).toEqual([
    "one",
    "one",
  ]);
  expect(asked.times).toBe(1);
});

test.each([
  ["what is asked by a name, which may move", ["refs/heads/main"], "x", undefined],
  ["an object that is not there, yet", [A], undefined, undefined],
  ["an answer that is not worth its place", [A], "large", (answer: unknown) => answer !== "large"],
])("nothing is kept of %s", async (_, shas, answer, keep) => {
  const memory = createMemory();
  const { asked, ask } = counted<string | undefined>(answer);
  for (let round = 0; round < 2; round++) await memory.recall("q", shas, ask, keep);
  expect(asked.times).toBe(2);
});

test("a failure is not kept", async () => {
  const memory = createMemory();
  const { ask } = counted<string>(new Error("git is away"), "there");
  await expect(memory.recall("q", [A], ask)).rejects.toThrow("git is away");
  expect(await memory.recall("q", [A], ask)).toBe("there");
});
