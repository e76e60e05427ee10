import type { Conclusion, StepRecord } from "@slipway/model";
import type { StepDefinition, StepsJob } from "../load/model.ts";
import { literal } from "../load/tokens.ts";
import type { ActStep } from "./log.ts";

/** The steps of one job, as they are recorded. */
export interface Steps {
  start(step: ActStep, at: string): void;
  end(step: ActStep, result: Conclusion, at: string): void;
  /** The number that a step has, or will have. */
  number(step: ActStep): number;
  /** @param ended whether the job has: what did not run by then was skipped */
  list(ended: boolean): readonly StepRecord[];
}

const SETUP = "--setup-job";
const COMPLETE = "--complete-job";

export function createSteps(job: StepsJob): Steps {
  const records = new Map<number, StepRecord>();
  /** Steps before and behind the job's own, by `stage:id`, in the order of their start. */
  const around: string[] = [];

  function number({ id, stage }: ActStep): number {
    if (id === SETUP) return 1;
    const own = stage === "Main" ? indexOf(job.steps, id) : -1;
    if (own >= 0) return own + 2;
    const key = `${stage}:${id}`;
    if (!around.includes(key)) around.push(key);
    return job.steps.length + 2 + around.indexOf(key);
  }

  return {
    number,
    start: (step, at) => {
      const place = number(step);
      const name = step.stage === "Main" ? step.name : `${step.stage} ${step.name}`;
      records.set(place, {
        name,
        number: place,
        status: "in_progress",
        conclusion: null,
        startedAt: at,
        completedAt: null,
      });
    },
    end: (step, conclusion, at) => {
      const place = number(step);
      const known = records.get(place);
      records.set(place, {
        name: known?.name ?? step.name,
        number: place,
        status: "completed",
        conclusion,
        startedAt: known?.startedAt ?? at,
        completedAt: at,
      });
    },
    list: (ended) => {
      const all = new Map(records);
      if (ended) {
        for (const [index, step] of job.steps.entries()) {
          const place = index + 2;
          if (!all.has(place)) all.set(place, skipped(place, nameOf(step)));
        }
      }
      return [...all.values()].sort((a, b) => a.number - b.number);
    },
  };
}

function indexOf(steps: readonly StepDefinition[], id: string): number {
  if (id === COMPLETE) return -1;
  const named = steps.findIndex((step) => step.id === id);
  if (named >= 0) return named;
  const place = /^\d+$/.test(id) ? Number(id) : -1;
  return steps[place] !== undefined && steps[place].id === undefined ? place : -1;
}

function nameOf(step: StepDefinition): string {
  const written = step.name === undefined ? undefined : literal(step.name);
  if (written !== undefined && written !== "") return written;
  return step.kind === "uses" ? `Run ${step.uses.text}` : `Run ${literal(step.run)?.split("\n", 1)[0] ?? ""}`;
}

function skipped(number: number, name: string): StepRecord {
  return { name, number, status: "completed", conclusion: "skipped", startedAt: null, completedAt: null };
}
