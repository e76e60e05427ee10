export type { Executor, ExecutorWorld } from "./adapters/executor.ts";
export { type ExecutorSetup, openExecutor } from "./adapters/open.ts";
export { TRAJECTORY } from "./adapters/record.ts";
export { changeOf } from "./adapters/result.ts";
export { refuseDisagreement } from "./catalog/agreement.ts";
export { releaseProblems } from "./catalog/answer-rules.ts";
export type { QaAnswer } from "./catalog/answers.ts";
export {
  agentOf,
  type Catalog,
  embeddedCatalog,
  loadCatalog,
  parseAgent,
  systemPrompt,
  taskAgent,
  withOverrides,
} from "./catalog/catalog.ts";
export { agentFor } from "./catalog/choose.ts";
export { isOverridePath } from "./catalog/override-paths.ts";
export { AGENT_NAMES, type AgentDefinition, type AgentName, agentSchema } from "./catalog/schema.ts";
export { type BaseModes, checkBase, upTo } from "./checks/base.ts";
export {
  type CheckedFile,
  checkPaths,
  matchesGlob,
  type PathPolicy,
  pathProblem,
  protectionProblem,
} from "./checks/paths.ts";
export { agentContexts, type StageMaterial } from "./context/agent-contexts.ts";
export type { EarlierPullRequest, RecentLog, SiblingChange } from "./context/given.ts";
export { agentContext, contextPacks, contextText, type PackMaterial } from "./context/packs.ts";
export type { Refusal } from "./executor/collect.ts";
export type { Earlier } from "./executor/earlier.ts";
export {
  type ChangeDraft,
  type ExecuteLimits,
  type ExecuteRequest,
  executeNode,
} from "./executor/execute.ts";
export type { TrajectoryEntry } from "./executor/trajectory.ts";
export { cleanEnvironment } from "./process/environment.ts";
export { type Confinement, DOORS, detectIsolation } from "./process/isolation.ts";
export { scrubEnvironment } from "./process/scrub.ts";
export { type Correlation, headerLines } from "./prompt/header.ts";
export { PUBLIC_MAX, type PublicPlace, publicLine, publicText } from "./prompt/public-text.ts";
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
export { openModels, type Reach } from "./provider/models.ts";
export { type MissingCommandRequest, missingCommand } from "./qa/missing-command.ts";
export { InterruptedError, type QaCommand, type QaRequest, type QaResult, runQa } from "./qa/qa.ts";
export { type ScannedFile, type ScanResult, scanChange } from "./scan/scan.ts";
export { type AgentModel, modelOf } from "./stages/common.ts";
export { CRITERIA_AGENT, type Deepened, type DeepenRequest, deepenSpec } from "./stages/deepen.ts";
export { draftPlan, PLAN_AGENT, type PlanRequest } from "./stages/plan.ts";
export { RELEASE_AGENT, type ReleaseNotesRequest, writeReleaseNotes } from "./stages/release-notes.ts";
export { wordedNotes } from "./stages/release-text.ts";
export { type Review, type ReviewRequest, reviewChange } from "./stages/review.ts";
export { draftRoadmap, ROADMAP_AGENT, type RoadmapRequest } from "./stages/roadmap.ts";
export { draftSpec, SPEC_AGENT, type SpecRequest } from "./stages/spec.ts";
export { afterSpending, ModelAnswerError, type StructuredRequest, structured } from "./stages/structured.ts";
export { draftTests, TEST_DRAFTER, type TestDraftsRequest } from "./stages/test-drafts.ts";
