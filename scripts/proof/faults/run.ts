/** One run of the sample among the faults of one plan. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FaultHook } from "@slipway/local-github";
import { createLocalRunner } from "@slipway/local-runner";
import { errorText, runStateOf } from "@slipway/model";
import { errorLines } from "../../../packages/cli/src/report/runs.ts";
import type { EngineMaker } from "../../../packages/cli/src/start/bench.ts";
import { openProof, type Proof } from "../bench.ts";
import type { EndState } from "../end-state.ts";
import { type Subjects, subjectsOf } from "../subjects.ts";
import { twinsOf } from "../twins.ts";
import { faultOn } from "./catalog.ts";
import { createFaults, type Faults, type Meeting } from "./hook.ts";
import { kindOf, type RequestKind } from "./kinds.ts";
import { openModelFront } from "./model-front.ts";
import type { Cell, RunPlan, Seen } from "./plan.ts";

/** The run came to rest before its end while a fault lasted. */
export interface Stop {
  readonly cell: Cell;
  readonly hits: number;
  /** Whether something that a person sees says what it was. */
  readonly named: boolean;
  /** What was said. */
  readonly words: readonly string[];
  /** How it went on when the fault was over. */
  readonly resumedBy: "sweep" | "retry";
}

export interface RunResult {
  readonly plan: RunPlan;
  readonly state: EndState;
  readonly subjects: Subjects;
  readonly meetings: readonly Meeting[];
  readonly stops: readonly Stop[];
  /** Jobs that failed, with what they said; those without a word are unnamed. */
  readonly failures: readonly { readonly job: string; readonly errors: readonly string[] }[];
  /** What is there twice although it may be there once only, by the key that it carries. */
  readonly twins: readonly string[];
  /** How often a sweep, or a person's retry, was needed at the end. */
  readonly helped: number;
  /** Requests whose answers were not as GitHub's description has them, without those that a fault answered. */
  readonly invalid: readonly string[];
  readonly seconds: number;
}

export interface Reference {
  readonly state: EndState;
  readonly subjects: Subjects;
  readonly seen: readonly Seen[];
}

/** The run that nothing happens to, and what it asks for. */
export async function runReference(): Promise<Reference> {
  const counts = new Map<RequestKind, number>();
  const count = (kind: RequestKind | undefined) => {
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return undefined;
  };
  const proof = await openProof({
    engine: quickly,
    faults: (request) => count(kindOf(request)),
    model: (url) => openModelFront(url, count),
  });
  try {
    await proof.start();
    if ((await proof.finish()) !== 0 || !(await isDone(proof)))
      throw new Error("The run without faults did not get to its end by itself.");
    return {
      state: await proof.endState(),
      subjects: await subjectsIn(proof),
      seen: [...counts].map(([kind, times]) => ({ kind, count: times })),
    };
  } finally {
    await proof.stop();
  }
}

export async function runPlan(plan: RunPlan): Promise<RunResult> {
  const started = performance.now();
  const faults = createFaults(plan, () => new Date());
  const hook: FaultHook = (request) => faults.hook(request);
  const proof = await openProof({
    engine: quickly,
    faults: hook,
    model: (url) => openModelFront(url, (kind) => faults.model(kind)?.fault),
  });
  try {
    const stops: Stop[] = [];
    await proof.start();
    await proof.bench.engine.idle();
    let helped = 0;
    let around = 0;
    let told: readonly string[] = [];
    for (let round = 0; round < ROUNDS && !(await isDone(proof)); round += 1) {
      const stop = await lift(proof, faults, stops.length, told);
      if (stop) {
        stops.push(stop);
        told = await wordsOf(proof);
      } else helped += 1;
      around = stop || faults.lasting() === undefined ? 0 : around + 1;
      if (around > 2) {
        // The way leads around it.
        faults.lift();
        around = 0;
      }
      const resumedBy = stop?.resumedBy ?? "sweep";
      await resume(proof, resumedBy);
      // What was given up for good waits for a person, who is told so.
      if (resumedBy === "sweep" && !(await isDone(proof)) && !isMetAgain(faults)) {
        await resume(proof, "retry");
      }
    }
    // What a run came to its end in spite of is over, too, before the last sweep.
    while (faults.lasting()) faults.lift();
    await proof.finish();
    return {
      plan,
      state: await proof.endState(),
      subjects: await subjectsIn(proof),
      meetings: faults.meetings(),
      stops,
      failures: failuresOf(proof),
      twins: twinsOf(proof.bench.github.repository(proof.bench.repository)),
      helped,
      invalid: proof.bench.github.journal
        .filter(
          ({ fault, errors, unknownRoute }) => fault === undefined && (unknownRoute || errors.length > 0),
        )
        .map(({ method, path, errors }) => `${method} ${path}: ${errors.join("; ")}`),
      seconds: Math.round((performance.now() - started) / 1_000),
    };
  } finally {
    await proof.stop();
  }
}

const subjectsIn = async ({ bench, runId }: Proof) =>
  subjectsOf((await bench.events(runId)).map(({ event }) => event));

/** More than there are faults in a plan, and what it takes to come out of each. */
const ROUNDS = 30;

/** Before the ledger has its first event nobody but the one who asked knows of the run: the same request is sent again. */
async function resume(proof: Proof, by: "sweep" | "retry"): Promise<void> {
  if ((await proof.state()) === null) await proof.start();
  else await proof.command(by, by === "sweep" ? {} : undefined);
  await proof.bench.engine.idle();
}

const isMetAgain = (faults: Faults) => (faults.lasting()?.hits ?? 0) > 0;

async function isDone(proof: Proof): Promise<boolean> {
  const state = await proof.state();
  return state !== null && runStateOf(state) === "DONE";
}

/**
 * Ends the fault that the run has stopped at, and looks at what is said of it. Undefined: it was not met.
 *
 * @param told what had been said before this fault began
 */
async function lift(
  proof: Proof,
  faults: Faults,
  turn: number,
  told: readonly string[],
): Promise<Stop | undefined> {
  const lasting = faults.lasting();
  if (!lasting || lasting.hits === 0) return undefined;
  const { cell, hits } = lasting;
  const words = without(await wordsOf(proof), told);
  const says = faultOn(cell.fault, cell.kind)?.says;
  faults.lift();
  return {
    cell,
    hits,
    named: says !== undefined && words.some((text) => says.test(text)),
    words: (says && words.some((text) => says.test(text)) ? words.filter((text) => says.test(text)) : words)
      .slice(-3)
      .map((text) => text.slice(0, 1_000)),
    resumedBy: turn % 2 === 0 ? "retry" : "sweep",
  };
}

function without(words: readonly string[], told: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of told) left.set(text, (left.get(text) ?? 0) + 1);
  return words.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/** What is said to people at the moment: by the jobs that failed, in the ledger, and in the status comment. */
async function wordsOf(proof: Proof): Promise<string[]> {
  const events = await proof.bench.events(proof.runId);
  const told = events.map(({ event }) => JSON.stringify(event)).filter((text) => /reason|until/.test(text));
  const { issues } = proof.bench.github.repository(proof.bench.repository);
  const comments = [...issues.values()].flatMap((issue) => issue.comments.map(({ body }) => body));
  return [...failuresOf(proof).flatMap(({ errors }) => errors), ...told, ...comments];
}

function failuresOf(proof: Proof): { job: string; errors: string[] }[] {
  const { runs } = proof.bench.github.repository(proof.bench.repository);
  return runs.flatMap((run) =>
    run.jobs
      .filter(({ conclusion }) => conclusion === "failure" || conclusion === "timed_out")
      .map((job) => ({ job: job.name, errors: errorLines(job.log) })),
  );
}

/**
 * The engine of this repository, on a machine on which nobody waits long: the Node that executes its actions is this
 * one with `clock.mjs` loaded first.
 */
const quickly: EngineMaker = (settings) => {
  mkdirSync(settings.workDir, { recursive: true });
  const nodePath = join(settings.workDir, "node-in-a-hurry");
  const clock = pathToFileURL(join(import.meta.dirname, "clock.mjs")).href;
  // Not sh: some of them keep no variable whose name has a hyphen, as those of inputs have.
  writeFileSync(nodePath, `#!/usr/bin/env bash\nexec "${process.execPath}" --import "${clock}" "$@"\n`, {
    mode: 0o755,
  });
  return createLocalRunner({ ...settings, nodePath });
};

/** As a process of its own: a plan comes in, what became of it goes out. */
if (process.send) {
  process.once("message", (plan: RunPlan | null) => {
    const work: Promise<Reference | RunResult> = plan === null ? runReference() : runPlan(plan);
    work.then(
      (result) => process.send?.({ ok: true, result }, () => process.exit(0)),
      (error: unknown) =>
        process.send?.({ ok: false, error: `${errorText(error)}\n${(error as Error).stack ?? ""}` }, () =>
          process.exit(1),
        ),
    );
  });
}
