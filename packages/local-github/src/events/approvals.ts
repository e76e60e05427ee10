/**
 * Runs that wait for a person. A pull request that was opened or pushed to with a job's token gets its `pull_request`
 * runs, which begin only when somebody who may write approves them: until then they are `completed` with the
 * conclusion `action_required`, and have no jobs.
 * https://docs.github.com/actions/concepts/security/github_token
 */

import type { EngineEvent } from "@slipway/model";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { createRun } from "../engine/runs.ts";
import { nameOf, workflowFiles } from "../engine/workflows.ts";
import { matches } from "../pulls/rules.ts";
import type { RepositoryRecord, WorkflowRunRecord } from "../store/records.ts";
import type { Cause, World } from "../world.ts";

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const trigger = z.object({
  types: texts.optional(),
  branches: texts.optional(),
  "branches-ignore": texts.optional(),
});
const payload = z.object({
  action: z.string(),
  pull_request: z.object({ title: z.string(), base: z.object({ ref: z.string() }) }),
});

/** The `pull_request` trigger of a workflow file, or undefined when it has none. */
function triggerOf(text: string): z.output<typeof trigger> | undefined {
  let file: unknown;
  try {
    file = parseYaml(text);
  } catch {
    return undefined;
  }
  const on = typeof file === "object" && file !== null && "on" in file ? file.on : undefined;
  if (on === "pull_request" || (Array.isArray(on) && on.includes("pull_request"))) return {};
  if (typeof on !== "object" || on === null || !("pull_request" in on)) return undefined;
  const parsed = trigger.safeParse(on.pull_request ?? {});
  return parsed.success ? parsed.data : undefined;
}

/** Makes the runs that an event would start, and keeps them from starting. Path filters are not looked at. */
export async function holdRuns(
  world: World,
  repository: RepositoryRecord,
  event: Omit<EngineEvent, "deliveryId">,
): Promise<void> {
  const { action, pull_request } = payload.parse(event.payload);
  for (const { path, text } of await workflowFiles(world, repository, event.sha)) {
    const found = triggerOf(text);
    if (!found) continue;
    const {
      types = ["opened", "synchronize", "reopened"],
      branches,
      "branches-ignore": ignored = [],
    } = found;
    const matchesBase = (pattern: string) => matches(pattern, pull_request.base.ref);
    if (!types.includes(action) || ignored.some(matchesBase)) continue;
    if (branches !== undefined && !branches.some(matchesBase)) continue;
    const run = createRun(world, repository, {
      event,
      workflowPath: path,
      workflowName: nameOf(text, path),
      displayTitle: pull_request.title,
    });
    run.held = event;
    run.status = "completed";
    run.conclusion = "action_required";
    world.bus.emit("run", run);
  }
}

/** Starts a held run. */
export function releaseRun(world: World, run: WorkflowRunRecord, cause: Cause): void {
  const { held } = run;
  if (!held) return;
  run.held = null;
  run.status = "queued";
  run.conclusion = null;
  run.triggeringActor = cause.user;
  run.updatedAt = world.store.timestamp();
  world.bus.emit("run", run);
  world.deliver({ ...held, workflowPath: run.workflowPath, runId: run.id }, cause);
}
