import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readCases } from "./case.ts";
import { differences, documented, shownDifferently } from "./compare.ts";
import { type OurEngine, openOurs } from "./ours.ts";

// One world for all, since none leaves anything behind.
let engine: OurEngine;
beforeAll(async () => {
  engine = await openOurs();
});
afterAll(() => engine.close());

test.each(readCases().filter(({ slow }) => !slow))(
  "$name: $about",
  async (one) => {
    const outcome = await engine.run(one);
    expect([...differences(documented(one), outcome), ...shownDifferently(one, outcome)]).toEqual([]);
  },
  60_000,
);
