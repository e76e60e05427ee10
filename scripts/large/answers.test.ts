import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { checkPlan, depthOf, planSchema, policySchema, specDetailsSchema, specSchema } from "@slipway/model";
import { parse } from "yaml";
import { acceptanceProblems, roadmapProblems } from "../../packages/agents/src/catalog/answer-rules.ts";
import { acceptanceAnswerSchema, roadmapSchema } from "../../packages/agents/src/catalog/answers.ts";
import type { Fixture } from "../examples/build.ts";
import { largeAnswers } from "./answers.ts";
import { readCatalogue } from "./catalogue.ts";
import { moduleText, testText } from "./files.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/large");
const read = (name: string) => readFileSync(join(EXAMPLE, name), "utf8");
const groups = readCatalogue(JSON.parse(read("units.json")));
const { spec, nodes, files } = largeAnswers(groups);

test("the plan has 60 nodes on three levels, and is sound under the example's policy", () => {
  const policy = policySchema.parse(parse(read("slipway.yml")));
  expect(checkPlan(planSchema.parse({ nodes }), specSchema.parse(spec), policy)).toEqual([]);
  const count = (kind: string) => nodes.filter((node) => node.kind === kind).length;
  expect([nodes.length, count("epic"), count("feature"), count("task")]).toEqual([60, 1, 9, 50]);
});

test("units of another group become dependencies, those of the same group come by order", () => {
  const node = (title: string) => nodes.find((item) => item.title === title);
  const knot = node("Add the knot");
  const [mile, hour] = [node("Add the nautical mile"), node("Add the hour")];
  expect(knot?.dependsOn).toEqual([mile?.id, hour?.id]);
  expect(node("Add the yard")).toMatchObject({ dependsOn: [], orderIndex: 2 });
});

test("every task has its answers, and no title begins another", () => {
  expect([...files.keys()].filter((name) => name.startsWith("T"))).toHaveLength(50);
  expect(new Set(nodes.map(({ title }) => title)).size).toBe(60);
});

test("a unit's module and test", () => {
  const knot = groups.flatMap(({ units }) => units).find(({ name }) => name === "knot");
  if (!knot) throw new Error("no knot");
  expect(moduleText(knot)).toBe(`import { nauticalMile } from "../length/nautical-mile.js";
import { hour } from "../time/hour.js";

/** One knot in terms of the metre per second. */
export const knot = { name: "knot", group: "speed", factor: nauticalMile.factor / hour.factor };
`);
  expect(testText(knot)).toContain("one knot is 0.5144444444444445 of metre per second, and back");
});

test("a specification of this size is deepened and cut first: who is asked for that has an answer of the right shape", () => {
  const answerTo = (file: string, fits: (match: Fixture["match"]) => boolean) =>
    files.get(file)?.find(({ match }) => fits(match))?.response.content;
  const asked = (agent: string) => (match: Fixture["match"]) => match.systemMessage?.endsWith(agent) ?? false;
  expect(depthOf(specSchema.parse(spec), policySchema.parse({ version: 1 }))).toBe("full");

  const criteria = acceptanceAnswerSchema.parse(answerTo("spec.json", asked("acceptance-criteria-author")));
  expect(acceptanceProblems(criteria, spec, spec.acceptance)).toEqual([]);
  const roadmap = roadmapSchema.parse(answerTo("plan.json", asked("roadmap-decomposer")));
  expect(roadmapProblems(roadmap, spec)).toEqual([]);
  expect(roadmap.features).toHaveLength(9);
  const further = answerTo("spec.json", ({ userMessage }) => !userMessage.startsWith("Slipway stage"));
  expect(specDetailsSchema.safeParse(further).success).toBe(true);
});

test("a factor of a unit that is not there is refused by name", () => {
  const bad = [{ group: "a", base: "b", units: [{ name: "c", factor: "2 * d" }] }];
  expect(() => readCatalogue(bad)).toThrow("c: its factor names d, which is not listed before it.");
});
