import type { EngineEvent } from "@slipway/model";
import type { JsonObject } from "../expressions/data.ts";
import type { Machine } from "../job/types.ts";
import type { CancelScope } from "./cancel-scope.ts";
import type { ConcurrencyGroups } from "./concurrency.ts";
import type { Slots } from "./slots.ts";

/** How a job, or all jobs of a matrix or of a called workflow together, ended: what `needs` shows. */
export type Result = "success" | "failure" | "cancelled" | "skipped";

/** What is remembered of a job for a later attempt. */
export interface Remembered {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One attempt of a run: what all its jobs share. */
export interface Attempt {
  readonly machine: Machine;
  readonly groups: ConcurrencyGroups;
  readonly slots: Slots;
  readonly event: EngineEvent;
  readonly runId: number;
  /** The `github` context. */
  readonly github: JsonObject;
  readonly vars: JsonObject;
  /** Every secret of the repository, for masks. */
  readonly hidden: readonly string[];
  readonly scope: CancelScope;
  /** Aborted when the engine stops: everything is killed. */
  readonly kill: AbortSignal;
  /** Jobs of the attempt before, by place: those that went well are not repeated. Empty: all are run. */
  readonly before: ReadonlyMap<string, Remembered>;
  /** Jobs of this attempt, by place; filled as they end. */
  readonly memory: Map<string, Remembered>;
}
