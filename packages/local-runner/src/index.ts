export { rewriteForAct } from "./act/rewrite.ts";
export { createLocalRunner, type LocalRunnerOptions } from "./engine.ts";
export type { GracePeriods } from "./job/process.ts";
