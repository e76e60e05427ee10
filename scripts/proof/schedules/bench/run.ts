/** One schedule over the whole machine: the sample's run, disturbed, and what is left of it. */
import {
  decide,
  type EventRecord,
  errorText,
  type LedgerEvent,
  type RunState,
  runStateOf,
} from "@slipway/model";
import { git } from "../../../../tests/e2e/support.ts";
import { openProof, type Proof } from "../../bench.ts";
import type { EndState } from "../../end-state.ts";
import { twinsOf } from "../../twins.ts";
import { diceOf } from "../dice.ts";
import type { Outcome, Problem } from "../sum.ts";
import { disturbed } from "./disturb.ts";

/** What a run came to, for the judge. */
export interface BenchRun {
  readonly seed: number;
  readonly outcome: Outcome;
  /** What is wrong with how it went; what is wrong with its end is the judge's to say. */
  readonly problems: readonly Problem[];
  readonly tally: Readonly<Record<string, number>>;
  /** Why it stood still, each time, in its own words. */
  readonly stops: readonly string[];
  readonly endState: EndState;
  readonly events: readonly LedgerEvent[];
  /** What is there twice although it may be there once only, by the key that it carries. */
  readonly twins: readonly string[];
  readonly workflowRuns: number;
  readonly seconds: number;
}

const SWEEPS = 4;
const RETRIES = 6;

/** The run that nothing happens to. */
export async function runReference(): Promise<BenchRun> {
  return run(0, openProof(), () => undefined, new Map());
}

export async function runDisturbed(seed: number): Promise<BenchRun> {
  const dice = diceOf(seed);
  let bare: string | undefined;
  const { engine, tally, calm } = disturbed({
    seed,
    dice,
    intensity: dice.pick([1, 1.5, 2]),
    aBranch: () => (bare === undefined ? undefined : aBranch(bare, dice.int(0, 1_000))),
  });
  const opened = openProof({ engine });
  void opened.then((proof) => {
    bare = proof.bench.bare;
  });
  return run(seed, opened, calm, tally);
}

async function run(
  seed: number,
  opened: Promise<Proof>,
  calm: () => void,
  tally: ReadonlyMap<string, number>,
): Promise<BenchRun> {
  const began = performance.now();
  const proof = await opened;
  const problems: Problem[] = [];
  const stops: string[] = [];
  try {
    await proof.start();
    await proof.bench.engine.idle();
    if ((await proof.state()) === null) {
      // Whoever asked for the run sees that nothing came of it, and asks again.
      stops.push("The run was asked for and did not begin.");
      calm();
      await proof.start();
      await proof.bench.engine.idle();
    }
    for (let round = 0; !(await isOver(proof)) && round < RETRIES; round += 1) {
      // The first sweeps come while things still go wrong.
      for (let sweeps = 0; sweeps < SWEEPS && !(await isOver(proof)) && !(await waits(proof)); sweeps += 1) {
        if (sweeps > 0) calm();
        await sweep(proof);
      }
      if (await isOver(proof)) break;
      calm();
      const stop = whyStill(await proof.state());
      if (typeof stop === "string") stops.push(stop);
      else problems.push(stop);
      await proof.command("retry").catch((error: unknown) => {
        problems.push({ kind: "lost", text: errorText(error) });
      });
      await proof.bench.engine.idle();
    }
    calm();
    await proof.bench.engine.idle();
    await sweep(proof);
    const endState = await proof.endState();
    if (endState.run !== "DONE")
      problems.push({ kind: "lost", text: `It is ${endState.run} in the end. ${stops.at(-1) ?? ""}` });
    for (const trouble of proof.bench.troubles)
      problems.push({ kind: "lost", text: `The engine: ${trouble}` });
    const records = await proof.bench.events(proof.runId);
    const late = lateRecords(records);
    return {
      seed,
      outcome: problems.length > 0 ? "broken" : stops.length > 0 ? "person" : "itself",
      problems,
      tally: {
        ...Object.fromEntries(tally),
        ...(late > 0 ? { "recorded after the lease had expired": late } : {}),
      },
      stops,
      endState,
      twins: twinsOf(proof.bench.github.repository(proof.bench.repository)),
      events: records.map(({ event }) => event),
      workflowRuns: proof.bench.github.repository(proof.bench.repository).runs.length,
      seconds: Math.round((performance.now() - began) / 1_000),
    };
  } finally {
    await proof.stop();
  }
}

async function sweep(proof: Proof): Promise<void> {
  await proof.command("sweep", {});
  await proof.bench.engine.idle();
}

async function isOver(proof: Proof): Promise<boolean> {
  const state = await proof.state();
  return state !== null && runStateOf(state) === "DONE";
}

/** Whether no sweep helps. */
async function waits(proof: Proof): Promise<boolean> {
  const state = await proof.state();
  return state !== null && workOf(state).kind !== "busy" && typeof whyStill(state) === "string";
}

const workOf = (state: RunState) =>
  decide(state, {
    now: new Date().toISOString(),
    workflowRunId: 0,
    runAttempt: 1,
    endedRuns: new Set(),
  }).work;

/** Why a run stands still, as it says itself; a problem when it does not say, or need not. */
function whyStill(state: RunState | null): string | Problem {
  if (!state) return { kind: "lost", text: "The run was asked for and never began." };
  const name = runStateOf(state);
  if (name === "FAILED")
    return state.failure ? `FAILED: ${state.failure}` : { kind: "unnamed", text: "FAILED, for no reason." };
  const work = workOf(state);
  if (work.kind !== "person")
    return { kind: "lost", text: `Nobody takes up what can go on: ${JSON.stringify(work)}` };
  if (work.reason.includes("fault in Slipway")) return { kind: "unnamed", text: work.reason };
  return work.reason;
}

/** Events of claims whose leases had expired by then. */
function lateRecords(records: readonly EventRecord[]): number {
  const leases = new Map<string, string>();
  let late = 0;
  for (const { at, event } of records) {
    if (event.type === "node.claimed" || event.type === "stage.claimed") {
      const what = event.type === "node.claimed" ? event.nodeId : event.stage;
      leases.set(`${what}#${event.lease.claim}`, event.lease.expiresAt);
    } else if ("claim" in event) {
      const expires = leases.get(`${workIn(event)}#${event.claim}`);
      if (expires !== undefined && Date.parse(expires) < Date.parse(at)) late += 1;
    }
  }
  return late;
}

/** Node or stage that an event of a claim is about. */
function workIn(event: LedgerEvent): string {
  if ("nodeId" in event) return event.nodeId ?? "";
  if ("stage" in event) return event.stage;
  return event.type === "defect.filed"
    ? event.parentId
    : (event.type.replace("issues.synced", "issues").split(".")[0] ?? "");
}

/** A branch of a node. */
function aBranch(bare: string, pick: number): { ref: string; sha: string } | undefined {
  const lines = git(bare, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/")
    .split("\n")
    .filter((line) => /^refs\/heads\/(epic|feature|task|defect)\//.test(line));
  const [ref, sha] = lines[pick % Math.max(1, lines.length)]?.split(" ") ?? [];
  return ref && sha ? { ref, sha } : undefined;
}
