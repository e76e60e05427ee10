export { type Happening, happeningSchema, type Outcome, outcomeSchema } from "./follow/happening.ts";
export { NO_OPTIONS, type RunOptions } from "./options.ts";
export { type LeafCost, type Report, reportSchema } from "./report/schema.ts";
export { type RunHooks, type RunIo, type RunResult, runSlipway } from "./run.ts";
export type { Bench } from "./start/bench.ts";
export { UsageError } from "./usage-error.ts";
