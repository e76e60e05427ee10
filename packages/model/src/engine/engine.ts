/**
 * The border between a GitHub and an engine that executes workflows.
 *
 * `local-github` keeps the record (repositories, runs, jobs, logs, tokens) and hands each event to an
 * engine; the engine decides which workflow files start, executes their jobs and reports back through
 * {@link EngineHost}. Types only: no behaviour lives here, so that any engine can stand on either side.
 */

/** The levels a `permissions:` key can have. */
export type PermissionLevel = "none" | "read" | "write";

/** A job's effective `permissions:`; keys as in a workflow file (`contents`, `pull-requests`, …). Absent means `none`. */
export type TokenPermissions = Readonly<Record<string, PermissionLevel>>;

export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** One event on one repository, as GitHub would hand it to that repository's workflows. */
export interface EngineEvent {
  /** Unique for this delivery. */
  readonly deliveryId: string;
  /** `repository_dispatch`, `workflow_dispatch`, `issue_comment`, `pull_request`, `pull_request_review`, `push`, `schedule`, … */
  readonly name: string;
  readonly repository: RepositoryName;
  /** The webhook payload: becomes `github.event` (`action`, `client_payload`, `inputs`, `repository`, `sender`, …). */
  readonly payload: Readonly<Record<string, unknown>>;
  /** Full ref the workflow runs on (`refs/heads/main`): the default branch for dispatches. */
  readonly ref: string;
  /** Commit of `ref` when the event happened: workflow files are read at this commit. */
  readonly sha: string;
  /** Login that caused the event. */
  readonly actor: string;
  /** Only for `workflow_dispatch`: the file asked for (`.github/workflows/x.yml`). No other file may start. */
  readonly workflowPath?: string;
  /** Only for `workflow_dispatch`: the run that GitHub has already created for it, to be used instead of `createRun`. */
  readonly runId?: number;
}

export type RunStatus = "queued" | "pending" | "waiting" | "in_progress" | "completed";
export type Conclusion =
  | "success"
  | "failure"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "action_required"
  | "neutral"
  | "startup_failure";

export interface NewRun {
  readonly repository: RepositoryName;
  readonly event: EngineEvent;
  /** `.github/workflows/x.yml` in the repository that got the event. */
  readonly workflowPath: string;
  readonly workflowName: string;
  /** Evaluated `run-name`, or the workflow's name. */
  readonly displayTitle: string;
}

export interface RunRecord {
  readonly id: number;
  readonly runNumber: number;
  readonly runAttempt: number;
}

export interface StepRecord {
  readonly name: string;
  readonly number: number;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: Conclusion | null;
  readonly startedAt: string | null;
  readonly completedAt: string | null;
}

export interface JobChange {
  readonly status?: RunStatus;
  readonly conclusion?: Conclusion;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly steps?: readonly StepRecord[];
}

export interface TokenRequest {
  readonly repository: RepositoryName;
  readonly runId: number;
  readonly jobId: number;
  readonly permissions: TokenPermissions;
}

export interface IdentityRequest {
  readonly repository: RepositoryName;
  readonly runId: number;
  readonly jobId: number;
  /** The file that holds the job, called or not: `OWNER/REPO/.github/workflows/x.yml@REF`. */
  readonly jobWorkflowRef: string;
  /** Commit of that file. */
  readonly jobWorkflowSha: string;
}

/** What a GitHub offers to its engine. Every method is idempotent where a repeated call can be told apart. */
export interface EngineHost {
  /** `http://127.0.0.1:PORT`: GITHUB_SERVER_URL; `${serverUrl}/OWNER/REPO` is also the git remote. */
  readonly serverUrl: string;
  /** GITHUB_API_URL, without a trailing slash. */
  readonly apiUrl: string;
  /** GITHUB_GRAPHQL_URL. */
  readonly graphqlUrl: string;
  /** ACTIONS_RESULTS_URL, with a trailing slash. */
  readonly resultsUrl: string;

  /** The commit that `ref` (branch, tag, full ref or SHA) names in a repository, or undefined. */
  resolveRef(repository: RepositoryName, ref: string): Promise<string | undefined>;
  /** Text of a file at a commit, or undefined when it is not there. */
  readFile(repository: RepositoryName, sha: string, path: string): Promise<string | undefined>;
  /** File paths directly inside a folder at a commit (full paths, sorted); empty when there is no such folder. */
  listFolder(repository: RepositoryName, sha: string, path: string): Promise<readonly string[]>;
  /** Writes the tree of a commit (modes and links kept) into an empty or missing directory. */
  exportTree(repository: RepositoryName, sha: string, directory: string): Promise<void>;

  createRun(run: NewRun): RunRecord;
  /** Recorded at once; resolves when the events that a run's end causes (`workflow_run`) have been delivered. */
  updateRun(runId: number, change: { status: RunStatus; conclusion?: Conclusion }): Promise<void>;
  createJob(runId: number, job: { name: string; needs: readonly string[] }): { id: number };
  updateJob(jobId: number, change: JobChange): void;
  /** Appends whole lines to a job's log. */
  appendLog(jobId: number, text: string): void;
  /** The Markdown of one step's GITHUB_STEP_SUMMARY, set once the step has ended. */
  addSummary(jobId: number, step: number, markdown: string): void;

  /** A fresh GITHUB_TOKEN that allows exactly these permissions on exactly this repository. */
  mintToken(request: TokenRequest): string;
  /** Called when the job has ended: the token is refused from then on. */
  revokeToken(token: string): void;
  /** ACTIONS_RUNTIME_TOKEN: what the artifact service asks for. */
  mintRuntimeToken(request: { runId: number; jobId: number }): string;
  /**
   * ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN: where a job asks for its OIDC token, and with
   * what, until it ends. Only for a job that may have `id-token: write`.
   */
  offerIdentity(request: IdentityRequest): { readonly url: string; readonly token: string };

  /** Repository secrets by name. `GITHUB_TOKEN` is not among them. */
  secrets(repository: RepositoryName): Readonly<Record<string, string>>;
  /** Repository variables (`vars`). */
  variables(repository: RepositoryName): Readonly<Record<string, string>>;
  /** Numeric ids that contexts show. */
  repositoryId(repository: RepositoryName): number;
  defaultBranch(repository: RepositoryName): string;
}

/**
 * What of a job is killed. `process`: its step that runs now, which fails; the job goes on as after any failed step.
 * `machine`: everything; none of its steps runs any more, and the job ends as failed.
 */
export type JobPart = "process" | "machine";

/** Executes workflow files. */
export interface Engine {
  readonly name: string;
  /** Called once, before any event. */
  attach(host: EngineHost): void;
  /** Takes an event in; returns at once. Whatever goes wrong later is told through the host, never thrown. */
  deliver(event: EngineEvent): void;
  /** Asks a run to stop as a person would in the page: jobs get `cancelled`, `always()` steps still run. */
  cancelRun(runId: number): void;
  /** Starts the run again: `failed` only repeats failed jobs and those that need them. */
  rerun(runId: number, which: "all" | "failed"): void;
  /**
   * Kills what a job runs, without asking it, as an operating system or a power cut would: nothing of it runs any more
   * when this returns. A job that is not running is left as it is. Not every engine can.
   */
  killJob?(jobId: number, part: JobPart): void;
  /** Resolves when no run is queued or in progress. */
  idle(): Promise<void>;
  /** Kills every process and resolves when nothing is left running. */
  stop(): Promise<void>;
}
