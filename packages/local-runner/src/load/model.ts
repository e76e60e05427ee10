import type { RepositoryName, TokenPermissions } from "@slipway/model";
import type { Token } from "./tokens.ts";
import type { UsesReference } from "./uses.ts";

/** Where a file comes from: also what `$/` in it means. */
export interface FileOrigin {
  readonly repository: RepositoryName;
  /** The ref by which it was reached (full where known), for contexts. */
  readonly ref: string;
  /** Commit. */
  readonly sha: string;
  /** Path in the repository. */
  readonly path: string;
}

export type InputType = "string" | "boolean" | "number" | "choice" | "environment";

/** An input of `workflow_dispatch` or `workflow_call`. */
export interface InputDefinition {
  readonly name: string;
  readonly type: InputType;
  readonly required: boolean;
  readonly default: Token | undefined;
  /** For `choice`. */
  readonly options: readonly string[];
}

/** One event of `on`, with its filters as written (`types`, `branches`, …). */
export interface Trigger {
  readonly event: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly inputs: readonly InputDefinition[];
}

/** What a reusable workflow declares. */
export interface CallInterface {
  readonly inputs: readonly InputDefinition[];
  readonly secrets: readonly { readonly name: string; readonly required: boolean }[];
  readonly outputs: readonly { readonly name: string; readonly value: Token }[];
}

/** `defaults.run`. */
export interface RunDefaults {
  readonly shell: Token | undefined;
  readonly workingDirectory: Token | undefined;
}

interface StepBase {
  /** As written, or undefined: the step is then in no `steps` context. */
  readonly id: string | undefined;
  /** The name that `github.action` gives: the id, or a generated one (`__run`, `__run_2`, `__owner_name`). */
  readonly contextName: string;
  readonly name: Token | undefined;
  /** Expression that calls a status function. */
  readonly condition: string;
  readonly env: Token | undefined;
  readonly continueOnError: Token | undefined;
  readonly timeoutMinutes: Token | undefined;
}

/** A `run` step. */
export interface RunStep extends StepBase {
  readonly kind: "run";
  readonly run: Token;
  readonly shell: Token | undefined;
  readonly workingDirectory: Token | undefined;
}

/** A `uses` step. */
export interface UsesStep extends StepBase {
  readonly kind: "uses";
  readonly uses: UsesReference;
  readonly with: Token | undefined;
}

export type StepDefinition = RunStep | UsesStep;

interface JobBase {
  readonly id: string;
  readonly name: Token | undefined;
  readonly needs: readonly string[];
  /** Expression that calls a status function. */
  readonly condition: string;
  readonly strategy: Token | undefined;
  readonly permissions: TokenPermissions | undefined;
  readonly concurrency: Token | undefined;
  /** The job's key, for messages. */
  readonly at: Token;
}

/** A job with steps. */
export interface StepsJob extends JobBase {
  readonly kind: "steps";
  readonly runsOn: Token;
  readonly env: Token | undefined;
  readonly outputs: Token | undefined;
  readonly defaults: RunDefaults;
  readonly steps: readonly StepDefinition[];
  readonly timeoutMinutes: Token | undefined;
  readonly cancelTimeoutMinutes: Token | undefined;
  readonly continueOnError: Token | undefined;
}

/** A job that calls a reusable workflow. */
export interface CallJob extends JobBase {
  readonly kind: "call";
  readonly uses: UsesReference;
  readonly with: Token | undefined;
  readonly secrets: Token | "inherit" | undefined;
}

export type JobDefinition = StepsJob | CallJob;

/** A workflow file, ready to be scheduled. Holds nothing of the event. */
export interface WorkflowDefinition {
  readonly path: string;
  readonly name: string | undefined;
  readonly runName: Token | undefined;
  readonly triggers: ReadonlyMap<string, Trigger>;
  readonly call: CallInterface | undefined;
  readonly env: Token | undefined;
  readonly defaults: RunDefaults;
  readonly permissions: TokenPermissions | undefined;
  readonly concurrency: Token | undefined;
  readonly jobs: readonly JobDefinition[];
}

/** An input of an action. */
export interface ActionInput {
  readonly name: string;
  readonly required: boolean;
  readonly default: Token | undefined;
  readonly deprecationMessage: string | undefined;
}

/** A JavaScript action's programs, relative to the action's folder. */
export interface NodeRuns {
  readonly kind: "node";
  readonly using: "node20" | "node24";
  readonly main: string;
  readonly pre: string | undefined;
  readonly preIf: string;
  readonly post: string | undefined;
  readonly postIf: string;
}

export interface CompositeRuns {
  readonly kind: "composite";
  readonly steps: readonly StepDefinition[];
  readonly outputs: readonly { readonly name: string; readonly value: Token }[];
}

/** An `action.yml`. */
export interface ActionDefinition {
  readonly path: string;
  readonly name: string;
  readonly inputs: readonly ActionInput[];
  readonly runs: NodeRuns | CompositeRuns;
}
