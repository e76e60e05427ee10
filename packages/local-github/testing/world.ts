/** For tests: a whole server with an engine that only listens, reached over real HTTP and by real git. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Engine, EngineEvent, EngineHost, RepositoryName, TokenPermissions } from "@slipway/model";
import {
  createLocalGitHub,
  type FaultHook,
  type JournalEntry,
  type LocalGitHub,
  type LocalGitHubOptions,
} from "../src/index.ts";

const run = promisify(execFile);

export const OWNER = "acme";
export const WRITE: TokenPermissions = {
  actions: "write",
  checks: "write",
  contents: "write",
  issues: "write",
  "pull-requests": "write",
  statuses: "write",
};

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text when it is none. */
  readonly body: unknown;
}

export interface Job {
  readonly token: string;
  readonly runId: number;
  readonly jobId: number;
}

export interface World {
  readonly local: LocalGitHub;
  readonly host: EngineHost;
  /** What reached the engine. */
  readonly events: EngineEvent[];
  readonly cancelled: number[];
  readonly reruns: { runId: number; which: "all" | "failed" }[];
  /** A token of the owner. */
  readonly owner: string;
  /** An empty folder. */
  folder(): string;
  /** A repository with one commit on `main` that holds these files; without files it is empty. */
  repository(
    files?: Readonly<Record<string, string>>,
    visibility?: "public" | "private",
  ): Promise<TestRepository>;
  job(repository: string, permissions: TokenPermissions): Job;
  /** `path` begins at `/repos` or wherever the API has it. A string body is sent as it is. */
  api(
    token: string | null,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** Sets the hook for the requests to come. */
  fault(hook: FaultHook | undefined): void;
  /** Stops the server. @throws when an exchange was not as GitHub's description has it, except where one was to be wrong. */
  close(): Promise<void>;
  /** An entry whose errors are wanted: `close` passes over them. */
  expectErrors(accept: (entry: JournalEntry) => boolean): void;
}

export interface TestRepository {
  readonly name: string;
  readonly at: RepositoryName;
  /** `/repos/acme/NAME` */
  readonly path: string;
  readonly gitDir: string;
  /** `http://x-access-token:TOKEN@…/acme/NAME` */
  url(token: string): string;
  /** As the owner; `path` is below the repository. */
  api(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Runs git on the bare repository itself. */
  git(...args: string[]): Promise<string>;
  head(branch: string): Promise<string>;
  /** A branch off `from`, or `from` itself, with one more commit that changes these files (null removes one). */
  branch(
    name: string,
    files: Readonly<Record<string, string | null>>,
    from?: string,
    message?: string,
  ): Promise<string>;
  pull(head: string, more?: Readonly<Record<string, unknown>>): Promise<number>;
}

/** Runs git with nobody's configuration; resolves to what it printed. @throws with git's words */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const identity = [
    "-c",
    "user.name=Test",
    "-c",
    "user.email=test@example.com",
    "-c",
    "init.defaultBranch=main",
  ];
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C.UTF-8",
  };
  const { stdout } = await run("git", [...identity, ...args], { cwd, env, maxBuffer: 1 << 28 });
  return stdout.trim();
}

/** A property of an answer, by its path: `field(reply, "object.sha")`. Undefined where there is none. */
export function field(reply: Reply | unknown, path: string): unknown {
  const start =
    reply && typeof reply === "object" && "headers" in reply && "body" in reply ? reply.body : reply;
  return path.split(".").reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, start);
}

/** As {@link field}, for text. */
export function text(reply: Reply | unknown, path: string): string {
  const value = field(reply, path);
  if (typeof value !== "string") throw new Error(`${path} is no text in ${JSON.stringify(reply)}`);
  return value;
}

export function number(reply: Reply | unknown, path: string): number {
  const value = field(reply, path);
  if (typeof value !== "number") throw new Error(`${path} is no number in ${JSON.stringify(reply)}`);
  return value;
}

/** One property of every item of a list. */
export function column(reply: Reply | unknown, key: string): unknown[] {
  const list = reply && typeof reply === "object" && "body" in reply ? reply.body : reply;
  return Array.isArray(list) ? list.map((item) => field(item, key)) : [];
}

export async function createWorld(options: Partial<LocalGitHubOptions> = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), "local-github-"));
  const events: EngineEvent[] = [];
  const cancelled: number[] = [];
  const reruns: World["reruns"] = [];
  let host: EngineHost | undefined;
  let hook: FaultHook | undefined;
  let accepted: (entry: JournalEntry) => boolean = () => false;
  const engine: Engine = {
    name: "listener",
    attach(given) {
      host = given;
    },
    deliver: (event) => void events.push(event),
    cancelRun: (runId) => void cancelled.push(runId),
    rerun: (runId, which) => void reruns.push({ runId, which }),
    idle: async () => undefined,
    stop: async () => undefined,
  };
  const local = await createLocalGitHub({
    dataDir: join(dir, "data"),
    engine,
    faults: (request) => hook?.(request),
    ...options,
  });
  if (!host) throw new Error("The engine was not attached.");
  const attached = host;
  let folders = 0;
  let repositories = 0;
  const owner = local.mintUserToken(OWNER);

  const world: World = {
    local,
    host: attached,
    events,
    cancelled,
    reruns,
    owner,
    folder: () => mkdtempSync(join(dir, `work${++folders}-`)),
    async repository(files, visibility = "public") {
      const name = `repo${++repositories}`;
      const record = await local.createRepository({ owner: OWNER, name, visibility });
      const repository = testRepository(world, name, record.gitDir);
      if (files) await writeCommit(record.gitDir, "refs/heads/main", { message: "first", files });
      return repository;
    },
    job(name, permissions) {
      const repository = { owner: OWNER, name };
      const event = {
        deliveryId: "d",
        name: "push",
        repository,
        payload: {},
        ref: "refs/heads/main",
        sha: "0".repeat(40),
        actor: OWNER,
      };
      const workflow = { workflowPath: ".github/workflows/ci.yml", workflowName: "CI", displayTitle: "CI" };
      const { id: runId } = attached.createRun({ repository, event, ...workflow });
      const { id: jobId } = attached.createJob(runId, { name: "job", needs: [] });
      return { token: attached.mintToken({ repository, runId, jobId, permissions }), runId, jobId };
    },
    async api(token, method, path, body, headers = {}) {
      const response = await fetch(`${local.apiUrl}${path}`, {
        method,
        redirect: "manual",
        headers: {
          ...(token === null ? {} : { authorization: `token ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const raw = await response.text();
      return { status: response.status, headers: response.headers, body: parse(raw) };
    },
    fault(given) {
      hook = given;
    },
    expectErrors(accept) {
      accepted = accept;
    },
    async close() {
      await local.close();
      rmSync(dir, { recursive: true, force: true });
      const wrong = local.journal.filter((entry) => entry.fault === undefined && !accepted(entry));
      const lines = wrong.flatMap((entry) => [
        ...entry.errors.map((error) => `${entry.method} ${entry.path}: ${error}`),
        ...(entry.unknownRoute ? [`${entry.method} ${entry.path}: unknown route`] : []),
      ]);
      if (lines.length > 0) throw new Error(lines.join("\n"));
    },
  };
  return world;
}

function parse(raw: string): unknown {
  if (raw === "") return undefined;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}

/** Writes a commit onto a ref of the bare repository, past the server: nobody's event, and one process for all of it. */
async function writeCommit(
  gitDir: string,
  ref: string,
  input: { message: string; from?: string; files: Readonly<Record<string, string | null>> },
): Promise<string> {
  const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}\n`;
  const stream = [
    `commit ${ref}\nmark :1\ncommitter Test <test@example.com> 1700000000 +0000\n${data(input.message)}`,
    input.from === undefined ? "" : `from ${input.from}\n`,
    ...Object.entries(input.files).map(([path, content]) =>
      content === null ? `D ${path}\n` : `M 100644 inline ${path}\n${data(content)}`,
    ),
    "get-mark :1\n",
  ].join("");
  return new Promise((resolve, reject) => {
    const child = execFile("git", ["fast-import", "--quiet", "--force"], { cwd: gitDir }, (error, stdout) =>
      error ? reject(error) : resolve(stdout.trim()),
    );
    child.stdin?.end(stream);
  });
}

function testRepository(world: World, name: string, gitDir: string): TestRepository {
  const path = `/repos/${OWNER}/${name}`;
  const api = (method: string, below: string, body?: unknown) =>
    world.api(world.owner, method, `${path}${below}`, body);
  const head = async (branch: string) => git(gitDir, "rev-parse", "--verify", `refs/heads/${branch}`);
  return {
    name,
    at: { owner: OWNER, name },
    path,
    gitDir,
    url: (token) =>
      `${world.local.url.replace("http://", `http://x-access-token:${token}@`)}/${OWNER}/${name}`,
    api,
    git: (...args) => git(gitDir, ...args),
    head,
    async branch(branch, files, from = "main", message = `feat: ${branch}`) {
      const changes = { message, from: `refs/heads/${from}^0`, files };
      if (from !== branch) return writeCommit(gitDir, `refs/heads/${branch}`, changes);
      // What hangs on a branch that moves (pull requests, events) is the server's to do.
      const sha = await writeCommit(gitDir, "refs/test/next", changes);
      const reply = await api("PATCH", `/git/refs/heads/${branch}`, { sha });
      if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
      return sha;
    },
    async pull(branch, more = {}) {
      return number(
        await api("POST", "/pulls", { head: branch, base: "main", title: `feat: ${branch}`, ...more }),
        "number",
      );
    },
  };
}
