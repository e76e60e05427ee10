export { type ActCall, actArguments, actEnvironment, FILES, type LocalRepository } from "./act/command.ts";
export { type ActEngineOptions, createActEngine } from "./act/engine.ts";
export { checkAct, type FoundAct, findAct } from "./act/find.ts";
export { ACT_LIMITS, ACT_REWRITES, ACT_VERSION, type ActLimit, type ActRewrite } from "./act/limits.ts";
export { type ActLine, type ActPlace, type ActStep, readActLine } from "./act/log.ts";
export { rewriteForAct } from "./act/rewrite.ts";
export { rewriteForEngine } from "./act/workarounds.ts";
export { createLocalRunner, type LocalRunnerOptions } from "./engine.ts";
export type { GracePeriods } from "./job/process.ts";
