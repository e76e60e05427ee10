import type { Spec } from "./schema/spec.ts";

type Ids = Pick<Spec, "requirements" | "successCriteria" | "acceptance">;

/**
 * What is wrong with the ids of a specification that takes the place of another: an id keeps standing for what it stood
 * for, since issues, commits and tests name it. What is new gets a new id; one that is dropped is not used again. The
 * wording may change; a criterion does not move to another requirement.
 *
 * @param retired ids that were dropped before `former` was written
 */
export function idProblems(former: Ids, next: Ids, retired: ReadonlySet<string> = new Set()): string[] {
  const before = new Map(former.acceptance.map((item) => [item.id as string, item.requirement as string]));
  const moved = next.acceptance.flatMap(({ id, requirement }) => {
    const was = before.get(id);
    return was !== undefined && was !== requirement
      ? [`${id} belonged to ${was} and now belongs to ${requirement}: give it a new id instead`]
      : [];
  });
  const reused = idsOf(next)
    .filter((id) => retired.has(id))
    .map((id) => `${id} was dropped earlier: give what is new an id that was never used`);
  const gaps = idsOf(former).filter((id) => !idsOf(next).includes(id));
  const fresh = idsOf(next).filter((id) => !idsOf(former).includes(id));
  const low = fresh.flatMap((id) => {
    const highest = idsOf(former)
      .filter((other) => kindOf(other) === kindOf(id))
      .sort()
      .at(-1);
    return highest !== undefined && id < highest
      ? [`${id} is new and lies below ${highest}: number on from the highest id`]
      : [];
  });
  // Dropping everything and writing it anew under other ids would leave no trace of what was asked.
  const all = gaps.length === idsOf(former).length && gaps.length > 0;
  return [...moved, ...reused, ...low, ...(all ? ["no id of the earlier specification is kept"] : [])];
}

const idsOf = ({ requirements, successCriteria, acceptance }: Ids): string[] => [
  ...requirements.map(({ id }) => id),
  ...successCriteria.map(({ id }) => id),
  ...acceptance.map(({ id }) => id),
];

const kindOf = (id: string): string => id.slice(0, 2);
