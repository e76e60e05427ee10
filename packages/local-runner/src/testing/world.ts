import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, EngineEvent, RepositoryName } from "@slipway/model";
import { createLocalRunner, type LocalRunnerOptions } from "../engine.ts";
import { createTestHost, type JobRecord, type RunOfHost, type TestHost } from "./host.ts";

export const REPOSITORY: RepositoryName = { owner: "octo", name: "app" };

/** A host, an engine on it, and one repository. */
export interface World {
  readonly host: TestHost;
  readonly engine: Engine;
  readonly workDir: string;
  readonly diagnostics: string[];
  /** Commits files and hands in an event on them. */
  push(files: Readonly<Record<string, string | undefined>>): Promise<string>;
  deliver(event?: Partial<EngineEvent>): Promise<void>;
  /** Commits a workflow as `.github/workflows/w.yml`, runs it by `repository_dispatch`, and waits for its end. */
  run(workflow: string, options?: RunOptions): Promise<Ended>;
  /** Waits until a condition on the records holds. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly event?: Partial<EngineEvent>;
}

/** A run that has ended, with its jobs by name. */
export interface Ended {
  readonly run: RunOfHost;
  readonly jobs: ReadonlyMap<string, JobRecord>;
  /** The text of all logs, without timestamps. */
  readonly log: string;
}

export async function createWorld(
  options: Partial<LocalRunnerOptions> = {},
  makeEngine: (options: LocalRunnerOptions) => Engine = createLocalRunner,
): Promise<World> {
  const host = await createTestHost();
  const workDir = await mkdtemp(join(tmpdir(), "slipway-runner-"));
  const diagnostics: string[] = [];
  const engine = makeEngine({
    workDir,
    grace: { interruptMs: 300, terminateMs: 300, outputMs: 300 },
    onDiagnostic: (message) => diagnostics.push(message),
    ...options,
  });
  engine.attach(host);
  let deliveries = 0;

  async function deliver(event: Partial<EngineEvent> = {}): Promise<void> {
    deliveries += 1;
    const repository = event.repository ?? REPOSITORY;
    const ref = event.ref ?? "refs/heads/main";
    engine.deliver({
      deliveryId: `delivery-${deliveries}`,
      name: "repository_dispatch",
      repository,
      payload: { action: "go", client_payload: {} },
      ref,
      sha: event.sha ?? (await host.resolveRef(repository, ref)) ?? "",
      actor: "octocat",
      ...event,
    });
  }

  return {
    host,
    engine,
    workDir,
    diagnostics,
    deliver,
    push: (files) => host.commit(REPOSITORY, files),
    run: async (workflow, { files = {}, payload = {}, event = {} } = {}) => {
      await host.commit(REPOSITORY, { ".github/workflows/w.yml": workflow, ...files });
      const before = host.runs.length;
      await deliver({ payload: { action: "go", client_payload: payload }, ...event });
      await engine.idle();
      const run = host.runs[before];
      if (run === undefined) throw new Error(`no run was started; ${diagnostics.join("; ")}`);
      return ended(host, run);
    },
    until: async (condition) => {
      if (condition()) return;
      await new Promise<void>((resolve) => {
        host.onChange = () => {
          if (condition()) {
            host.onChange = () => undefined;
            resolve();
          }
        };
      });
    },
    close: async () => {
      await engine.stop();
      await host.remove();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}

export function ended(host: TestHost, run: RunOfHost): Ended {
  const jobs = host.jobs.filter((job) => job.runId === run.id);
  return {
    run,
    jobs: new Map(jobs.map((job) => [job.name, job])),
    log: jobs.map((job) => plain(job.log)).join(""),
  };
}

/** A log without its timestamps. */
export function plain(log: string): string {
  return log.replace(/^\S+Z /gm, "");
}
