export {
  agentOf,
  type Catalog,
  embeddedCatalog,
  loadCatalog,
  parseAgent,
  systemPrompt,
} from "./catalog/catalog.ts";
export { type AgentDefinition, type AgentName, agentSchema } from "./catalog/schema.ts";
export {
  type CheckedFile,
  checkPaths,
  matchesGlob,
  type PathPolicy,
  pathProblem,
  protectionProblem,
} from "./checks/paths.ts";
export { type ContextRequest, repositoryContext } from "./context/repository.ts";
export type { Refusal } from "./executor/collect.ts";
export {
  type ChangeDraft,
  type ExecuteLimits,
  type ExecuteRequest,
  executeNode,
} from "./executor/execute.ts";
export type { TrajectoryEntry } from "./executor/trajectory.ts";
export { cleanEnvironment } from "./process/environment.ts";
export { type Correlation, headerLines } from "./prompt/header.ts";
export { PUBLIC_MAX, publicLine, publicText } from "./prompt/public-text.ts";
export { redact } from "./prompt/redact.ts";
export { asData, DATA_RULE, type OutsideText } from "./prompt/sanitize.ts";
export { clip, visibleText } from "./prompt/text.ts";
export { type AnthropicOptions, createAnthropicClient } from "./provider/anthropic.ts";
export { ModelFailure, type ModelFailureKind } from "./provider/failure.ts";
export type {
  ModelClient,
  ModelReply,
  ModelRequest,
  StopReason,
  ToolCall,
  ToolResult,
  ToolSpec,
  Turn,
} from "./provider/model-client.ts";
export { type MissingCommandRequest, missingCommand } from "./qa/missing-command.ts";
export { InterruptedError, type QaCommand, type QaRequest, type QaResult, runQa } from "./qa/qa.ts";
export { type ScannedFile, type ScanResult, scanChange } from "./scan/scan.ts";
export { draftPlan, type PlanRequest } from "./stages/plan.ts";
export { type Review, type ReviewRequest, reviewChange } from "./stages/review.ts";
export { draftSpec, type SpecRequest } from "./stages/spec.ts";
export { ModelAnswerError, type StructuredRequest, structured } from "./stages/structured.ts";
