import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { errorText } from "@slipway/model";
import { dictionary, type ExpressionData, isJsonObject, type Json, toData } from "../expressions/data.ts";
import { resolveTexts } from "../expressions/template.ts";
import type { StepDefinition, UsesStep } from "../load/model.ts";
import { createActionResolver } from "./actions.ts";
import { makeDirectories } from "./directories.ts";
import { IDENTITY_TOKEN, identityOf } from "./identity.ts";
import { killProcesses } from "./kill.ts";
import { createJobLog, type JobLog } from "./log.ts";
import { createMasker, type Masker } from "./mask.ts";
import { killOrphans } from "./orphans.ts";
import { readOutputs } from "./outputs.ts";
import { type Frame, type JobSession, scopeOf } from "./session.ts";
import type { PreStep } from "./stages.ts";
import { createStepList } from "./step-list.ts";
import { compositeFrame, inputsOf, runPost, runPre, runStep, type StepEnd, stepName } from "./steps.ts";
import { limitTime } from "./time-limit.ts";
import { type JobControl, type JobRequest, type JobResult, type Machine, TOKEN_OF_THE_JOB } from "./types.ts";

/** Runs a job from its empty folder to its revoked token. Never throws: what goes wrong fails the job. */
export async function runJob(machine: Machine, request: JobRequest, control: JobControl): Promise<JobResult> {
  const { host } = machine;
  const token = host.mintToken({
    repository: request.repository,
    runId: request.runId,
    jobId: request.jobId,
    permissions: request.permissions,
  });
  const runtimeToken = host.mintRuntimeToken({ runId: request.runId, jobId: request.jobId });
  const identity = identityOf(host, request);
  const secrets = Object.fromEntries(
    Object.entries(request.contexts.secrets).map(([name, value]) => [
      name,
      value.replaceAll(TOKEN_OF_THE_JOB, token),
    ]),
  );
  const masker = createMasker([
    ...[token, runtimeToken, identity[IDENTITY_TOKEN] ?? ""].filter(Boolean),
    ...request.hidden,
    ...Object.values(secrets),
  ]);
  const debug = secrets.ACTIONS_STEP_DEBUG ?? request.contexts.vars.ACTIONS_STEP_DEBUG;
  const log = createJobLog({
    append: (text) => {
      try {
        host.appendLog(request.jobId, text);
      } catch (error) {
        machine.onDiagnostic(`A line of the log of job ${request.jobId} was not taken: ${String(error)}`);
      }
    },
    masker,
    now: machine.now,
    showDebug: debug === "true",
  });
  const root = join(machine.jobsDir, `${request.runId}-${request.jobId}`);
  const trackingId = `github_${randomUUID()}`;
  const lost = new AbortController();
  const limits = limitTime(request, { ...control, kill: AbortSignal.any([control.kill, lost.signal]) }, log);
  machine.running.set(request.jobId, (part) => {
    // First, while the parents by which others are found are still there.
    killProcesses(trackingId);
    if (part === "machine") lost.abort();
  });
  try {
    const parts = {
      token,
      runtimeToken,
      identity,
      secrets,
      log,
      masker,
      root,
      trackingId,
      debug: debug === "true",
    };
    const result = await runAll(await openSession(machine, request, limits.control, parts));
    if (!lost.signal.aborted) return result;
    log.annotate("error", "The runner has lost communication with the server: its machine is gone.");
    return { outcome: "failure", outputs: {} };
  } catch (error) {
    log.annotate("error", errorText(error));
    const isCancelled = limits.control.cancel.aborted && !lost.signal.aborted;
    return { outcome: isCancelled ? "cancelled" : "failure", outputs: {} };
  } finally {
    machine.running.delete(request.jobId);
    limits.end();
    const killed = await killOrphans(trackingId);
    if (killed.length > 0) log.write(`Terminated ${killed.length} process(es) that the steps left running.`);
    host.revokeToken(token);
    machine.afterwards(
      rm(root, { recursive: true, force: true }).catch((error: unknown) => {
        machine.onDiagnostic(
          `The folder ${root} of a job that has ended could not be removed: ${String(error)}`,
        );
      }),
    );
  }
}

async function openSession(
  machine: Machine,
  request: JobRequest,
  control: JobControl,
  parts: {
    readonly token: string;
    readonly runtimeToken: string;
    readonly identity: Readonly<Record<string, string>>;
    readonly secrets: Readonly<Record<string, string>>;
    readonly log: JobLog;
    readonly masker: Masker;
    readonly root: string;
    readonly trackingId: string;
    readonly debug: boolean;
  },
): Promise<JobSession> {
  const event = request.contexts.github.event;
  const directories = await makeDirectories(
    parts.root,
    request.repository.name,
    JSON.stringify(event ?? {}, null, 2),
  );
  const github = {
    ...request.contexts.github,
    token: parts.token,
    job: request.definition.id,
    workspace: directories.workspace,
    event_path: directories.eventPath,
    action: "",
    action_path: null,
    action_repository: "",
    action_ref: "",
  };
  const runner = {
    name: "slipway",
    os: "Linux",
    arch: process.arch === "arm64" ? "ARM64" : "X64",
    environment: "self-hosted",
    temp: directories.temp,
    tool_cache: directories.tools,
    workspace: join(directories.workspace, ".."),
    ...(parts.debug ? { debug: "1" } : {}),
  };
  const { contexts } = request;
  const secrets = { ...parts.secrets, GITHUB_TOKEN: parts.token };
  const session: JobSession = {
    machine,
    request,
    control,
    log: parts.log,
    masker: parts.masker,
    directories,
    resolver: createActionResolver(machine.host, machine.library),
    trackingId: parts.trackingId,
    runtimeToken: parts.runtimeToken,
    identity: parts.identity,
    github,
    runner,
    fixed: {
      vars: dictionary(contexts.vars),
      needs: dictionary(contexts.needs),
      secrets: dictionary(secrets),
      strategy: dictionary(contexts.strategy),
      matrix: toData(contexts.matrix),
      runner: dictionary(runner),
    },
    githubData: convert(github),
    env: {},
    path: [],
    states: new Map(),
    posts: [],
    summaries: [],
    status: control.cancel.aborted ? "cancelled" : "success",
  };
  control.cancel.addEventListener("abort", () => {
    session.status = "cancelled";
  });
  return session;
}

async function runAll(session: JobSession): Promise<JobResult> {
  const { request } = session;
  const frame: Frame = {
    key: "",
    origin: request.origin,
    inputs: request.contexts.inputs,
    github: {},
    env: {},
    steps: {},
    composite: undefined,
  };
  const { steps } = request.definition;
  const list = createStepList(session);
  let pres: readonly PreStep[] = [];
  await list.run("Set up job", async () => {
    writeSetup(session);
    mergeEnv(session, frame);
    await session.resolver.prepare(steps, request.origin);
    pres = await findPres(session, frame, steps);
    return fine();
  });
  list.announce(steps.map((step) => stepName(session, frame, step)));
  for (const pre of pres) await list.run(pre.name, () => runPre(session, pre));
  for (const [index, step] of steps.entries()) {
    await list.run(stepName(session, frame, step), () => runStep(session, frame, step, index), true);
  }
  while (session.posts.length > 0) {
    const post = session.posts.pop();
    if (post !== undefined) await list.run(post.name, () => runPost(session, post));
  }
  let outputs: Readonly<Record<string, string>> = {};
  await list.run("Complete job", async () => {
    outputs = readOutputs(session, scopeOf(session, frame, session.env));
    return fine();
  });
  return { outcome: session.status, outputs };
}

function writeSetup(session: JobSession): void {
  const { log, request } = session;
  log.section(
    "GITHUB_TOKEN Permissions",
    Object.entries(request.permissions).map(([name, level]) => `${name}: ${level}`),
  );
  log.write(`Job: ${request.name}`);
  const { owner, name } = request.origin.repository;
  log.write(
    `Defined in: ${owner}/${name}/${request.origin.path}@${request.origin.ref} (${request.origin.sha})`,
  );
}

/** `env` of the workflow, then of the job. */
function mergeEnv(session: JobSession, frame: Frame): void {
  for (const env of [session.request.workflow.env, session.request.definition.env]) {
    Object.assign(session.env, resolveTexts(env, scopeOf(session, frame, session.env), "env"));
  }
}

/** `pre` programs of all actions that were fetched before the job; actions of the workspace have none. */
async function findPres(
  session: JobSession,
  frame: Frame,
  steps: readonly StepDefinition[],
): Promise<readonly PreStep[]> {
  const found: PreStep[] = [];
  for (const [index, step] of steps.entries()) {
    if (
      step.kind !== "uses" ||
      step.uses.kind === "local" ||
      (step.uses.kind === "self" && frame.origin === undefined)
    ) {
      continue;
    }
    const action = await session.resolver.find(step, frame.origin, session.directories.workspace);
    const key = `${frame.key}/${index}`;
    const { runs } = action.definition;
    if (runs.kind === "node") {
      if (runs.pre !== undefined) {
        found.push({ name: stepName(session, frame, step, "Pre "), step, frame, action, runs, key });
      }
    } else if (await hasPre(session, action.origin, runs.steps)) {
      found.push(...(await findPres(session, preFrame(session, frame, step, action, key), runs.steps)));
    }
  }
  return found;
}

async function hasPre(
  session: JobSession,
  origin: Frame["origin"],
  steps: readonly StepDefinition[],
): Promise<boolean> {
  for (const step of steps) {
    if (step.kind !== "uses" || step.uses.kind === "local" || origin === undefined) continue;
    const action = await session.resolver.find(step, origin, session.directories.workspace);
    const { runs } = action.definition;
    if (runs.kind === "node" ? runs.pre !== undefined : await hasPre(session, action.origin, runs.steps))
      return true;
  }
  return false;
}

function preFrame(
  session: JobSession,
  frame: Frame,
  step: UsesStep,
  action: Parameters<typeof compositeFrame>[2],
  key: string,
): Frame {
  const env = {
    ...frame.env,
    ...resolveTexts(step.env, scopeOf(session, frame, { ...session.env, ...frame.env }), "env"),
  };
  const inputs = inputsOf(session, step, action, scopeOf(session, frame, { ...session.env, ...env }));
  return compositeFrame(frame, step, action, inputs, env, key);
}

function fine(): StepEnd {
  return { outcome: "success", conclusion: "success" };
}

function convert(values: Readonly<Record<string, Json>>): Record<string, ExpressionData> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isJsonObject(value) ? dictionary(value) : toData(value),
    ]),
  );
}
