import { randomUUID } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Conclusion } from "@slipway/model";
import { IDENTITY_TOKEN, identityOf } from "../job/identity.ts";
import { killOrphans, TRACKING_VARIABLE } from "../job/orphans.ts";
import { type GracePeriods, runProcess } from "../job/process.ts";
import { githubVariables } from "../job/variables.ts";
import { unsupportedLabels } from "../load/runs-on.ts";
import { literals } from "../load/tokens.ts";
import type { Attempt, Remembered } from "../schedule/attempt.ts";
import type { PlannedWorkflow } from "../schedule/plan.ts";
import {
  createAttempt,
  inGroup,
  type RunMachinery,
  type RunningAttempt,
  type RunSource,
} from "../schedule/run.ts";
import { actArguments, actEnvironment, FILES, type LocalRepository } from "./command.ts";
import type { Copies } from "./copies.ts";
import { unionOfPermissions } from "./permissions.ts";
import { createRecorder } from "./recorder.ts";
import { collectReferences } from "./references.ts";

/** What all runs of an engine share. */
export interface ActSetup {
  readonly program: string;
  readonly copies: Copies;
  /** A folder for each run is made in it, and removed when the run has ended. */
  readonly folder: string;
}

/** As long as GitHub lets jobs go on that are cancelled; then act itself is asked, then made, to end. */
const GRACE: GracePeriods = { interruptMs: 5 * 60_000, terminateMs: 10_000, outputMs: 1_000 };

/** Starts an attempt: enters its concurrency group before it returns, and takes its turn among all runs. */
export function startActAttempt(
  act: (machinery: RunMachinery) => ActSetup,
  machinery: RunMachinery,
  source: RunSource,
  number: number,
): RunningAttempt {
  const attempt = createAttempt(machinery, source, number, new Map<string, Remembered>());
  const done = inGroup(attempt, source, async () => {
    const turn = new AbortController();
    attempt.scope.onCancel(() => turn.abort());
    const leave = await machinery.slots.take(turn.signal);
    if (leave === undefined) return "cancelled";
    try {
      await machinery.machine.host.updateRun(attempt.runId, { status: "in_progress" });
      return await runWithAct(act(machinery), attempt, source);
    } finally {
      leave();
    }
  });
  return { scope: attempt.scope, memory: attempt.memory, done };
}

async function runWithAct(act: ActSetup, attempt: Attempt, source: RunSource): Promise<Conclusion> {
  const { machine, event, runId, scope } = attempt;
  const { host } = machine;
  const { workflow } = source;
  const repositories = await localRepositories(act, attempt, workflow);
  const workspace = await act.copies.of(event.repository, event.sha);
  const folder = join(act.folder, `${runId}-${String(attempt.github.run_attempt)}`);
  await mkdir(join(folder, "home"), { recursive: true, mode: 0o700 });
  // No job's: token and identity are those of all of them.
  const all = {
    repository: event.repository,
    runId,
    jobId: runId,
    permissions: unionOfPermissions(workflow),
  };
  const token = host.mintToken(all);
  const identity = identityOf(host, { ...all, origin: workflow.origin });
  const secrets = { ...host.secrets(event.repository), GITHUB_TOKEN: token };
  const runtimeToken = host.mintRuntimeToken({ runId, jobId: runId });
  const tracking = `slipway-act-${randomUUID()}`;
  const files: Readonly<Record<keyof typeof FILES, unknown>> = {
    event: attempt.github.event,
    env: {
      ...githubVariables(attempt.github),
      HOME: machine.env.HOME ?? folder,
      [TRACKING_VARIABLE]: tracking,
      ACTIONS_RESULTS_URL: host.resultsUrl,
      ACTIONS_RUNTIME_TOKEN: runtimeToken,
      ...identity,
    },
    secrets,
    variables: attempt.vars,
    inputs: {},
  };
  const recorder = createRecorder(attempt, workflow, [
    ...Object.values(secrets),
    runtimeToken,
    ...(identity[IDENTITY_TOKEN] ? [identity[IDENTITY_TOKEN]] : []),
  ]);
  const stop = new AbortController();
  const release = scope.onCancel(() => stop.abort());
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, FILES[name as keyof typeof FILES]);
      await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    }
    const exitCode = await runProcess({
      program: act.program,
      args: actArguments({
        event: event.name,
        workspace,
        workflowPath: workflow.origin.path,
        folder,
        actor: event.actor,
        defaultBranch: host.defaultBranch(event.repository),
        repositories,
        labels: labelsOf(workflow),
      }),
      // act reads `.actrc` of the folder that it is called in.
      cwd: folder,
      env: {
        ...actEnvironment(machine.env, dirname(machine.nodePath), join(folder, "home")),
        [TRACKING_VARIABLE]: tracking,
      },
      onLine: (line) => recorder.line(line),
      stop: stop.signal,
      kill: attempt.kill,
      grace: GRACE,
    });
    return recorder.finish(exitCode);
  } finally {
    release();
    host.revokeToken(token);
    // act starts each step in a session of its own: what it has left behind is found by its environment.
    await killOrphans(tracking);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function localRepositories(
  act: ActSetup,
  { machine }: Attempt,
  workflow: PlannedWorkflow,
): Promise<readonly LocalRepository[]> {
  const references = await collectReferences(machine.host, machine.library, workflow);
  return Promise.all(
    references.map(async ({ name, repository, sha, part }) => ({
      name,
      folder: await act.copies.part(repository, sha, part),
    })),
  );
}

/** What jobs may ask for in `runs-on`: what the files name, and this machine stands for. */
function labelsOf(workflow: PlannedWorkflow): readonly string[] {
  const found = new Set(["ubuntu-latest", "self-hosted", "linux"]);
  const visit = ({ definition, calls }: PlannedWorkflow): void => {
    for (const job of definition.jobs) {
      if (job.kind === "steps") {
        const named = literals(job.runsOn);
        if (unsupportedLabels(named).length === 0) for (const label of named) found.add(label);
      }
    }
    for (const called of calls.values()) visit(called);
  };
  visit(workflow);
  return [...found];
}
