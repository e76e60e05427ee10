import { type EngineEvent, errorText, type RunRecord } from "@slipway/model";
import { parse as parseYaml } from "yaml";
import { changedFiles } from "../events/changed-files.ts";
import { starts } from "../events/match.ts";
import { dictionary, isJsonObject, type Json, type JsonObject, toText } from "../expressions/data.ts";
import { resolveText } from "../expressions/template.ts";
import { createJobLog } from "../job/log.ts";
import { createMasker } from "../job/mask.ts";
import type { Machine } from "../job/types.ts";
import type { FileOrigin, WorkflowDefinition } from "../load/model.ts";
import { InvalidFile } from "../load/parse.ts";
import { githubContext } from "./github-context.ts";
import { dispatchInputs } from "./inputs.ts";
import { planWorkflow } from "./plan.ts";
import type { RunSource } from "./run.ts";

const FOLDER = ".github/workflows";

/**
 * The runs that an event starts, recorded and ready to go. A workflow that may not start is recorded as a run
 * with the conclusion `startup_failure`, and a log that says why.
 * @param record makes the run's record, or finds that of a `workflow_dispatch`
 */
export async function startRuns(
  machine: Machine,
  event: EngineEvent,
  tempDir: string,
  record: (run: { path: string; name: string; title: string; event: EngineEvent }) => RunRecord,
): Promise<readonly RunSource[]> {
  const { host, library } = machine;
  const sources: RunSource[] = [];
  let changed: Promise<readonly string[] | undefined> | undefined;
  const changes = (): Promise<readonly string[] | undefined> => {
    changed ??= changedFiles(host, event, tempDir);
    return changed;
  };
  for (const path of await workflowPaths(machine, event)) {
    let definition: WorkflowDefinition | undefined;
    try {
      definition = await library.workflow(event.repository, event.sha, path);
      if (definition === undefined)
        throw new InvalidFile(path, [`${path}: there is no such file at ${event.sha}`]);
    } catch (error) {
      if (!(error instanceof InvalidFile)) throw error;
      if (await mentions(machine, event, path))
        await refuse(machine, record({ path, name: path, title: path, event }).id, path, error.problems);
      continue;
    }
    if (!(await starts(definition.triggers, event, changes))) {
      if (event.workflowPath === undefined) continue;
      if (event.name !== "workflow_dispatch" && event.runId !== undefined) {
        // A run that was held for approval, and whose paths turn out not to be meant.
        await host.updateRun(event.runId, { status: "completed", conclusion: "skipped" });
        continue;
      }
      const name = definition.name ?? path;
      await refuse(machine, record({ path, name, title: name, event }).id, path, [
        `${path}: Workflow does not have 'workflow_dispatch' trigger`,
      ]);
      continue;
    }
    const source = await prepare(machine, event, definition, record);
    if (source !== undefined) sources.push(source);
  }
  return sources;
}

async function prepare(
  machine: Machine,
  event: EngineEvent,
  definition: WorkflowDefinition,
  record: (run: { path: string; name: string; title: string; event: EngineEvent }) => RunRecord,
): Promise<RunSource | undefined> {
  const { host, library } = machine;
  const { path } = definition;
  const name = definition.name ?? path;
  let inputs: JsonObject = {};
  const problems: string[] = [];
  let seen = event;
  if (event.name === "workflow_dispatch") {
    try {
      const given = (event.payload as JsonObject).inputs;
      inputs = dispatchInputs(
        definition.triggers.get("workflow_dispatch")?.inputs ?? [],
        isJsonObject(given) ? given : {},
      );
      // `github.event.inputs` holds texts, also of the defaults.
      const texts = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, toText(value)]));
      seen = { ...event, payload: { ...event.payload, inputs: texts } };
    } catch (error) {
      problems.push(`${path}: ${errorText(error)}`);
    }
  }
  let title = defaultTitle(seen, name);
  if (definition.runName !== undefined && problems.length === 0) {
    try {
      const github = githubContext(host, seen, { id: 0, number: 0, attempt: 1 }, { name, path });
      const text = resolveText(definition.runName, {
        contexts: {
          github: dictionary(github),
          inputs: dictionary(inputs),
          vars: dictionary(host.variables(event.repository)),
        },
      });
      if (text.trim() !== "") title = text;
    } catch (error) {
      problems.push(`${path}: run-name: ${errorText(error)}`);
    }
  }
  const run = record({ path, name, title, event: seen });
  const origin: FileOrigin = { repository: event.repository, ref: event.ref, sha: event.sha, path };
  try {
    if (problems.length > 0) throw new InvalidFile(path, problems);
    const workflow = await planWorkflow(host, library, origin, definition);
    return { runId: run.id, runNumber: run.runNumber, event: seen, workflow, inputs };
  } catch (error) {
    const found = error instanceof InvalidFile ? error.problems : [errorText(error)];
    await refuse(machine, run.id, path, found);
    return undefined;
  }
}

async function workflowPaths(machine: Machine, event: EngineEvent): Promise<readonly string[]> {
  if (event.workflowPath !== undefined) return [event.workflowPath];
  const files = await machine.host.listFolder(event.repository, event.sha, FOLDER);
  return files.filter((file) => /\.ya?ml$/.test(file));
}

/** Records that a run could not start. */
async function refuse(
  machine: Machine,
  runId: number,
  path: string,
  problems: readonly string[],
): Promise<void> {
  const { host, now } = machine;
  const at = now().toISOString();
  const { id } = host.createJob(runId, { name: path, needs: [] });
  const log = createJobLog({
    append: (text) => host.appendLog(id, text),
    masker: createMasker(),
    now,
    showDebug: false,
  });
  log.write("The workflow is not valid and was not started.");
  for (const problem of problems) log.annotate("error", problem);
  host.updateJob(id, { status: "completed", conclusion: "failure", startedAt: at, completedAt: at });
  await host.updateRun(runId, { status: "completed", conclusion: "startup_failure" });
}

/** Whether an invalid file names the event in `on`. One that cannot even be read is told at every event. */
async function mentions(machine: Machine, event: EngineEvent, path: string): Promise<boolean> {
  if (event.workflowPath !== undefined) return true;
  const text = await machine.host.readFile(event.repository, event.sha, path);
  let on: unknown;
  try {
    const file: unknown = parseYaml(text ?? "", { uniqueKeys: false });
    on = typeof file === "object" && file !== null && "on" in file ? file.on : undefined;
  } catch {
    return true;
  }
  if (typeof on === "string") return on === event.name;
  if (Array.isArray(on)) return on.includes(event.name);
  return typeof on === "object" && on !== null ? event.name in on : true;
}

function defaultTitle(event: EngineEvent, name: string): string {
  const payload = event.payload as JsonObject;
  const field = (key: string, inner: string): string | undefined => {
    const value: Json | undefined = payload[key];
    const text = isJsonObject(value) ? value[inner] : undefined;
    return typeof text === "string" && text !== "" ? text.split("\n", 1)[0] : undefined;
  };
  if (event.name === "push") return field("head_commit", "message") ?? name;
  return field("pull_request", "title") ?? field("issue", "title") ?? name;
}
