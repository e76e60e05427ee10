/** Which job of the files act speaks of: it names the nearest caller alone. */
import { basename } from "node:path";
import { dictionary, isJsonObject, type Json, type JsonObject } from "../expressions/data.ts";
import { resolveText } from "../expressions/template.ts";
import type { JobDefinition } from "../load/model.ts";
import { child, entries, literal } from "../load/tokens.ts";
import { labels } from "../schedule/matrix.ts";
import { matrixName, nestedName } from "../schedule/names.ts";
import type { PlannedWorkflow } from "../schedule/plan.ts";
import type { ActPlace } from "./log.ts";

/** A called workflow under way, or the one that was started. One job runs at a time, so there is one of each. */
export interface Level {
  readonly workflow: PlannedWorkflow;
  /** By job id: called workflows that are under way or were the last of their job. */
  readonly below: Map<string, Level>;
  /** Ids of jobs of which something was seen. */
  readonly seen: Set<string>;
  /** What act calls the calling job; empty at the top. */
  readonly caller: string;
  /** The calling job's name as GitHub shows it, with those above it; empty at the top. */
  readonly shown: string;
}

/** A job that act speaks of. */
export interface Found {
  readonly level: Level;
  readonly job: JobDefinition;
  /** As GitHub shows it: `caller / job (value)`. */
  readonly shown: string;
}

export interface Places {
  readonly top: Level;
  /** Undefined for a place that is in none of the files. */
  find(place: ActPlace): Found | undefined;
}

/**
 * @param github the `github` context, for names that are made of it
 * @param onLeft called when a called workflow gives way to another leg of the same job
 */
export function createPlaces(
  workflow: PlannedWorkflow,
  github: JsonObject,
  onLeft: (level: Level) => void,
): Places {
  const top = newLevel(workflow, "", "");

  /** The level that a place is in, called workflows of which nothing was seen yet included. */
  function levelOf(place: ActPlace, level: Level): { level: Level; own: string } | undefined {
    const own = ownName(place, level);
    if (own !== undefined && level.workflow.definition.jobs.some(({ id }) => id === place.jobId)) {
      return { level, own };
    }
    // Nearest first: what is under way is what is most likely spoken of.
    for (const below of [...level.below.values()].reverse()) {
      const found = levelOf(place, below);
      if (found !== undefined) return found;
    }
    for (const [id, called] of level.workflow.calls) {
      if (level.below.has(id) && !called.definition.jobs.some((job) => job.id === place.jobId)) continue;
      const job = level.workflow.definition.jobs.find((one) => one.id === id);
      const caller = callerName(place, called);
      if (job === undefined || caller === undefined) continue;
      const entered = enter(level, job, caller, {});
      const found = levelOf(place, entered);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function enter(
    level: Level,
    job: JobDefinition,
    caller: string,
    matrix: Readonly<Record<string, unknown>>,
  ): Level {
    const known = level.below.get(job.id);
    if (known?.caller === caller) return known;
    if (known !== undefined) onLeft(known);
    const called = level.workflow.calls.get(job.id);
    if (called === undefined) throw new Error(`Job '${job.id}' calls nothing.`);
    const entered = newLevel(called, caller, nestedName(level.shown, shownName(job, caller, matrix, github)));
    level.seen.add(job.id);
    level.below.delete(job.id);
    level.below.set(job.id, entered);
    return entered;
  }

  return {
    top,
    find: (place) => {
      const found = levelOf(place, top);
      const job = found?.level.workflow.definition.jobs.find(({ id }) => id === place.jobId);
      if (found === undefined || job === undefined) return undefined;
      const { level, own } = found;
      level.seen.add(job.id);
      if (job.kind === "call") enter(level, job, own, place.matrix);
      return {
        level,
        job,
        shown: nestedName(level.shown, shownName(job, own, place.matrix, github)),
      };
    },
  };
}

function newLevel(workflow: PlannedWorkflow, caller: string, shown: string): Level {
  return { workflow, below: new Map(), seen: new Set(), caller, shown };
}

const nameOf = ({ definition }: PlannedWorkflow): string => definition.name ?? basename(definition.path);

/** The job's own name in a place, if the place is on this level. */
function ownName({ job }: ActPlace, { workflow, caller }: Level): string | undefined {
  const start = `${caller === "" ? "" : `${caller}/`}${nameOf(workflow)}/`;
  return job.startsWith(start) ? job.slice(start.length) : undefined;
}

/** What would be the caller in a place, if the place were in this called workflow. */
function callerName({ job }: ActPlace, workflow: PlannedWorkflow): string | undefined {
  const at = job.indexOf(`/${nameOf(workflow)}/`);
  return at > 0 ? job.slice(0, at) : undefined;
}

/** A job's name as GitHub shows it; act puts the number of the leg behind the names of several. */
function shownName(
  job: JobDefinition,
  name: string,
  matrix: Readonly<Record<string, unknown>>,
  github: JsonObject,
): string {
  if (Object.keys(matrix).length === 0) return name;
  const values = inOrder(job, matrix);
  const fixed = job.name === undefined ? job.id : literal(job.name);
  if (fixed !== undefined) return matrixName(fixed === "" ? job.id : fixed, labels(values));
  try {
    const contexts = { github: dictionary(github), matrix: dictionary(values) };
    return resolveText(job.name, { contexts }) || matrixName(job.id, labels(values));
  } catch {
    // Made of what is known in the job alone: act has worked it out.
    return name.replace(/-\d+$/, "");
  }
}

/** act sorts a leg's values by name; GitHub keeps the order of the file. */
function inOrder(job: JobDefinition, matrix: Readonly<Record<string, unknown>>): JsonObject {
  const written = entries(child(job.strategy, "matrix")).map(({ key }) => key);
  const names = [...written, ...Object.keys(matrix)];
  const values: Record<string, Json> = {};
  for (const name of names) {
    const value = matrix[name];
    if (value !== undefined) values[name] = value as Json;
  }
  return isJsonObject(values) ? values : {};
}
