/** A bench for the proofs: one idea, carried to its end through whatever is in its way. */
import type { FaultHook, LocalGitHubOptions } from "@slipway/local-github";
import { foldEvents, type RunState, runStateOf } from "@slipway/model";
import type { EngineMaker } from "../../packages/cli/src/start/bench.ts";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { type ModelFront, openBench, type TestBench } from "../../tests/e2e/bench.ts";
import { type EndState, readEndState } from "./end-state.ts";
import { makeSample, type SampleName } from "./sample.ts";

export interface ProofInput {
  /** Default `small`. */
  readonly sample?: SampleName;
  /** Default: the engine of this repository. */
  readonly engine?: EngineMaker;
  readonly faults?: FaultHook;
  readonly rateLimit?: LocalGitHubOptions["rateLimit"];
  readonly model?: (baseUrl: string) => Promise<ModelFront>;
}

export interface Proof {
  readonly bench: TestBench;
  readonly runId: string;
  /** Asks for the run, as any client does. */
  start(): Promise<void>;
  /** Sends a command as a person does. @throws when GitHub does not take it */
  command(name: string, payload?: object): Promise<void>;
  /** The fold so far; null before the first turn. */
  state(): Promise<RunState | null>;
  /**
   * Waits until nothing is in progress, and has the hourly sweep come as long as the run is not over, and once more
   * when it is, as the clock would. A request that has left nothing in the ledger is sent again by who sent it.
   *
   * @param sweeps how often at most; default 8
   * @returns how often it came before the run was over; -1 when it was not over in the end
   */
  finish(sweeps?: number): Promise<number>;
  endState(): Promise<EndState>;
  stop(): Promise<void>;
}

const SWEEPS = 8;

export async function openProof(input: ProofInput = {}): Promise<Proof> {
  const { sample: name = "small", ...rest } = input;
  const sample = await makeSample(name);
  const bench = await openBench({ repo: sample.repository, fixtures: sample.fixtures, ...rest });
  const { runId, body } = startRequest(sample.idea, new Date());
  const command: Proof["command"] = async (event, payload = { runId }) => {
    const answer = await bench.dispatch(`orchestrator.${event}`, payload);
    if (answer.status !== 204) throw new Error(`${event}: ${answer.status} ${answer.text}`);
  };
  const state = async () => {
    const events = await bench.events(runId);
    return events.length === 0 ? null : foldEvents(null, events);
  };
  const isOver = async () => {
    const now = await state();
    return now !== null && ["DONE", "FAILED", "CANCELLED"].includes(runStateOf(now));
  };
  const sweep = async () => {
    await command("sweep", {});
    await bench.engine.idle();
  };
  const start = async () => {
    const answer = await bench.post("dispatches", JSON.parse(body));
    if (answer.status !== 204) throw new Error(`start: ${answer.status} ${answer.text}`);
  };
  // Before the ledger has its first event nobody but the one who asked knows of the run: the same request comes again.
  const next = async () => {
    if ((await state()) !== null) return sweep();
    await start();
    await bench.engine.idle();
  };
  return {
    bench,
    runId,
    command,
    state,
    start,
    async finish(sweeps = SWEEPS) {
      await bench.engine.idle();
      let times = 0;
      for (; times < sweeps && !(await isOver()); times += 1) await next();
      const over = await isOver();
      if (over) await sweep();
      return over ? times : -1;
    },
    endState: () =>
      readEndState({
        github: bench.github,
        repository: bench.repository,
        bare: bench.bare,
        runId,
        exchanges: bench.exchanges(),
      }),
    async stop() {
      await bench.stop();
      sample.remove();
    },
  };
}
