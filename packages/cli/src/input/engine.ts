/** Which engine executes the workflows. */
import { ACT_LIMITS, ACT_REWRITES, ACT_VERSION, createActEngine, type FoundAct } from "@slipway/local-runner";
import type { EngineMaker } from "../start/bench.ts";
import { UsageError } from "../usage-error.ts";

export interface ChosenEngine {
  /** Undefined: the engine of this repository. */
  readonly make: EngineMaker | undefined;
  /** What the person should know of it. */
  readonly notes: readonly string[];
}

/**
 * @param find looks for act
 * @throws UsageError for an engine of another name, and where act is not installed or of another version
 */
export function chooseEngine(given: string | undefined, find: () => FoundAct): ChosenEngine {
  if (given === undefined || given === "local") return { make: undefined, notes: [] };
  if (given !== "act") throw new UsageError(`--engine ${given}: there are two, local and act.`);
  const act = find();
  if (act.kind !== "found") throw new UsageError(`--engine act: ${act.problem}`);
  return {
    make: (settings) => createActEngine({ ...settings, program: act.program }),
    notes: [
      `The workflows run on nektos/act ${ACT_VERSION}, with ${ACT_REWRITES.length} rewrites in a copy of them. ` +
        `What it does otherwise than GitHub: ${ACT_LIMITS.map(({ what }) => what).join(" ")}`,
    ],
  };
}
