import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type {
  Conclusion,
  EngineEvent,
  EngineHost,
  IdentityRequest,
  NewRun,
  RepositoryName,
  RunStatus,
  StepRecord,
  TokenRequest,
} from "@slipway/model";

const run = promisify(execFile);

/** A job as the engine has reported it. */
export interface JobRecord {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly needs: readonly string[];
  status: RunStatus;
  conclusion: Conclusion | undefined;
  steps: readonly StepRecord[];
  log: string;
  readonly statuses: RunStatus[];
  readonly summaries: Map<number, string>;
}

export interface RunOfHost {
  readonly id: number;
  readonly runNumber: number;
  readonly path: string;
  readonly name: string;
  readonly title: string;
  readonly event: EngineEvent;
  status: RunStatus;
  conclusion: Conclusion | undefined;
  readonly statuses: RunStatus[];
}

/** A GitHub that keeps records in memory and repositories as bare Git on disk: for this package's tests. */
export interface TestHost extends EngineHost {
  readonly runs: RunOfHost[];
  readonly jobs: JobRecord[];
  readonly tokens: { readonly request: TokenRequest; readonly token: string; revoked: boolean }[];
  /** Jobs that were offered to prove who they are. */
  readonly identities: readonly IdentityRequest[];
  readonly secretValues: Record<string, string>;
  readonly variableValues: Record<string, string>;
  /** Commits files (undefined removes one) to a branch of a repository, made when missing; gives the commit. */
  commit(
    repository: RepositoryName,
    files: Readonly<Record<string, string | undefined>>,
    branch?: string,
  ): Promise<string>;
  tag(repository: RepositoryName, name: string, sha: string): Promise<void>;
  gitDir(repository: RepositoryName): string;
  /** Called at every report of the engine, after it is kept. */
  onChange: () => void;
  remove(): Promise<void>;
}

export async function createTestHost(): Promise<TestHost> {
  const root = await mkdtemp(join(tmpdir(), "slipway-runner-host-"));
  const runs: RunOfHost[] = [];
  const jobs: JobRecord[] = [];
  const tokens: { request: TokenRequest; token: string; revoked: boolean }[] = [];
  const identities: IdentityRequest[] = [];
  const secretValues: Record<string, string> = {};
  const variableValues: Record<string, string> = {};
  let ids = 100;
  const env = {
    PATH: process.env.PATH ?? "",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "t",
    GIT_AUTHOR_EMAIL: "t@example.com",
    GIT_COMMITTER_NAME: "t",
    GIT_COMMITTER_EMAIL: "t@example.com",
  };
  const gitDir = ({ owner, name }: RepositoryName): string => join(root, owner, `${name}.git`);
  const git = async (repository: RepositoryName, ...args: string[]): Promise<string> =>
    (await run("git", ["--git-dir", gitDir(repository), ...args], { env, maxBuffer: 1e8 })).stdout;
  const quiet = (repository: RepositoryName, ...args: string[]): Promise<string | undefined> =>
    git(repository, ...args).catch(() => undefined);

  async function commit(
    repository: RepositoryName,
    files: Readonly<Record<string, string | undefined>>,
    branch = "main",
  ): Promise<string> {
    const dir = gitDir(repository);
    await mkdir(dir, { recursive: true });
    if ((await quiet(repository, "rev-parse", "--git-dir")) === undefined) {
      await run("git", ["init", "--bare", "-q", "-b", "main", dir], { env });
    }
    const known = await quiet(repository, "rev-parse", "--verify", "-q", `refs/heads/${branch}`);
    const parts = [`commit refs/heads/${branch}`, "committer t <t@example.com> now", "data 6", "change"];
    if (known !== undefined) parts.push(`from ${known.trim()}`);
    for (const [path, content] of Object.entries(files)) {
      if (content === undefined) parts.push(`D ${path}`);
      else parts.push(`M 100644 inline ${path}`, `data ${Buffer.byteLength(content)}`, content);
    }
    const importing = run("git", ["--git-dir", dir, "fast-import", "--quiet", "--date-format=now"], { env });
    importing.child.stdin?.end(`${parts.join("\n")}\n`);
    await importing;
    return (await git(repository, "rev-parse", `refs/heads/${branch}`)).trim();
  }

  const job = (id: number): JobRecord => {
    const found = jobs.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no job ${id}`);
    return found;
  };

  const host: TestHost = {
    serverUrl: "http://127.0.0.1:1",
    apiUrl: "http://127.0.0.1:1/api/v3",
    graphqlUrl: "http://127.0.0.1:1/api/graphql",
    resultsUrl: "http://127.0.0.1:1/results/",
    runs,
    jobs,
    tokens,
    identities,
    secretValues,
    variableValues,
    commit,
    gitDir,
    onChange: () => undefined,
    tag: async (repository, name, sha) => void (await git(repository, "tag", name, sha)),
    remove: () => rm(root, { recursive: true, force: true }),
    resolveRef: async (repository, ref) =>
      (await quiet(repository, "rev-parse", "--verify", "-q", `${ref}^{commit}`))?.trim(),
    readFile: (repository, sha, path) => quiet(repository, "cat-file", "blob", `${sha}:${path}`),
    listFolder: async (repository, sha, path) => {
      const text = await git(repository, "ls-tree", "-z", sha, `${path}/`);
      return text
        .split("\0")
        .flatMap((line) => (/^\d+ blob /.test(line) ? [line.slice(line.indexOf("\t") + 1)] : []))
        .sort();
    },
    exportTree: async (repository, sha, directory) => {
      await mkdir(directory, { recursive: true });
      const archive = `${directory}.tar`;
      await git(repository, "archive", "-o", archive, sha);
      await run("tar", ["-xf", archive, "-C", directory]);
      await rm(archive);
    },
    createRun: (made: NewRun) => {
      ids += 1;
      const runNumber = runs.filter((one) => one.path === made.workflowPath).length + 1;
      runs.push({
        id: ids,
        runNumber,
        path: made.workflowPath,
        name: made.workflowName,
        title: made.displayTitle,
        event: made.event,
        status: "queued",
        conclusion: undefined,
        statuses: ["queued"],
      });
      return { id: ids, runNumber, runAttempt: 1 };
    },
    updateRun: async (id, change) => {
      const found = runs.find((one) => one.id === id);
      if (found === undefined) throw new Error(`no run ${id}`);
      found.status = change.status;
      found.conclusion = change.conclusion;
      found.statuses.push(change.status);
      host.onChange();
    },
    createJob: (runId, { name, needs }) => {
      ids += 1;
      jobs.push({
        id: ids,
        runId,
        name,
        needs,
        status: "queued",
        conclusion: undefined,
        steps: [],
        log: "",
        statuses: ["queued"],
        summaries: new Map(),
      });
      host.onChange();
      return { id: ids };
    },
    updateJob: (id, change) => {
      const found = job(id);
      if (change.status !== undefined) {
        found.status = change.status;
        found.statuses.push(change.status);
      }
      if (change.conclusion !== undefined) found.conclusion = change.conclusion;
      if (change.steps !== undefined) found.steps = change.steps;
      host.onChange();
    },
    appendLog: (id, text) => {
      job(id).log += text;
      host.onChange();
    },
    addSummary: (id, step, markdown) => void job(id).summaries.set(step, markdown),
    mintToken: (request) => {
      const token = `ghs_test${String(tokens.length).padStart(8, "0")}`;
      tokens.push({ request, token, revoked: false });
      return token;
    },
    revokeToken: (token) => {
      const found = tokens.find((one) => one.token === token);
      if (found !== undefined) found.revoked = true;
    },
    mintRuntimeToken: ({ runId, jobId }) => `runtime-token-${runId}-${jobId}`,
    offerIdentity: (request) => {
      identities.push(request);
      return { url: `http://127.0.0.1:1/identity/${request.jobId}?v=1`, token: "identity-token" };
    },
    secrets: () => secretValues,
    variables: () => variableValues,
    repositoryId: () => 42,
    defaultBranch: () => "main",
  };
  return host;
}
