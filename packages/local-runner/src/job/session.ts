import type { data } from "@actions/expressions";
import {
  contextDictionary,
  dictionary,
  type ExpressionData,
  environmentData,
  type Json,
  type JsonObject,
  toData,
} from "../expressions/data.ts";
import type { Functions } from "../expressions/evaluate.ts";
import { hashFilesFunction, statusFunctions } from "../expressions/functions.ts";
import type { Scope } from "../expressions/template.ts";
import type { FileOrigin } from "../load/model.ts";
import type { ActionResolver } from "./actions.ts";
import type { JobDirectories } from "./directories.ts";
import type { JobLog } from "./log.ts";
import type { Masker } from "./mask.ts";
import type { PostStep } from "./stages.ts";
import type { JobControl, JobOutcome, JobRequest, Machine, StepOutcome } from "./types.ts";

/** What `steps.<id>` shows. */
export interface StepResult {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: StepOutcome;
  readonly conclusion: StepOutcome;
}

/** A job while it runs. The last group of fields changes as steps end. */
export interface JobSession {
  readonly machine: Machine;
  readonly request: JobRequest;
  readonly control: JobControl;
  readonly log: JobLog;
  readonly masker: Masker;
  readonly directories: JobDirectories;
  readonly resolver: ActionResolver;
  readonly trackingId: string;
  readonly runtimeToken: string;
  /** Where it asks for its OIDC token, as variables; none without `id-token: write`. */
  readonly identity: Readonly<Record<string, string>>;
  /** The job's `github` context, and the `runner` context. */
  readonly github: JsonObject;
  readonly runner: Readonly<Record<string, string>>;
  /** Contexts that never change while the job runs, converted once. */
  readonly fixed: Readonly<Record<string, ExpressionData>>;
  readonly githubData: Readonly<Record<string, ExpressionData>>;

  /** Workflow and job `env`, and what steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** What steps wrote to GITHUB_PATH. */
  readonly path: string[];
  /** GITHUB_STATE of each action, by its place in the job. */
  readonly states: Map<string, Record<string, string>>;
  /** Registered as main steps start; run in reverse. */
  readonly posts: PostStep[];
  /** Summaries of the step that runs now, those of its nested steps included. */
  readonly summaries: string[];
  status: JobOutcome;
}

/** Where steps run: the job itself, or one composite action. */
export interface Frame {
  /** Place in the job: empty for the job, else the step numbers on the way down. */
  readonly key: string;
  /** What `$/` means here. */
  readonly origin: FileOrigin | undefined;
  readonly inputs: JsonObject;
  /** Fields that replace those of the job's `github` context. */
  readonly github: Readonly<Record<string, Json>>;
  /** `env` of the steps that led here. */
  readonly env: Readonly<Record<string, string>>;
  readonly steps: Record<string, StepResult>;
  /** Of a composite action: how its own steps fared. */
  readonly composite: { status: JobOutcome } | undefined;
}

/** How things stand for conditions in a frame. */
export function frameStatus(session: JobSession, frame: Frame): JobOutcome {
  if (session.status === "cancelled") return "cancelled";
  return frame.composite?.status ?? session.status;
}

/** Contexts and functions for an expression in a frame. */
export function scopeOf(session: JobSession, frame: Frame, env: Readonly<Record<string, string>>): Scope {
  const overlay: Record<string, ExpressionData> = {};
  for (const [name, value] of Object.entries(frame.github)) overlay[name] = toData(value);
  if (frame.composite !== undefined) overlay.action_status = toData(frameStatus(session, frame));
  return {
    contexts: {
      ...session.fixed,
      github: contextDictionary({ ...session.githubData, ...overlay }),
      env: environmentData(env),
      job: jobContext(session),
      steps: stepsContext(frame.steps),
      inputs: dictionary(frame.inputs),
    },
    functions: functionsOf(session, () => frameStatus(session, frame)),
  };
}

/** The same for `pre`, `post` and job outputs, where the status asked for is the job's. */
export function jobScopeOf(session: JobSession, frame: Frame, env: Readonly<Record<string, string>>): Scope {
  const scope = scopeOf(session, frame, env);
  return { contexts: scope.contexts, functions: functionsOf(session, () => session.status) };
}

function functionsOf(session: JobSession, status: () => JobOutcome): Functions {
  return new Map([
    ...statusFunctions({
      success: () => status() === "success",
      failure: () => status() === "failure",
      cancelled: () => session.status === "cancelled",
    }),
    ...hashFilesFunction(session.directories.workspace),
  ]);
}

function jobContext(session: JobSession): data.Dictionary {
  const { request } = session;
  const { owner, name } = request.origin.repository;
  return dictionary({
    status: session.status,
    check_run_id: request.jobId,
    workflow_ref: `${owner}/${name}/${request.origin.path}@${request.origin.ref}`,
    workflow_sha: request.origin.sha,
    workflow_repository: `${owner}/${name}`,
    workflow_file_path: request.origin.path,
    container: {},
    services: {},
  });
}

function stepsContext(steps: Readonly<Record<string, StepResult>>): data.Dictionary {
  return dictionary(
    Object.fromEntries(
      Object.entries(steps).map(([id, { outputs, outcome, conclusion }]) => [
        id,
        { outputs, outcome, conclusion },
      ]),
    ),
  );
}
