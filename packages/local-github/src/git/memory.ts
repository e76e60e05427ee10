/**
 * What never changes about objects that are there: a commit, and the difference between two, are what they are. Asking
 * git costs a process each time, and lists ask for hundreds.
 */

export interface Memory {
  /**
   * The remembered answer to a question that is asked in full SHAs only, or the answer of `ask`. An answer that is
   * undefined (no such object, yet), one that throws and one not worth its place (`keep`) are asked for again.
   */
  recall<Answer>(
    question: string,
    shas: readonly string[],
    ask: () => Promise<Answer>,
    keep?: (answer: Answer) => boolean,
  ): Promise<Answer>;
}

/** Answers kept; the oldest go first. */
const MOST = 20_000;
const FULL_SHA = /^[0-9a-f]{40}$/;

export function createMemory(): Memory {
  const answers = new Map<string, Promise<unknown>>();
  return {
    recall<Answer>(
      question: string,
      shas: readonly string[],
      ask: () => Promise<Answer>,
      keep: (answer: Answer) => boolean = () => true,
    ) {
      if (!shas.every((sha) => FULL_SHA.test(sha))) return ask();
      const key = `${question} ${shas.join(" ")}`;
      // Only answers to this very question are kept under its key.
      const known = answers.get(key) as Promise<Answer> | undefined;
      if (known) return known;
      const answer = ask();
      answers.set(key, answer);
      const forget = () => void answers.delete(key);
      answer.then((value) => {
        if (value === undefined || !keep(value)) forget();
      }, forget);
      if (answers.size > MOST) answers.delete(answers.keys().next().value ?? "");
      return answer;
    },
  };
}
