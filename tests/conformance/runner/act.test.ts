import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { findTool, missing } from "../../../scripts/tools/find.ts";
import { type ActEngine, openAct } from "./act.ts";
import { readCases } from "./case.ts";
import { differences, knownOfAct } from "./compare.ts";

const program = findTool("act");
if (program === undefined) console.warn(missing("act"));
const cases = readCases().filter(({ slow }) => !slow);

(program === undefined ? describe.skip : describe)("act agrees with what the files say", () => {
  let engine: ActEngine;
  beforeAll(async () => {
    engine = await openAct(program ?? "", cases);
  });
  afterAll(() => engine.close());

  test.each(cases)(
    "$name: $about",
    async (one) => {
      expect(differences(knownOfAct(one), await engine.run(one))).toEqual([]);
    },
    60_000,
  );
});
