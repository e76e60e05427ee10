import { describe, expect, test } from "@jest/globals";
import { specSchema } from "@slipway/model";
import { z } from "zod";
import { acceptanceProblems, qaProblems, releaseProblems, roadmapProblems } from "./answer-rules.ts";
import {
  acceptanceAnswerSchema,
  type QaAnswer,
  qaAnswerSchema,
  type ReleaseAnswer,
  type Roadmap,
  releaseAnswerSchema,
  reviewAnswerSchema,
  roadmapSchema,
} from "./answers.ts";
import { agentOf, embeddedCatalog } from "./catalog.ts";
import type { AgentName } from "./schema.ts";

describe("an agent's text tells the shape of its answer", () => {
  test.each<[AgentName, z.ZodType]>([
    ["roadmap-decomposer", roadmapSchema],
    ["acceptance-criteria-author", acceptanceAnswerSchema],
    ["qa-tester", qaAnswerSchema],
    ["security-auditor", reviewAnswerSchema],
    ["release-manager", releaseAnswerSchema],
  ])("%s", (name, schema) => {
    const text = agentOf(embeddedCatalog(), name).onboarding;
    const told = text.slice(text.indexOf("## The answer"));
    const json = z.toJSONSchema(schema, { io: "input" });
    const keys = Object.keys((json.properties ?? {}) as object);
    expect(keys.length).toBeGreaterThan(1);
    expect([...told.matchAll(/^- (\w+):/gm)].map((match) => match[1])).toEqual(keys);
    for (const key of nestedKeys(json)) expect(told).toMatch(new RegExp(`\\b${key}\\b`));
  });

  test("spec-writer's names keys of a specification", () => {
    const text = agentOf(embeddedCatalog(), "spec-writer").onboarding;
    const told = text.slice(
      text.indexOf("## The answer"),
      text.indexOf("## When you are asked for the details"),
    );
    const keys = Object.keys((z.toJSONSchema(specSchema).properties ?? {}) as object);
    expect(keys).toEqual(expect.arrayContaining([...told.matchAll(/^- (\w+):/gm)].map((match) => match[1])));
  });
});

/** Keys of objects in lists, one level down: what an entry has. */
function nestedKeys(json: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null) return;
    const { properties, items } = value as { properties?: Record<string, unknown>; items?: unknown };
    for (const [key, inner] of Object.entries(properties ?? {})) {
      if (depth > 0) found.push(key);
      walk(inner, depth + 1);
    }
    walk(items, depth);
  };
  walk(json, 0);
  return found;
}

const spec = {
  requirements: [
    { id: "FR-001", text: "a" },
    { id: "FR-002", text: "b" },
  ],
};

describe("roadmapProblems", () => {
  const feature = (id: string, orderIndex: number, requirements: string[], dependsOn: string[] = []) => ({
    id,
    title: id,
    objective: "o",
    requirements,
    orderIndex,
    dependsOn,
  });
  const roadmap = (...features: ReturnType<typeof feature>[]): Roadmap =>
    ({ epic: { id: "E1", title: "e", objective: "o" }, features }) as Roadmap;

  test.each<[string, Roadmap, string[]]>([
    ["right", roadmap(feature("F1", 0, ["FR-001"]), feature("F2", 1, ["FR-002"], ["F1"])), []],
    [
      "a requirement left out",
      roadmap(feature("F1", 0, ["FR-001"]), feature("F2", 1, ["FR-001"])),
      ["FR-002 is covered by no feature"],
    ],
    [
      "one that is none",
      roadmap(feature("F1", 0, ["FR-001", "FR-009"]), feature("F2", 1, ["FR-002"])),
      ["FR-009 is no requirement of the specification"],
    ],
    [
      "an id twice",
      roadmap(feature("F1", 0, ["FR-001"]), feature("F1", 1, ["FR-002"])),
      ["F1 is used twice"],
    ],
    [
      "a task among the features",
      roadmap(feature("T1", 0, ["FR-001"]), feature("F2", 1, ["FR-002"])),
      ["T1 is no id of a feature; it looks like F1"],
    ],
    [
      "a stranger to wait for",
      roadmap(feature("F1", 0, ["FR-001"], ["F7"]), feature("F2", 1, ["FR-002"])),
      ["F1 depends on F7, which is no feature of this roadmap"],
    ],
    [
      "something later to wait for",
      roadmap(feature("F1", 0, ["FR-001"], ["F2"]), feature("F2", 1, ["FR-002"])),
      ["F1 depends on F2, which comes later: give F2 a lower orderIndex or F1 a higher one"],
    ],
    [
      "a circle",
      roadmap(feature("F1", 0, ["FR-001"], ["F2"]), feature("F2", 0, ["FR-002"], ["F1"])),
      ["F1, F2 wait for each other: remove a dependency"],
    ],
  ])("%s", (_what, given, problems) => {
    expect(roadmapSchema.safeParse(given).success).toBe(true);
    expect(roadmapProblems(given, spec)).toEqual(problems);
  });
});

describe("acceptanceProblems", () => {
  const item = (id: string, requirement: string) => ({
    id,
    requirement,
    given: "g",
    when: "w",
    outcome: "o",
  });
  const earlier = [item("AC-001", "FR-001"), item("AC-004", "FR-002")];
  const of = (...acceptance: ReturnType<typeof item>[]) =>
    acceptanceProblems({ acceptance, unclear: [] }, spec, earlier);

  test.each<[string, string[], string[]]>([
    ["right: sharper words, and one more", of(...earlier, item("AC-005", "FR-002")), []],
    [
      "one lost",
      of(item("AC-004", "FR-002"), item("AC-005", "FR-001")),
      ["AC-001 was given before and is missing: keep it with its id, also where it is reworded"],
    ],
    [
      "one moved",
      of(item("AC-001", "FR-002"), item("AC-004", "FR-002")),
      [
        "FR-001 has no acceptance criterion",
        "AC-001 belongs to FR-001 and now names FR-002: an id keeps its requirement",
      ],
    ],
    [
      "a gap filled",
      of(...earlier, item("AC-002", "FR-002")),
      ["AC-002 is new and must have a number above 4: numbers are never used again"],
    ],
    ["an id twice", of(...earlier, item("AC-004", "FR-002")), ["AC-004 is used twice"]],
    [
      "a requirement that is none",
      of(...earlier, item("AC-005", "FR-003")),
      ["AC-005 names FR-003, which is no requirement of this specification"],
    ],
  ])("%s", (_what, problems, expected) => {
    expect(problems).toEqual(expected);
  });

  test("a criterion falls away with its requirement", () => {
    const gone = [...earlier, item("AC-009", "FR-009")];
    const answer = { acceptance: earlier, unclear: [] };
    expect(acceptanceProblems(answer, spec, gone)).toEqual([]);
    const next = { acceptance: [...earlier, item("AC-009", "FR-001")], unclear: [] };
    expect(acceptanceProblems(next, spec, gone)).toEqual([
      "AC-009 belongs to FR-009 and now names FR-001: an id keeps its requirement",
    ]);
  });
});

describe("qaProblems", () => {
  const criterion = (id: string, shown: "test" | "draft" | "not", ...paths: string[]) => ({
    id,
    shown,
    tests: paths.map((path) => ({ path, name: "n" })),
    reason: "r",
  });
  const node = { acceptance: ["AC-001", "The page is blue."] };
  const seen = new Set(["a.test.ts"]);
  const right = [criterion("AC-001", "test", "a.test.ts"), criterion("The page is blue.", "not")];
  const draft = { path: "b.test.ts", content: "x" };

  test.each<[string, QaAnswer, string[]]>([
    ["right", { criteria: right, drafts: [] }, []],
    [
      "right, with a draft",
      {
        criteria: [criterion("AC-001", "draft", "b.test.ts"), right[1] ?? criterion("", "not")],
        drafts: [draft],
      },
      [],
    ],
    ["one not answered", { criteria: right.slice(0, 1), drafts: [] }, ["The page is blue. is not answered"]],
    [
      "one that is none",
      { criteria: [...right, criterion("AC-002", "not")], drafts: [] },
      ["AC-002 is no criterion of this node"],
    ],
    [
      "a test that nobody saw",
      { criteria: [criterion("AC-001", "test", "c.test.ts"), ...right.slice(1)], drafts: [] },
      ["AC-001 names a test in c.test.ts, which you were not shown"],
    ],
    [
      "a draft that is not there",
      { criteria: [criterion("AC-001", "draft", "b.test.ts"), ...right.slice(1)], drafts: [] },
      ["AC-001 names a test in b.test.ts, which is not among the drafts"],
    ],
    [
      "a claim without a test",
      { criteria: [criterion("AC-001", "test"), ...right.slice(1)], drafts: [] },
      ["AC-001 is shown by no test that is named"],
    ],
    [
      "a test for what is not shown",
      { criteria: [criterion("AC-001", "not", "a.test.ts"), ...right.slice(1)], drafts: [] },
      ["AC-001 is not shown and yet names tests"],
    ],
    ["two drafts in one file", { criteria: right, drafts: [draft, draft] }, ["b.test.ts is drafted twice"]],
  ])("%s", (_what, answer, problems) => {
    expect(qaAnswerSchema.safeParse(answer).success).toBe(true);
    expect(qaProblems(answer, node, seen)).toEqual(problems);
  });
});

describe("releaseProblems", () => {
  const sha = (letter: string) => letter.repeat(40);
  const entries = [
    { sha: sha("a"), type: "feat", breaking: false },
    { sha: sha("b"), type: "chore", breaking: false },
    { sha: sha("c"), type: "refactor", breaking: true },
  ];
  const answer = (told: string[], upgrade: string[]): ReleaseAnswer => ({
    headline: "h",
    summary: "s",
    sections:
      told.length > 0 ? [{ title: "New", items: told.map((one) => ({ text: "t", shas: [one] })) }] : [],
    upgrade: upgrade.map((one) => ({ text: "t", shas: [one] })),
  });

  test.each<[string, ReleaseAnswer, string[]]>([
    ["right", answer([sha("a"), sha("c")], [sha("c")]), []],
    ["a feature left out", answer([sha("c")], [sha("c")]), ["aaaaaaaaaaaa (feat) is in no section"]],
    [
      "one told twice",
      answer([sha("a"), sha("a"), sha("c")], [sha("c")]),
      ["aaaaaaaaaaaa is told twice in the sections"],
    ],
    [
      "one that is not in it",
      answer([sha("a"), sha("c"), sha("d")], [sha("c")]),
      ["dddddddddddd is not in this release"],
    ],
    [
      "nothing to do for what breaks",
      answer([sha("a"), sha("c")], []),
      ["cccccccccccc is a breaking change, and upgrade does not say what users have to do"],
    ],
  ])("%s", (_what, given, problems) => {
    expect(releaseAnswerSchema.safeParse(given).success).toBe(true);
    expect(releaseProblems(given, entries)).toEqual(problems);
  });
});
