/** What the scripted model answers in the large example: specification, plan, and each task. Pure. */
import type { PlanNode, Spec, SpecDetails } from "@slipway/model";
import { type Fixture, nodeFixtures, stageFixtures } from "../examples/build.ts";
import type { NodeScript } from "../examples/script.ts";
import type { Group, Unit } from "./catalogue.ts";
import { modulePath, moduleText, testPath, testText, words } from "./files.ts";

export interface LargeAnswers {
  readonly spec: Spec;
  readonly nodes: readonly PlanNode[];
  /** Fixture files by name. */
  readonly files: ReadonlyMap<string, readonly Fixture[]>;
}

export function largeAnswers(groups: readonly Group[]): LargeAnswers {
  const units = groups.flatMap((group) => group.units);
  const number = new Map(units.map((unit, index) => [unit, index + 1]));
  const idOf = (unit: Unit) => `T${number.get(unit)}`;
  const spec = specOf(units);
  const nodes = nodesOf(groups, idOf);
  const files = new Map<string, readonly Fixture[]>([
    // Of fixtures that fit equally well the earlier one is served: first those that only one agent or question meets.
    [
      "spec.json",
      [
        ...askedOf("acceptance-criteria-author", "spec", { acceptance: spec.acceptance, unclear: [] }),
        ...stageFixtures("spec", { answer: DETAILS }).map((fixture) => ({
          ...fixture,
          match: { userMessage: FURTHER_DOCUMENTS },
        })),
        ...stageFixtures("spec", { answer: spec }),
      ],
    ],
    [
      "plan.json",
      [
        ...askedOf("roadmap-decomposer", "plan", roadmapOf(nodes)),
        ...stageFixtures("plan", { answer: { nodes } }),
      ],
    ],
    ...units.map((unit): [string, Fixture[]] => [
      `${idOf(unit)}.json`,
      nodeFixtures(scriptOf(unit), (path) => (path === modulePath(unit) ? moduleText(unit) : testText(unit))),
    ]),
  ]);
  return { spec, nodes, files };
}

/** Words of the one question that asks for what belongs beside a large specification. */
const FURTHER_DOCUMENTS = "Write what belongs beside it";

const DETAILS: SpecDetails = {
  principles: ["Each unit is a module of its own, in terms of what it is defined by."],
  design: "A unit is imported by its name and converted as the units that are there already.",
  engineering: "Each module exports one unit. Units of another group are imported where a factor names them.",
  goToMarket: "Users of the library are told the new units with the release; they have nothing to do.",
};

function askedOf(agent: string, stage: "spec" | "plan", answer: unknown): Fixture[] {
  return stageFixtures(stage, { answer }).map((fixture) => ({
    ...fixture,
    match: { ...fixture.match, systemMessage: `Slipway agent: ${agent}` },
  }));
}

/** The epic and its features, as they are cut before anybody plans tasks. */
function roadmapOf(nodes: readonly PlanNode[]) {
  const [epic] = nodes.filter(({ kind }) => kind === "epic").map(told);
  const features = nodes
    .filter(({ kind }) => kind === "feature")
    .map((feature) => ({
      ...told(feature),
      requirements: nodes.filter(({ parent }) => parent === feature.id).flatMap((task) => task.requirements),
      orderIndex: feature.orderIndex,
      dependsOn: feature.dependsOn,
    }));
  return { epic, features };
}

const told = ({ id, title, objective }: PlanNode) => ({ id, title, objective });

const numbered = (prefix: string, index: number) => `${prefix}-${String(index + 1).padStart(3, "0")}`;
const titleOf = (unit: Unit) => `Add the ${words(unit.name)}`;

function specOf(units: readonly Unit[]): Spec {
  return {
    title: "Units of measure in nine groups",
    summary:
      "The library gets the units that people ask for most, each a module of its own with a test, derived from one another where they are defined so.",
    requirements: units.map((unit, index) => ({
      id: numbered("FR", index),
      text: `The group ${unit.group} must have the ${words(unit.name)}.`,
    })),
    successCriteria: [{ id: "SC-001", text: "Every unit converts to its base unit and back." }],
    acceptance: units.map((unit, index) => ({
      id: numbered("AC", index),
      requirement: numbered("FR", index),
      given: `the ${words(unit.name)} and the ${words(unit.base)}`,
      when: "one of the former is converted to the latter, and the result back",
      outcome: `${unit.value}, and 1 again`,
    })),
    assumptions: ["Factors are those of the international definitions."],
    outOfScope: ["Units with an offset, such as degrees Celsius."],
    openQuestions: [],
  };
}

function nodesOf(groups: readonly Group[], idOf: (unit: Unit) => string): PlanNode[] {
  const plain: Pick<PlanNode, "requirements" | "acceptance" | "dependsOn" | "changeType" | "breaking"> = {
    requirements: [],
    acceptance: [],
    dependsOn: [],
    changeType: "feat",
    breaking: false,
  };
  const epic: PlanNode = {
    ...plain,
    id: "E1",
    kind: "epic",
    title: "Units of measure",
    objective: "The library has the units that people ask for most, in nine groups.",
    parent: null,
    orderIndex: 0,
    size: "L",
    scope: null,
  };
  let index = -1;
  const below = groups.flatMap((group, at): PlanNode[] => [
    {
      ...plain,
      id: `F${at + 1}`,
      kind: "feature",
      title: `Units of ${group.name}`,
      objective: `The group ${group.name} has its units, in terms of the ${words(group.base)}.`,
      parent: "E1",
      orderIndex: 0,
      size: "M",
      scope: group.name,
    },
    ...group.units.map((unit): PlanNode => {
      index += 1;
      return {
        ...plain,
        id: idOf(unit),
        kind: "task",
        title: titleOf(unit),
        objective: `${modulePath(unit)} exports the ${words(unit.name)}, with the factor ${unit.factor}; ${testPath(unit)} tests it.`,
        parent: `F${at + 1}`,
        orderIndex: unit.step,
        // What the same feature has before it is there by the order of its steps.
        dependsOn: unit.derivedFrom.filter((other) => other.group !== unit.group).map(idOf),
        requirements: [numbered("FR", index)],
        acceptance: [numbered("AC", index)],
        size: "S",
        scope: group.name,
      };
    }),
  ]);
  return [epic, ...below];
}

function scriptOf(unit: Unit): NodeScript {
  return {
    title: titleOf(unit),
    execute: [
      { say: "I look at what there is.", bash: "ls src src/* test && cat src/convert.js" },
      { create: modulePath(unit) },
      { create: testPath(unit) },
      { bash: `node --test ${testPath(unit)} && git status --short` },
      {
        submit: {
          title: titleOf(unit),
          summary: `\`${modulePath(unit)}\` exports the ${words(unit.name)}; its test converts it to the ${words(unit.base)} and back, and passes.`,
        },
      },
    ],
    review: {
      verdict: "pass",
      reason: `The ${words(unit.name)} has the right factor and a test of it.`,
      findings: [],
    },
  };
}
