import type { NodeRuns, UsesStep } from "../load/model.ts";
import type { ResolvedAction } from "./actions.ts";
import type { Frame } from "./session.ts";

/** A JavaScript action at its place in the job, with everything its programs are given. */
export interface NodeAction {
  readonly step: UsesStep;
  readonly frame: Frame;
  readonly action: ResolvedAction;
  readonly runs: NodeRuns;
  /** Place in the job: its state is kept under it. */
  readonly key: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** The step's own `env`. */
  readonly env: Readonly<Record<string, string>>;
}

/** A clean-up that a main step has registered. */
export interface PostStep {
  readonly name: string;
  readonly node: NodeAction;
}

/** A step that runs before all main steps. */
export interface PreStep {
  readonly name: string;
  readonly step: UsesStep;
  readonly frame: Frame;
  readonly action: ResolvedAction;
  readonly runs: NodeRuns;
  readonly key: string;
}
