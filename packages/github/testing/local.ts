/** For tests: a whole GitHub on this machine, reached with a job's token as an action reaches the real one. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLocalGitHub,
  type Fault,
  type FaultRequest,
  type JournalEntry,
  type LocalGitHub,
  type RateLimitOptions,
} from "@slipway/local-github";
import type { Engine, EngineEvent, EngineHost, TokenPermissions } from "@slipway/model";
import { createGitHub, type GitHub } from "../src/client/create.ts";
import type { Clock } from "../src/context.ts";
import { fastClock, git, RECORDING } from "./bare.ts";

const OWNER = "octo";
const ORGANIZATION = "octo-org";

export interface LocalWorld {
  readonly github: GitHub;
  readonly local: LocalGitHub;
  /** Events that reached the engine. */
  readonly events: readonly EngineEvent[];
  /** Workflow run that the token belongs to. */
  readonly workflowRunId: number;
  /** Writes a commit with exactly these files onto `main`, as a person's push would. */
  commit(files: Readonly<Record<string, string>>): string;
  /** Starts over in an empty repository, without faults. One server serves all tests of a file. */
  newRepository(owner?: "person" | "organization"): Promise<void>;
  /** Lets the hook fail requests, `times` of them at most. */
  fault(hook: ((request: FaultRequest) => Fault | undefined) | undefined, times?: number): void;
  /** Forgets what `writes` has counted. */
  forget(): void;
  /** REST requests that were not reads, as `POST /repos/…`. */
  writes(): string[];
  /** Another token of a job of this run, with just these permissions. */
  mintToken(permissions: TokenPermissions): string;
  /** REST requests so far, reads included, since `forget`. */
  requests(): string[];
  /** Requests as a person: the owner's, or another login's. */
  asPerson(method: string, path: string, body: unknown, login?: string): Promise<unknown>;
  /** A client with another token. */
  client(token: string): GitHub;
  /** @throws when a request was unknown to GitHub's description, or an exchange was not as it describes */
  close(): Promise<void>;
}

export interface LocalWorldOptions {
  readonly rateLimit?: RateLimitOptions;
  /** The clients' clock. Default: one on which waiting takes no time. */
  readonly clock?: Clock;
}

export async function localWorld(options: LocalWorldOptions = {}): Promise<LocalWorld> {
  const dir = mkdtempSync(join(tmpdir(), "slipway-local-"));
  const events: EngineEvent[] = [];
  let host: EngineHost | undefined;
  const engine: Engine = {
    name: "none",
    attach: (given) => {
      host = given;
    },
    deliver: (event) => void events.push(event),
    cancelRun: () => undefined,
    rerun: () => undefined,
    idle: async () => undefined,
    stop: async () => undefined,
  };
  let hook: ((request: FaultRequest) => Fault | undefined) | undefined;
  let left = 0;
  const local = await createLocalGitHub({
    dataDir: dir,
    engine,
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    faults: (request) => {
      const fault = left > 0 ? hook?.(request) : undefined;
      if (fault) left--;
      return fault;
    },
  });
  const opened: GitHub[] = [];
  let repositories = 0;
  let since = 0;
  let current: { github: GitHub; workflowRunId: number; owner: string; name: string } | undefined;
  const clientOf = (token: string, owner: string, repo: string): GitHub => {
    const github = createGitHub({
      token,
      apiUrl: local.apiUrl,
      serverUrl: local.url,
      owner,
      repo,
      userAgent: "slipway-test",
      log: RECORDING(),
      clock: options.clock ?? fastClock(),
      environment: { PATH: process.env.PATH },
    });
    opened.push(github);
    return github;
  };
  const now = () => {
    if (!current) throw new Error("no repository");
    return current;
  };
  const world: LocalWorld = {
    local,
    events,
    get github() {
      return now().github;
    },
    get workflowRunId() {
      return now().workflowRunId;
    },
    async newRepository(kind = "person") {
      hook = undefined;
      since = local.journal.length;
      const name = `clock${++repositories}`;
      const owner = kind === "person" ? OWNER : ORGANIZATION;
      await local.createRepository({
        owner,
        name,
        ownerType: kind === "person" ? "User" : "Organization",
      });
      if (!host) throw new Error("the engine was not attached");
      const { token, workflowRunId } = jobToken(host, owner, name);
      current = { github: clientOf(token, owner, name), workflowRunId, owner, name };
    },
    commit: (files) => commitOnMain(local.gitDir(now()), files),
    fault(given, times = Number.POSITIVE_INFINITY) {
      hook = given;
      left = times;
    },
    forget() {
      since = local.journal.length;
    },
    writes: () => world.requests().filter((request) => !request.startsWith("GET ")),
    requests: () =>
      local.journal
        .slice(since)
        .filter(({ kind }) => kind === "rest")
        .map(({ method, path }) => `${method} ${path}`),
    client: (token) => clientOf(token, now().owner, now().name),
    mintToken(permissions) {
      if (!host) throw new Error("the engine was not attached");
      const { workflowRunId: runId, owner, name } = now();
      const repository = { owner, name };
      return host.mintToken({
        repository,
        runId,
        jobId: host.createJob(runId, { name: "job", needs: [] }).id,
        permissions,
      });
    },
    async asPerson(method, path, body, login = OWNER) {
      const { owner, name } = now();
      const answer = await fetch(`${local.apiUrl}/repos/${owner}/${name}${path}`, {
        method,
        headers: { authorization: `token ${local.mintUserToken(login)}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const json: unknown = answer.status === 204 ? null : await answer.json();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
      return json;
    },
    async close() {
      await Promise.all(opened.map((github) => github.close()));
      await local.close();
      rmSync(dir, { recursive: true, force: true });
      const wrong = local.journal.flatMap(problemsOf);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    },
  };
  return world;
}

/** What was wrong with an exchange, by GitHub's description. */
function problemsOf({ fault, method, path, unknownRoute, errors }: JournalEntry): string[] {
  if (fault !== undefined) return [];
  if (unknownRoute) return [`${method} ${path}: unknown route`];
  return errors.map((error) => `${method} ${path}: ${error}`);
}

/** The token of a job with everything that the suite's writing jobs are granted. */
function jobToken(host: EngineHost, owner: string, name: string): { token: string; workflowRunId: number } {
  const repository = { owner, name };
  const run = host.createRun({
    repository,
    event: {
      deliveryId: "d",
      name: "repository_dispatch",
      repository,
      payload: {},
      ref: "refs/heads/main",
      sha: "0".repeat(40),
      actor: OWNER,
    },
    workflowPath: ".github/workflows/slipway.yml",
    workflowName: "Slipway",
    displayTitle: "Slipway",
  });
  const job = host.createJob(run.id, { name: "job", needs: [] });
  const permissions = {
    actions: "read",
    checks: "write",
    contents: "write",
    issues: "write",
    "pull-requests": "write",
    statuses: "read",
  } as const;
  return {
    token: host.mintToken({ repository, runId: run.id, jobId: job.id, permissions }),
    workflowRunId: run.id,
  };
}

function commitOnMain(dir: string, files: Readonly<Record<string, string>>): string {
  const index = join(dir, "test-index");
  rmSync(index, { force: true });
  const env = { PATH: process.env.PATH, GIT_INDEX_FILE: index };
  for (const [path, text] of Object.entries(files)) {
    const blob = git(dir, ["hash-object", "-w", "--stdin"], text);
    execFileSync("git", ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], {
      cwd: dir,
      env,
    });
  }
  const tree = execFileSync("git", ["write-tree"], { cwd: dir, env, encoding: "utf8" }).trim();
  const parent = git(dir, ["for-each-ref", "--format=%(objectname)", "refs/heads/main"]);
  const sha = git(dir, ["commit-tree", tree, ...(parent ? ["-p", parent] : []), "-m", "seed"]);
  git(dir, ["update-ref", "refs/heads/main", sha]);
  return sha;
}
