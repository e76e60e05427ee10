import type { EngineHost, JobPart, RepositoryName, TokenPermissions } from "@slipway/model";
import type { JsonObject } from "../expressions/data.ts";
import type { Library } from "../load/library.ts";
import type { FileOrigin, StepsJob, WorkflowDefinition } from "../load/model.ts";
import type { GracePeriods } from "./process.ts";

/** What jobs need of the machine; the same for all of them. */
export interface Machine {
  readonly host: EngineHost;
  readonly library: Library;
  /** Where job folders are made. */
  readonly jobsDir: string;
  /** PATH, LANG, proxies: what a job sees of the parent's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Executes JavaScript actions. */
  readonly nodePath: string;
  readonly grace: GracePeriods;
  readonly now: () => Date;
  readonly onDiagnostic: (message: string) => void;
  /** The jobs that run now, by id, each with what kills it. */
  readonly running: Map<number, (part: JobPart) => void>;
  /** Work that nobody waits for but the engine's end, such as removing the folder of a job. */
  readonly afterwards: (work: Promise<unknown>) => void;
}

/**
 * Stands for GITHUB_TOKEN in a secret that a caller passes on: each job of the called workflow has a token of
 * its own, which is put in its place.
 */
export const TOKEN_OF_THE_JOB = "\u0000GITHUB_TOKEN\u0000";

/** A job that may start now. */
export interface JobRequest {
  readonly repository: RepositoryName;
  readonly runId: number;
  readonly jobId: number;
  /** As shown: `caller / job (value)`. */
  readonly name: string;
  readonly definition: StepsJob;
  readonly workflow: WorkflowDefinition;
  /** The file that holds the job; for a called workflow, the called file. */
  readonly origin: FileOrigin;
  readonly permissions: TokenPermissions;
  readonly contexts: {
    /** Without what only a job knows (`token`, `job`, `workspace`, `event_path`, `action…`). */
    readonly github: JsonObject;
    readonly vars: JsonObject;
    readonly needs: JsonObject;
    readonly inputs: JsonObject;
    readonly matrix: JsonObject | null;
    readonly strategy: JsonObject;
    /** Without GITHUB_TOKEN. */
    readonly secrets: Readonly<Record<string, string>>;
  };
  /** Values that must not be shown although this job cannot read them: every secret of the repository. */
  readonly hidden: readonly string[];
  readonly timeoutMinutes: number;
  readonly cancelTimeoutMinutes: number;
}

export type JobOutcome = "success" | "failure" | "cancelled";

export interface JobResult {
  readonly outcome: JobOutcome;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Ways to end a job from outside. */
export interface JobControl {
  /** Aborted: the job is cancelled; `always()` and `cancelled()` steps still run. */
  readonly cancel: AbortSignal;
  /** Aborted: everything is killed at once and no further step runs. */
  readonly kill: AbortSignal;
}

export type StepOutcome = "success" | "failure" | "cancelled" | "skipped";
