export { NO_OPTIONS, type RunOptions } from "./options.ts";
export { type RunHooks, type RunIo, type RunResult, runSlipway } from "./run.ts";
export * from "./schemas.ts";
export type { Bench } from "./start/bench.ts";
export { UsageError } from "./usage-error.ts";
