import type { EngineEvent } from "@slipway/model";
import { isJsonObject, type Json, type JsonObject } from "../expressions/data.ts";
import type { Trigger } from "../load/model.ts";
import { matchesAny, selectedBy } from "./patterns.ts";

/** Activity types that start a workflow when its trigger names none; all types for events not listed. */
const DEFAULT_TYPES: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/**
 * Whether an event starts a workflow by one of its triggers. `workflow_call` never does.
 * @param changed the paths that the event changed; asked for only when a path filter needs them. Undefined
 *   when they cannot be told, as for a new branch: path filters then take the event, as on GitHub.
 */
export async function starts(
  triggers: ReadonlyMap<string, Trigger>,
  event: EngineEvent,
  changed: () => Promise<readonly string[] | undefined>,
): Promise<boolean> {
  const trigger = triggers.get(event.name);
  if (trigger === undefined || event.name === "workflow_call") return false;
  const payload = event.payload as JsonObject;
  if (event.name === "schedule") return (trigger.filters.cron ?? []).includes(textAt(payload, "schedule"));
  if (!rightType(trigger, event.name, textAt(payload, "action"))) return false;
  if (event.name === "workflow_run" && !rightWorkflow(trigger, payload)) return false;
  if (event.name === "push" && (payload.deleted === true || asksToSkip(payload))) return false;
  if (!rightRef(trigger, event, payload)) return false;
  return rightPaths(trigger, event, changed);
}

function rightType(trigger: Trigger, event: string, action: string): boolean {
  const types = trigger.filters.types ?? DEFAULT_TYPES[event];
  return types === undefined || types.includes(action);
}

function rightWorkflow(trigger: Trigger, payload: JsonObject): boolean {
  const workflows = trigger.filters.workflows;
  return workflows === undefined || selectedBy(workflows, textAt(payload, "workflow_run", "name"));
}

function rightRef(trigger: Trigger, event: EngineEvent, payload: JsonObject): boolean {
  const { filters } = trigger;
  if (event.name === "push") {
    const tag = /^refs\/tags\/(.+)$/s.exec(event.ref)?.[1];
    if (tag !== undefined) {
      // Branch filters alone mean: branches only.
      if (!has(filters, "tags") && has(filters, "branches")) return false;
      return passes(filters.tags, filters["tags-ignore"], tag);
    }
    const branch = /^refs\/heads\/(.+)$/s.exec(event.ref)?.[1];
    if (branch === undefined) return false;
    if (!has(filters, "branches") && has(filters, "tags")) return false;
    return passes(filters.branches, filters["branches-ignore"], branch);
  }
  return passes(filters.branches, filters["branches-ignore"], branchOf(event.name, payload));
}

/** The branch that a `branches` filter looks at. */
function branchOf(event: string, payload: JsonObject): string {
  switch (event) {
    case "workflow_run":
      return textAt(payload, "workflow_run", "head_branch");
    case "merge_group":
      return textAt(payload, "merge_group", "base_ref").replace(/^refs\/heads\//, "");
    default:
      return textAt(payload, "pull_request", "base", "ref");
  }
}

async function rightPaths(
  trigger: Trigger,
  event: EngineEvent,
  changed: () => Promise<readonly string[] | undefined>,
): Promise<boolean> {
  const { paths, "paths-ignore": ignored } = trigger.filters;
  if (paths === undefined && ignored === undefined) return true;
  // Path filters are not looked at when a tag is pushed.
  if (event.ref.startsWith("refs/tags/")) return true;
  const files = await changed();
  if (files === undefined) return true;
  if (paths !== undefined) return files.some((file) => selectedBy(paths, file));
  return files.length === 0 || files.some((file) => !matchesAny(ignored ?? [], file));
}

function has(filters: Trigger["filters"], kind: "branches" | "tags"): boolean {
  return filters[kind] !== undefined || filters[`${kind}-ignore`] !== undefined;
}

function passes(
  wanted: readonly string[] | undefined,
  ignored: readonly string[] | undefined,
  text: string,
): boolean {
  if (wanted !== undefined) return selectedBy(wanted, text);
  return ignored === undefined || !matchesAny(ignored, text);
}

function textAt(object: JsonObject, ...path: readonly string[]): string {
  let value: Json | undefined = object;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** A push whose newest commit says so starts nothing. */
function asksToSkip(payload: JsonObject): boolean {
  return /\[(skip ci|ci skip|no ci|skip actions|actions skip)\]/.test(
    textAt(payload, "head_commit", "message"),
  );
}
