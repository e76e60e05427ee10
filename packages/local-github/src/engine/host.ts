/** What the engine is given: the record of this GitHub behind the border of `@slipway/model`. */

import { mkdir } from "node:fs/promises";
import { type EngineHost, errorText, type RepositoryName } from "@slipway/model";
import { deliverWorkflowRun } from "../events/deliver-checks.ts";
import { gitText, runGit } from "../git/exec.ts";
import { readFileAt, readTree } from "../git/objects.ts";
import { resolveCommit } from "../git/refs.ts";
import type { JobRecord, RepositoryRecord, WorkflowRunRecord } from "../store/records.ts";
import type { World } from "../world.ts";
import type { IdentityTokens } from "./identity-tokens.ts";
import { appendLog, changeJob, createJob, createRun } from "./runs.ts";
import type { RuntimeTokens } from "./runtime-tokens.ts";

export function createHost(world: World, tokens: RuntimeTokens, identities: IdentityTokens): EngineHost {
  const { store, urls } = world;
  const find = ({ owner, name }: RepositoryName): RepositoryRecord | undefined =>
    store.repository(owner, name);
  const known = (name: RepositoryName): RepositoryRecord => {
    const repository = find(name);
    if (!repository) throw new Error(`There is no repository ${name.owner}/${name.name} here.`);
    return repository;
  };
  const runOf = (id: number): WorkflowRunRecord => {
    const run = store.run(id);
    if (!run) throw new Error(`There is no workflow run ${id}.`);
    return run;
  };
  const jobOf = (id: number): JobRecord => {
    const job = store.job(id);
    if (!job) throw new Error(`There is no job ${id}.`);
    return job;
  };

  return {
    serverUrl: urls.server,
    apiUrl: urls.api,
    graphqlUrl: urls.graphql,
    resultsUrl: urls.results,

    async resolveRef(name, ref) {
      const repository = find(name);
      return repository && (await resolveCommit(world.git(repository), ref));
    },
    async readFile(name, sha, path) {
      const repository = find(name);
      return repository && (await readFileAt(world.git(repository), sha, path))?.toString("utf8");
    },
    async listFolder(name, sha, path) {
      const repository = find(name);
      const entries = repository ? ((await readTree(world.git(repository), `${sha}:${path}`)) ?? []) : [];
      return entries
        .filter((entry) => entry.type === "blob")
        .map((entry) => `${path}/${entry.path}`)
        .sort();
    },
    async exportTree(name, sha, directory) {
      await mkdir(directory, { recursive: true });
      const git = world.git(known(name));
      const index = `${directory}.index`;
      const env = { GIT_INDEX_FILE: index, GIT_WORK_TREE: directory };
      await runGit(git, ["read-tree", sha], { env });
      await gitText(git, ["checkout-index", "--all", "--force", `--prefix=${directory}/`], { env });
    },

    createRun({ repository, event, ...rest }) {
      const run = createRun(world, known(repository), { ...rest, event });
      return { id: run.id, runNumber: run.runNumber, runAttempt: run.runAttempt };
    },
    async updateRun(runId, { status, conclusion }) {
      const run = runOf(runId);
      run.status = status;
      run.conclusion = status === "completed" ? (conclusion ?? run.conclusion) : null;
      run.updatedAt = store.timestamp();
      world.bus.emit("run", run);
      if (status !== "completed") return;
      await deliverWorkflowRun(world, run).catch((error: unknown) =>
        // The run has ended all the same.
        process.emitWarning(`workflow_run of run ${runId} was not delivered: ${errorText(error)}`),
      );
    },
    createJob: (runId, job) => ({ id: createJob(world, runOf(runId), job).id }),
    updateJob: (jobId, change) => changeJob(world, jobOf(jobId), change),
    appendLog: (jobId, text) => appendLog(world, jobOf(jobId), text),
    addSummary(jobId, step, markdown) {
      const job = jobOf(jobId);
      job.summaries.set(step, markdown);
      world.bus.emit("summary", { job, step, markdown });
    },

    mintToken: ({ repository, runId, jobId, permissions }) =>
      store.mintJobToken({ repositoryId: known(repository).id, runId, jobId, permissions }),
    revokeToken: (token) => store.revokeToken(token),
    mintRuntimeToken: (request) => tokens.mint(request),
    offerIdentity: (request) => identities.offer(request),

    secrets: (name) => Object.fromEntries(known(name).secrets),
    variables: (name) => Object.fromEntries(known(name).variables),
    repositoryId: (name) => known(name).id,
    defaultBranch: (name) => known(name).defaultBranch,
  };
}
