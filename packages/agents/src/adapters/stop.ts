import type { AgentTask, Ending } from "@slipway/model";
import type { ExecutorWorld } from "./executor.ts";

/** What ends an execution from outside. */
export interface Stops {
  /** Aborted as soon as one of them has come. */
  readonly signal: AbortSignal;
  /** The first that came, or null. */
  readonly reached: () => { readonly ending: Ending; readonly reason: string } | null;
  readonly dispose: () => void;
}

const ASKED_EVERY_MS = 30_000;

/** The time limit of the task, the job's own end, and whoever is asked now and then. */
export async function watchStops(
  task: AgentTask,
  world: Pick<ExecutorWorld, "signal" | "interrupted">,
  askedEveryMs = ASKED_EVERY_MS,
): Promise<Stops> {
  const controller = new AbortController();
  let reached: ReturnType<Stops["reached"]> = null;
  const stop = (ending: Ending, reason: string) => {
    reached ??= { ending, reason };
    controller.abort();
  };
  const { seconds } = task.constraints;
  const limit = setTimeout(
    () => stop("time", `The time limit of ${seconds} s was reached.`),
    seconds * 1_000,
  );
  const onAbort = () => stop("interrupted", "The job was asked to stop.");
  world.signal?.addEventListener("abort", onAbort, { once: true });
  if (world.signal?.aborted) onAbort();
  const ask = async () => {
    // Work goes on while nobody can be asked: a time limit holds all the same.
    const reason = await world.interrupted?.().catch(() => null);
    if (reason) stop("interrupted", reason);
  };
  await ask();
  const asking = world.interrupted ? setInterval(() => void ask(), askedEveryMs) : undefined;
  return {
    signal: controller.signal,
    reached: () => reached,
    dispose: () => {
      clearTimeout(limit);
      clearInterval(asking);
      world.signal?.removeEventListener("abort", onAbort);
    },
  };
}
