import { test } from "@jest/globals";
import fc from "fast-check";
import { runs } from "./testing/plans.ts";
import { PROPERTIES } from "./testing/properties.ts";

test.each(PROPERTIES.map(({ name, property }) => [name, property] as const))("%s", (_, property) => {
  fc.assert(property, runs(40));
});
