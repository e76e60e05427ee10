import { describe, expect, test } from "@jest/globals";
import { observations, readCase, readCases } from "./case.ts";
import { differences, documented, idle, knownOfAct, shownDifferently } from "./compare.ts";

const cases = readCases();

test("there are enough files, each about something else", () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(({ about }) => about)).size).toBe(cases.length);
});

test("every difference that a file names is one", () => {
  expect(cases.flatMap((one) => idle(one).map((at) => `${one.name}: ${at}`))).toEqual([]);
});

describe("bites", () => {
  const FILE = `# About it.
# ---
# run: failure
# observed: { a: 1, b: two }
# jobs: { one: success }
# differs:
#   - { at: observed.b, act: null, page: "https://docs.github.com/en/x", why: Because. }
#   - { at: run, act: success, page: "https://docs.github.com/en/x", why: Because. }
on: push
# A comment of the file itself.
jobs: {}
`;
  const one = readCase("one", FILE);
  const outcome = {
    run: "failure",
    observed: { a: "1", b: "two" },
    summaries: [],
    annotations: ["error: x"],
  };

  test("what is as documented is no difference, and annotations count where a file is about them", () => {
    expect(differences(documented(one), outcome)).toEqual([]);
    expect(differences(documented({ ...one, annotations: [] }), outcome)).toEqual([
      { at: "annotations", expected: [], found: ["error: x"] },
    ]);
  });

  test("a value that is other, missing or unexpected, another end, a summary", () => {
    const found = { ...outcome, run: "success", observed: { a: "2", c: "" }, summaries: ["s"] };
    expect(differences(documented(one), found).map(({ at }) => at)).toEqual([
      "run",
      "summaries",
      "observed.a",
      "observed.b",
      "observed.c",
    ]);
  });

  test("act must differ exactly as it is said to", () => {
    expect(differences(knownOfAct(one), { ...outcome, run: "success", observed: { a: "1" } })).toEqual([]);
    expect(differences(knownOfAct(one), outcome).map(({ at }) => at)).toEqual(["run", "observed.b"]);
    const said = { at: "observed.a", act: "1", page: "https://docs.github.com/en/x", why: "No." };
    expect(idle({ ...one, differs: [said] })).toEqual(["observed.a"]);
  });

  test("jobs and title of the page", () => {
    expect(shownDifferently(one, { title: "any", jobs: { one: "success" } })).toEqual([]);
    expect(shownDifferently({ ...one, title: "T" }, { title: "any", jobs: {} }).map(({ at }) => at)).toEqual([
      "title",
      "jobs",
    ]);
  });

  test("a file that does not say what is expected, or says it wrongly, is refused by name", () => {
    expect(() => readCase("x", "on: push\n")).toThrow("x.yml does not say");
    expect(() => readCase("x", "# About.\n# ---\n# seen: {}\non: push\n")).toThrow("The comment of x.yml");
  });

  test("observations are read off whole lines, and a name is observed once", () => {
    expect(observations(['observed {"a":"1"}\r', "not observed {}", 'observed {"b":""}'])).toEqual({
      a: "1",
      b: "",
    });
    expect(() => observations(['observed {"a":"1"}', 'observed {"a":"1"}'])).toThrow("'a' is observed twice");
  });
});
