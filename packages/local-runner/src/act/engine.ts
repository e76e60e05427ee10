import { join } from "node:path";
import type { Engine } from "@slipway/model";
import { createEngine, type LocalRunnerOptions } from "../engine.ts";
import type { RunMachinery } from "../schedule/run.ts";
import { createCopies } from "./copies.ts";
import { type ActSetup, startActAttempt } from "./run.ts";

/** How the engine runs. */
export interface ActEngineOptions extends Omit<LocalRunnerOptions, "maxParallelJobs" | "grace"> {
  /** act's program; see `findAct`. */
  readonly program: string;
}

/**
 * An engine that has nektos/act execute the jobs, in host mode. Which workflows an event starts, in which order runs
 * come and how they are recorded is decided as for the engine of this package; see `ACT_REWRITES` and `ACT_LIMITS`
 * for what act does otherwise. One act runs at a time.
 */
export function createActEngine({ program, ...options }: ActEngineOptions): Engine {
  let setup: ActSetup | undefined;
  const act = ({ machine }: RunMachinery): ActSetup => {
    const folder = join(options.workDir, "act");
    setup ??= {
      program,
      copies: createCopies(machine.host, join(folder, "copies")),
      folder: join(folder, "runs"),
    };
    return setup;
  };
  return createEngine(options, {
    name: "act",
    slots: 1,
    start: (machinery, source, number) => startActAttempt(act, machinery, source, number),
    kills: false,
  });
}
