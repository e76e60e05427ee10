/** What the schemas of answers cannot say: each sentence is one thing that is wrong, worded for the model. */
import type { PlanNode, ReleaseEntry, Spec } from "@slipway/model";
import type { AcceptanceAnswer, QaAnswer, ReleaseAnswer, Roadmap } from "./answers.ts";

export function roadmapProblems({ epic, features }: Roadmap, spec: Pick<Spec, "requirements">): string[] {
  const known = spec.requirements.map(({ id }) => id as string);
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const covered = new Set<string>(features.flatMap(({ requirements }) => requirements));
  return [
    ...(epic.id.startsWith("E") ? [] : [`${epic.id} is no id of an epic; it looks like E1`]),
    ...features
      .filter(({ id }) => !id.startsWith("F"))
      .map(({ id }) => `${id} is no id of a feature; it looks like F1`),
    ...doubles(features.map(({ id }) => id)).map((id) => `${id} is used twice`),
    ...known.filter((id) => !covered.has(id)).map((id) => `${id} is covered by no feature`),
    ...[...covered]
      .filter((id) => !known.includes(id))
      .map((id) => `${id} is no requirement of the specification`),
    ...features.flatMap(({ id, orderIndex, dependsOn }) =>
      dependsOn.flatMap((other) => {
        const needed = byId.get(other);
        if (!needed) return [`${id} depends on ${other}, which is no feature of this roadmap`];
        if (needed.orderIndex > orderIndex)
          return [
            `${id} depends on ${other}, which comes later: give ${other} a lower orderIndex or ${id} a higher one`,
          ];
        return [];
      }),
    ),
    ...circles(features),
  ];
}

/** @param earlier criteria that were given before: their ids keep their meaning */
export function acceptanceProblems(
  { acceptance }: AcceptanceAnswer,
  spec: Pick<Spec, "requirements">,
  earlier: Spec["acceptance"] = [],
): string[] {
  const requirements = spec.requirements.map(({ id }) => id as string);
  const given = new Map(acceptance.map((item) => [item.id as string, item]));
  const highest = Math.max(0, ...earlier.map(({ id }) => numberOf(id)));
  const before = new Set<string>(earlier.map(({ id }) => id));
  const unmet = requirements.filter((id) => !acceptance.some((item) => item.requirement === id));
  return [
    ...doubles(acceptance.map(({ id }) => id)).map((id) => `${id} is used twice`),
    ...acceptance
      .filter(({ requirement }) => !requirements.includes(requirement))
      .map(
        ({ id, requirement }) => `${id} names ${requirement}, which is no requirement of this specification`,
      ),
    ...unmet.map((id) => `${id} has no acceptance criterion`),
    ...earlier.flatMap(({ id, requirement }) => {
      const now = given.get(id);
      // A criterion falls away with its requirement.
      if (!now && !requirements.includes(requirement)) return [];
      if (!now)
        return [`${id} was given before and is missing: keep it with its id, also where it is reworded`];
      if (now.requirement === requirement) return [];
      return [
        `${id} belongs to ${requirement} and now names ${now.requirement}: an id keeps its requirement`,
      ];
    }),
    ...acceptance
      .filter(({ id }) => !before.has(id) && numberOf(id) <= highest)
      .map(({ id }) => `${id} is new and must have a number above ${highest}: numbers are never used again`),
  ];
}

/** @param changed paths of the change and of tests that were there before it */
export function qaProblems(
  { criteria, drafts }: QaAnswer,
  node: Pick<PlanNode, "acceptance">,
  changed: ReadonlySet<string>,
): string[] {
  const answered = criteria.map(({ id }) => id);
  const drafted = new Set(drafts.map(({ path }) => path));
  return [
    ...doubles(answered).map((id) => `${id} is answered twice`),
    ...node.acceptance.filter((id) => !answered.includes(id)).map((id) => `${id} is not answered`),
    ...answered
      .filter((id) => !node.acceptance.includes(id))
      .map((id) => `${id} is no criterion of this node`),
    ...doubles(drafts.map(({ path }) => path)).map((path) => `${path} is drafted twice`),
    ...criteria.flatMap(({ id, shown, tests }) => {
      if (shown === "not") return tests.length === 0 ? [] : [`${id} is not shown and yet names tests`];
      if (tests.length === 0) return [`${id} is shown by no test that is named`];
      const files = shown === "test" ? changed : drafted;
      return tests
        .filter(({ path }) => !files.has(path))
        .map(({ path }) =>
          shown === "test"
            ? `${id} names a test in ${path}, which you were not shown`
            : `${id} names a test in ${path}, which is not among the drafts`,
        );
    }),
  ];
}

/** Types of change that users of a release notice. */
const NOTICED: ReadonlySet<string> = new Set(["feat", "fix", "perf"]);

export function releaseProblems(
  { sections, upgrade }: ReleaseAnswer,
  entries: readonly Pick<ReleaseEntry, "sha" | "type" | "breaking">[],
): string[] {
  const known = new Set(entries.map(({ sha }) => sha));
  const told = sections.flatMap(({ items }) => items.flatMap(({ shas }) => shas));
  const explained = upgrade.flatMap(({ shas }) => shas);
  const short = (sha: string) => sha.slice(0, 12);
  return [
    ...[...new Set([...told, ...explained])]
      .filter((sha) => !known.has(sha))
      .map((sha) => `${short(sha)} is not in this release`),
    ...doubles(told).map((sha) => `${short(sha)} is told twice in the sections`),
    ...entries
      .filter(({ sha, type, breaking }) => (NOTICED.has(type) || breaking) && !told.includes(sha))
      .map(({ sha, type }) => `${short(sha)} (${type}) is in no section`),
    ...entries
      .filter(({ sha, breaking }) => breaking && !explained.includes(sha))
      .map(({ sha }) => `${short(sha)} is a breaking change, and upgrade does not say what users have to do`),
  ];
}

function circles(features: Roadmap["features"]): string[] {
  const left = new Map(features.map(({ id, dependsOn }) => [id, new Set(dependsOn)]));
  for (let freed = true; freed; ) {
    freed = false;
    for (const [id, needs] of left) {
      if ([...needs].some((other) => left.has(other))) continue;
      left.delete(id);
      freed = true;
    }
  }
  return left.size === 0 ? [] : [`${[...left.keys()].join(", ")} wait for each other: remove a dependency`];
}

function doubles(items: readonly string[]): string[] {
  return [...new Set(items.filter((item, index) => items.indexOf(item) !== index))];
}

const numberOf = (id: string): number => Number(id.replace(/\D/g, ""));
