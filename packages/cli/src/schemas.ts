/** The shapes of what `slipway run` prints and writes, without the program itself. */
export { type Happening, happeningSchema, type Outcome, outcomeSchema } from "./follow/happening.ts";
export { type LeafCost, type Report, type RequestCounts, reportSchema } from "./report/schema.ts";
