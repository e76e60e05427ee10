/** Workflow runs in virtual time: jobs that need others, that are killed, cancelled and run again. */
import type { NodeMode, RunStage } from "@slipway/model";
import type { Asked } from "./asked.ts";
import type { Process, Steps } from "./clock.ts";
import { count, HOUR, JobError, looms, MINUTE, nextNumber, SECOND, strikes, type World } from "./world.ts";

export type Result = "success" | "failure" | "cancelled" | "skipped";

/** What `decide` names to the jobs behind it. */
export interface Named {
  readonly stage: { readonly stage: RunStage; readonly claim: number } | null;
  readonly nodes: readonly { readonly nodeId: string; readonly mode: NodeMode; readonly claim: number }[];
}

/** A job of a workflow run. */
export interface Job {
  readonly name: string;
  readonly needs: readonly string[];
  /** Whether it runs, once all that it needs has ended. */
  readonly when: (results: (name: string) => Result, outputs: (name: string) => string) => boolean;
  /** Returns its output. @throws JobError when it fails */
  readonly work: (flow: Flow) => Steps<string>;
  /** It runs also where the workflow run is cancelled. */
  readonly settles?: true;
}

interface JobRun {
  readonly job: Job;
  result: Result | null;
  output: string;
  process: Process | null;
}

export interface Flow {
  readonly id: number;
  readonly asked: Asked;
  attempt: number;
  status: "in_progress" | "completed";
  cancelled: boolean;
  named: Named | null;
  readonly jobs: Map<string, JobRun>;
  /** Documents between its jobs; they outlive an attempt. */
  readonly artifacts: Map<string, unknown>;
}

const JOB_START = [2 * SECOND, 40 * SECOND] as const;

/** Starts a workflow run for an event. */
export function startFlow(world: World, asked: Asked): Flow {
  const flow: Flow = {
    id: nextNumber(world),
    asked,
    attempt: 1,
    status: "in_progress",
    cancelled: false,
    named: null,
    jobs: new Map(),
    artifacts: new Map(),
  };
  world.flows.set(flow.id, flow);
  world.live.add(flow);
  proceed(world, flow);
  if (looms(world, 0.05)) world.clock.after(world.dice.int(0, 30 * MINUTE), () => cancel(world, flow));
  return flow;
}

/** Starts every job whose turn has come; ends the run when none is left. */
function proceed(world: World, flow: Flow): void {
  if (flow.status === "completed") return;
  for (const job of world.jobsOf(world, flow))
    if (!flow.jobs.has(job.name)) flow.jobs.set(job.name, { job, result: null, output: "", process: null });
  for (let moved = true; moved; ) {
    moved = false;
    for (const run of flow.jobs.values()) {
      if (run.result !== null || run.process !== null) continue;
      if (!run.job.needs.every((name) => flow.jobs.get(name)?.result != null)) continue;
      moved = true;
      const runs = run.job.when(
        (name) => flow.jobs.get(name)?.result ?? "skipped",
        (name) => flow.jobs.get(name)?.output ?? "",
      );
      if (!runs || (flow.cancelled && !run.job.settles)) run.result = "skipped";
      else begin(world, flow, run);
    }
  }
  if ([...flow.jobs.values()].every(({ result }) => result !== null)) complete(world, flow);
}

function begin(world: World, flow: Flow, run: JobRun): void {
  const end = (result: Result, output = "") => {
    if (run.result !== null) return;
    run.process?.kill();
    run.process = null;
    run.result = result;
    run.output = output;
    proceed(world, flow);
  };
  // One that outlives its lease, and is alive.
  const slowness = looms(world, 0.02) ? world.dice.int(60, 400) : 1;
  run.process = world.clock.spawn(
    startingUp(world, run.job.work(flow)),
    (ending) => {
      if (ending.kind === "returned") return end("success", ending.value);
      if (ending.error instanceof JobError) return end("failure");
      throw ending.error;
    },
    slowness,
  );
  if (!looms(world, 0.06)) return;
  world.clock.after(world.dice.int(0, 5 * MINUTE), () => {
    if (run.result !== null) return;
    count(world, run.job.settles ? "settling job killed" : "job killed");
    end("failure");
  });
}

function* startingUp(world: World, work: Steps<string>): Steps<string> {
  yield world.dice.int(...JOB_START);
  return yield* work;
}

function complete(world: World, flow: Flow): void {
  flow.status = "completed";
  world.live.delete(flow);
  const results = [...flow.jobs.values()].map(({ result }) => result);
  const failed = results.includes("failure") || results.includes("cancelled");
  if (failed && strikes(world, "failed jobs run again", 0.3)) rerunLater(world, flow, "failed");
  else if (strikes(world, "whole workflow run again", failed ? 0.1 : 0.01)) rerunLater(world, flow, "all");
  else if (strikes(world, "one job and what needs it run again", failed ? 0.1 : 0.01))
    rerunLater(world, flow, "one");
}

function rerunLater(world: World, flow: Flow, which: "all" | "failed" | "one"): void {
  world.clock.after(world.dice.int(SECOND, 3 * HOUR), () => {
    if (flow.status !== "completed") return;
    flow.status = "in_progress";
    world.live.add(flow);
    flow.attempt += 1;
    flow.cancelled = false;
    const again = new Set<string>();
    if (which === "one") again.add(world.dice.pick(["decide", ...[...flow.jobs.keys()].slice(1)]));
    else
      for (const run of flow.jobs.values())
        if (which === "all" || run.result !== "success") again.add(run.job.name);
    for (let grows = true; grows; ) {
      grows = false;
      for (const { job } of flow.jobs.values()) {
        if (again.has(job.name) || !job.needs.some((name) => again.has(name))) continue;
        again.add(job.name);
        grows = true;
      }
    }
    for (const name of again) {
      const run = flow.jobs.get(name);
      if (run) flow.jobs.set(name, { job: run.job, result: null, output: "", process: null });
    }
    // What `decide` names may be something else this time.
    if (again.has("decide")) {
      flow.named = null;
      for (const name of [...flow.jobs.keys()]) if (name !== "decide") flow.jobs.delete(name);
    }
    proceed(world, flow);
  });
}

/** As a person does in the page; the second time nothing is waited for. */
export function cancel(world: World, flow: Flow): void {
  if (flow.status === "completed") return;
  const again = flow.cancelled;
  count(world, again ? "workflow run cancelled once more" : "workflow run cancelled by a person");
  flow.cancelled = true;
  for (const run of flow.jobs.values()) {
    if (run.process === null || (run.job.settles && !again)) continue;
    run.process.kill();
    run.process = null;
    run.result = "cancelled";
  }
  proceed(world, flow);
  if (!again && looms(world, 0.2)) world.clock.after(world.dice.int(0, MINUTE), () => cancel(world, flow));
}
