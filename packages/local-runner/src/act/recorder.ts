import type { Conclusion } from "@slipway/model";
import { createJobLog, type JobLog } from "../job/log.ts";
import { createMasker, type Masker } from "../job/mask.ts";
import type { JobDefinition } from "../load/model.ts";
import { literal } from "../load/tokens.ts";
import type { Attempt } from "../schedule/attempt.ts";
import { nestedName } from "../schedule/names.ts";
import type { PlannedWorkflow } from "../schedule/plan.ts";
import { recordEnd } from "../schedule/record.ts";
import { type ActLine, type ActPlace, readActLine } from "./log.ts";
import { createPlaces, type Level } from "./places.ts";
import { createSteps, type Steps } from "./steps.ts";

/** Makes records of what act says. */
export interface Recorder {
  /** One line of act's output. */
  line(text: string): void;
  /** Records what is left once act has ended, and tells what the run has come to. */
  finish(exitCode: number): Conclusion;
}

interface KnownJob {
  readonly id: number;
  readonly masker: Masker;
  readonly log: JobLog;
  readonly steps: Steps;
  /** Whether the failure of the step under way does not count. */
  forgiven: boolean;
  /** What a failed step has written may come after the end of its job. */
  ended: boolean;
}

/** Lines of act itself that are kept for the case that no job says what went wrong. */
const KEPT = 50;

/** @param hidden what no log may show */
export function createRecorder(
  attempt: Attempt,
  workflow: PlannedWorkflow,
  hidden: readonly string[],
): Recorder {
  const { host, now } = attempt.machine;
  /** The last job of each place. */
  const known = new Map<string, KnownJob>();
  const said: string[] = [];
  const masks: string[] = [...hidden];
  let ran = false;
  let failed = false;
  const places = createPlaces(workflow, attempt.github, recordSkipped);

  const keyOf = ({ job, jobId }: ActPlace): string => `${jobId}|${job}`;
  const at = (): string => now().toISOString();

  function start(place: ActPlace): KnownJob | undefined {
    const found = places.find(place);
    if (found === undefined || found.job.kind !== "steps") return undefined;
    const { id } = host.createJob(attempt.runId, { name: found.shown, needs: found.job.needs });
    const masker = createMasker(masks);
    const log = createJobLog({
      append: (text) => host.appendLog(id, text),
      masker,
      now,
      showDebug: false,
    });
    host.updateJob(id, { status: "in_progress", startedAt: at() });
    const job: KnownJob = { id, masker, log, steps: createSteps(found.job), forgiven: false, ended: false };
    known.set(keyOf(place), job);
    ran = true;
    return job;
  }

  function end(job: KnownJob, result: Conclusion): void {
    const conclusion = result === "failure" && attempt.scope.cancelled ? "cancelled" : result;
    if (conclusion === "failure") failed = true;
    host.updateJob(job.id, {
      status: "completed",
      conclusion,
      completedAt: at(),
      steps: job.steps.list(true),
    });
    job.ended = true;
  }

  function take(line: ActLine): void {
    if (line.kind === "engine") {
      if (said.push(line.text) > KEPT) said.shift();
      return;
    }
    if (line.kind === "mask") {
      masks.push(line.value);
      for (const { masker } of known.values()) masker.add(line.value);
      return;
    }
    const { place } = line;
    const last = known.get(keyOf(place));
    const begins = line.kind === "step-start" && (last === undefined || last.ended);
    const job = begins ? start(place) : last;
    if (job === undefined) {
      // A calling job: what is below it is known by it.
      places.find(place);
      if (line.kind === "note" && line.level === "error") said.push(line.text);
      return;
    }
    record(line, job);
  }

  function record(line: Exclude<ActLine, { kind: "engine" | "mask" }>, job: KnownJob): void {
    switch (line.kind) {
      case "step-start":
        job.forgiven = false;
        job.steps.start(line.step, at());
        job.log.section(`Run ${line.step.name}`, []);
        host.updateJob(job.id, { steps: job.steps.list(false) });
        return;
      case "forgiven":
        job.forgiven = true;
        return;
      case "step-end":
        job.steps.end(line.step, job.forgiven ? "success" : line.result, at());
        job.forgiven = false;
        host.updateJob(job.id, { steps: job.steps.list(false) });
        return;
      case "output":
        job.log.write(line.text);
        return;
      case "annotation":
        job.log.annotate(line.level, line.message, line.properties);
        return;
      case "group":
        if (line.title === undefined) job.log.endGroup();
        else job.log.group(line.title);
        return;
      case "summary":
        host.addSummary(job.id, job.steps.number(line.step), job.masker.mask(line.markdown));
        return;
      case "note":
        if (line.level === "error" || line.level === "warning") job.log.annotate(line.level, line.text);
        return;
      case "job-end":
        end(job, line.result);
        return;
    }
  }

  /** Jobs of a called workflow of which nothing was seen, and of those that it calls. */
  function recordSkipped({ workflow: { definition }, seen, below, shown }: Level): void {
    const result = attempt.scope.cancelled ? "cancelled" : "skipped";
    for (const job of definition.jobs) {
      const level = below.get(job.id);
      if (level !== undefined) recordSkipped(level);
      else if (!seen.has(job.id)) recordEnd(attempt, nestedName(shown, plainName(job)), job.needs, result);
    }
  }

  return {
    line: (text) => take(readActLine(text)),
    finish: (exitCode) => {
      for (const job of known.values()) if (!job.ended) end(job, "failure");
      recordSkipped(places.top);
      if (exitCode === 0) return ran ? "success" : "skipped";
      if (attempt.scope.cancelled) return "cancelled";
      if (!failed) {
        const reason = said.join("\n") || `act ended with ${exitCode} and did not say why.`;
        recordEnd(attempt, workflow.origin.path, [], "failure", createMasker(masks).mask(reason));
      }
      return "failure";
    },
  };
}

function plainName(job: JobDefinition): string {
  return (job.name === undefined ? undefined : literal(job.name)) || job.id;
}
