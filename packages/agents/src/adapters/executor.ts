import type { AgentResult, AgentTask, CHANGE_TYPES } from "@slipway/model";
import type { Earlier } from "../executor/earlier.ts";
import type { Confinement } from "../process/isolation.ts";

export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Where and with what a task is worked on. */
export interface ExecutorWorld {
  /** A checkout of the task's `startSha` that belongs to this execution alone. */
  readonly workDir: string;
  /** What the consumer's setup action exported. What looks like a credential is left out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What an earlier attempt left, to be gone on from. */
  readonly earlier?: Earlier;
  /** What commands are kept in, from `detectIsolation`. Default: a process group of their own. */
  readonly confinement?: Confinement;
  /** Masked in the trajectory wherever they stand. */
  readonly secrets?: readonly string[];
  readonly signal?: AbortSignal;
  /** Called with each line of the trajectory as it is written, so that it survives a killed job. */
  readonly onStep?: (line: string) => void;
  /** Asked before the start and now and then: why the work is to be left as it stands, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
  /** What the plan says of the change; commits that name no type of their own get this one. Default `chore`. */
  readonly commit?: { readonly type: ChangeType; readonly scope: string | null };
  /** Milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/** Runs an agent on a task. Each kind gives the same result and leaves the same artifact. */
export interface Executor {
  /**
   * Whatever ends the work, what stands in the work tree is in the result, with the reason.
   *
   * @throws Error only when the work tree does not hold the task's `startSha`
   */
  execute(task: AgentTask, world: ExecutorWorld): Promise<AgentResult>;
}
