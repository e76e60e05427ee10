import { expect, test } from "@jest/globals";
import { idProblems } from "./spec-ids.ts";
import { SPEC } from "./testing/samples.ts";

const [one, two] = SPEC.requirements as [(typeof SPEC.requirements)[0], (typeof SPEC.requirements)[0]];
const [first, second] = SPEC.acceptance as [(typeof SPEC.acceptance)[0], (typeof SPEC.acceptance)[0]];

test.each([
  ["the same", SPEC, []],
  ["another wording", { ...SPEC, requirements: [{ ...one, text: "Otherwise." }, two] }, []],
  ["one dropped", { ...SPEC, requirements: [one], acceptance: [first] }, []],
  [
    "one added at the end",
    { ...SPEC, requirements: [...SPEC.requirements, { id: "FR-003", text: "More." }] },
    [],
  ],
  [
    "a criterion that moved",
    { ...SPEC, acceptance: [{ ...first, requirement: "FR-002" }, second] },
    ["AC-001 belonged to FR-001 and now belongs to FR-002: give it a new id instead"],
  ],
  [
    "everything under other ids",
    {
      requirements: [{ id: "FR-009", text: "All." }],
      successCriteria: [],
      acceptance: [{ ...first, id: "AC-009", requirement: "FR-009" }],
    },
    ["no id of the earlier specification is kept"],
  ],
])("%s", (_, next, problems) => expect(idProblems(SPEC, next)).toEqual(problems));

test("an id that was dropped earlier does not come back, and nothing is squeezed in between", () => {
  const former = { ...SPEC, requirements: [one, { ...two, id: "FR-003" }], acceptance: [first] };
  const next = { ...former, requirements: [...former.requirements, { id: "FR-002", text: "New." }] };
  expect(idProblems(former, next, new Set(["FR-002"]))).toEqual([
    "FR-002 was dropped earlier: give what is new an id that was never used",
    "FR-002 is new and lies below FR-003: number on from the highest id",
  ]);
});
