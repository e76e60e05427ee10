/** One sample on one engine. */
import type { EngineMaker } from "../../../packages/cli/src/start/bench.ts";
import { openProof } from "../bench.ts";
import type { EndState } from "../end-state.ts";
import type { SampleName } from "../sample.ts";

export interface Ran {
  readonly endState: EndState;
  /** From the request to the moment when nothing is in progress, without the last sweep. */
  readonly seconds: number;
  readonly workflowRuns: number;
  /** Jobs that ran. */
  readonly jobs: number;
  /** Workflow runs that did not succeed: `Slipway … : failure (job, job)`. */
  readonly unwell: readonly string[];
}

/** @throws when the run does not come to its end by itself, without a sweep */
export async function runSample(sample: SampleName, engine?: EngineMaker): Promise<Ran> {
  const proof = await openProof({ sample, ...(engine ? { engine } : {}) });
  try {
    const began = performance.now();
    await proof.start();
    await proof.bench.engine.idle();
    const seconds = (performance.now() - began) / 1_000;
    const sweeps = await proof.finish();
    const { runs } = proof.bench.github.repository(proof.bench.repository);
    const endState = await proof.endState();
    const jobs = runs.flatMap((run) => run.jobs.filter((job) => job.conclusion !== "skipped"));
    const unwell = runs
      .filter(({ conclusion }) => conclusion !== "success" && conclusion !== "skipped")
      .map(({ displayTitle, conclusion, jobs: all }) => {
        const bad = all.filter((job) => job.conclusion !== "success" && job.conclusion !== "skipped");
        return `${displayTitle}: ${conclusion} (${bad.map(({ name }) => name).join(", ")})`;
      });
    if (sweeps !== 0) {
      const how = sweeps < 0 ? "did not come to its end" : `needed ${sweeps} sweeps to come to its end`;
      throw new Error(`The run ${how}: it is ${endState.run}.\n${unwell.join("\n")}`);
    }
    return { endState, seconds, workflowRuns: runs.length, jobs: jobs.length, unwell };
  } finally {
    await proof.stop();
  }
}
