/** One run of the sample in which the maker of one write is killed; or none, for the reference. */
import type { FaultHook, LocalGitHub } from "@slipway/local-github";
import type { JobPart } from "@slipway/model";
import { z } from "zod";
import { openProof, type Proof } from "../bench.ts";
import type { EndState } from "../end-state.ts";
import { type Subjects, subjectsOf } from "../subjects.ts";
import { twinsOf } from "../twins.ts";
import { isHandedOver } from "./work.ts";
import { createWriteKeys, isWrite, kindOf } from "./writes.ts";

export const pointSchema = z.strictObject({
  /** Name of the write. */
  key: z.string(),
  /** `before`: the server has not seen it; `after`: it has done it, and the answer is lost. */
  when: z.enum(["before", "after"]),
  /** What is lost with it. */
  loss: z.enum(["process", "machine"]),
});
export type Point = z.infer<typeof pointSchema>;

/** What a run came to. */
export interface PointRun {
  /** Names of the writes, in the order of their arrival. */
  readonly writes: readonly string[];
  /** The job that was killed, and whether it had handed over what it made; null when the point was not reached. */
  readonly killed: { readonly job: string; readonly handedOver: boolean } | null;
  /** How often the hourly sweep came before the run was over; -1 when it was not over in the end. */
  readonly sweeps: number;
  readonly endState: EndState;
  /** How many exact changes of each node were to be reviewed. */
  readonly subjects: Subjects;
  /** What is there twice although it may be there once only, by the key that it carries. */
  readonly twins: readonly string[];
  /** Types of the events of the ledger, with their nodes. */
  readonly events: readonly string[];
  /** What the engine could not do. */
  readonly troubles: readonly string[];
  readonly seconds: number;
}

export const crashSampleSchema = z.enum(["small", "defect"]);
export type CrashSample = z.infer<typeof crashSampleSchema>;

export async function runPoint(point: Point | null, sample: CrashSample): Promise<PointRun> {
  const began = performance.now();
  const keys = createWriteKeys();
  const writes: string[] = [];
  let victim: { readonly job: string; readonly jobId: number } | null = null;
  let proof: Proof | undefined;

  const faults: FaultHook = (request) => {
    const { jobId } = request;
    if (jobId === undefined || !isWrite(request) || !proof) return undefined;
    const { github, engine } = proof.bench;
    const job = github.store.job(jobId)?.name ?? "unknown job";
    const key = keys.next(job, kindOf(request));
    writes.push(key);
    if (victim !== null || key !== point?.key) return undefined;
    victim = { job, jobId };
    const kill = () => killJob(engine.killJob, jobId, point.loss);
    if (point.when === "after") return { kind: "cut-after", onDone: kill };
    kill();
    return { kind: "cut-before" };
  };

  proof = await openProof({ sample, faults });
  try {
    await proof.start();
    const sweeps = await proof.finish();
    const events = (await proof.bench.events(proof.runId)).map(({ event }) => event);
    return {
      writes,
      killed: killedOf(victim, proof.bench.github.journal),
      sweeps,
      endState: await proof.endState(),
      subjects: subjectsOf(events),
      twins: twinsOf(proof.bench.github.repository(proof.bench.repository)),
      events: events.map((event) => ("nodeId" in event ? `${event.type} ${event.nodeId}` : event.type)),
      troubles: proof.bench.troubles,
      seconds: Math.round((performance.now() - began) / 100) / 10,
    };
  } finally {
    await proof.stop();
  }
}

function killedOf(
  victim: { readonly job: string; readonly jobId: number } | null,
  journal: LocalGitHub["journal"],
): PointRun["killed"] {
  return victim && { job: victim.job, handedOver: isHandedOver(journal, victim) };
}

function killJob(
  kill: ((jobId: number, part: JobPart) => void) | undefined,
  jobId: number,
  part: JobPart,
): void {
  if (!kill) throw new Error("The engine of this bench cannot kill a job.");
  kill(jobId, part);
}
