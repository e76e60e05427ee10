/** A GitHub for one machine. */

import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import type { Engine, RepositoryName } from "@slipway/model";
import { mountArtifacts } from "./artifacts/mount.ts";
import { createArtifactService } from "./artifacts/service.ts";
import type { ArtifactStore } from "./artifacts/store.ts";
import { type Bus, createBus } from "./bus.ts";
import { createHost } from "./engine/host.ts";
import { createIdentityTokens } from "./engine/identity-tokens.ts";
import { createRuntimeTokens } from "./engine/runtime-tokens.ts";
import { prepareGit } from "./git/exec.ts";
import { createMemory, type Memory } from "./git/memory.ts";
import { importRepository, initRepository } from "./git/repositories.ts";
import { mountGraphQl } from "./graphql/mount.ts";
import { createApp } from "./http/app.ts";
import { authenticate } from "./http/auth.ts";
import { createDownloads } from "./http/downloads.ts";
import type { FaultHook } from "./http/faults.ts";
import { countRefusals, type JournalEntry } from "./http/journal.ts";
import { createNamedRequests, type NamedRequests } from "./http/names.ts";
import {
  createRateLimiter,
  GRAPHQL_POINTS,
  type RateLimitOptions,
  type RateRefusal,
} from "./http/rate-limit.ts";
import { createRouter } from "./http/router.ts";
import { createOpenApiValidator } from "./openapi/validator.ts";
import { createMergeQueues } from "./pulls/merge-queue.ts";
import { MERGE_ASYNC } from "./rest/merge-async.ts";
import { restRoutes } from "./rest/routes.ts";
import { type AppSetup, appsOf } from "./setup/apps.ts";
import { type Happenings, happeningsOf } from "./setup/happenings.ts";
import { type People, peopleOf } from "./setup/people.ts";
import { createPast } from "./store/past.ts";
import type { BranchRules, RepositoryRecord, RepositorySettings } from "./store/records.ts";
import { createStore, type Store } from "./store/store.ts";
import type { ServiceDeps, Urls, World } from "./world.ts";

export type { BusEvents } from "./bus.ts";
export type { Fault, FaultHook, FaultRequest } from "./http/faults.ts";
export { ghEnvironment, ghExports } from "./http/gh.ts";
export type { JournalEntry, RequestKind } from "./http/journal.ts";
export type { RateLimitOptions, RateLimits, RateRefusal } from "./http/rate-limit.ts";
export type { AppSetup, CreatedApp, NewApp } from "./setup/apps.ts";
export type { Happenings, WrittenCheckRun } from "./setup/happenings.ts";
export type { NewTeam, People } from "./setup/people.ts";
export type { BranchRules, JobRecord, RepositoryRecord, Role, WorkflowRunRecord } from "./store/records.ts";

export interface LocalGitHubOptions {
  /** An existing or new folder of its own: bare repositories and artifacts. */
  readonly dataDir: string;
  readonly engine?: Engine;
  /** Default: any free port of 127.0.0.1. */
  readonly port?: number;
  readonly now?: () => Date;
  readonly faults?: FaultHook;
  readonly onRequest?: (entry: JournalEntry) => void;
  /** Check every exchange against GitHub's OpenAPI description. Default true. */
  readonly validate?: boolean;
  readonly rateLimit?: RateLimitOptions;
  /** Serve `merge-async`. Default true; false as on GitHub Enterprise Server. */
  readonly mergeAsync?: boolean;
}

export interface NewRepository {
  readonly owner: string;
  readonly name: string;
  /** Default `main`. */
  readonly defaultBranch?: string;
  readonly visibility?: "public" | "private";
  /** Path of a git repository on this machine whose branches and tags are taken over. */
  readonly source?: string;
  /** What kind of account the owner is, when it is new. Default `User`. */
  readonly ownerType?: "User" | "Organization";
  readonly settings?: Partial<RepositorySettings>;
}

export interface LocalGitHub extends People, AppSetup, Happenings {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly resultsUrl: string;
  readonly journal: readonly JournalEntry[];
  readonly events: Pick<Bus, "on">;
  readonly store: Store;
  /** What jobs have handed over, as long as the data folder stays. */
  readonly artifacts: Pick<ArtifactStore, "list" | "read">;
  createRepository(repository: NewRepository): Promise<RepositoryRecord>;
  repository(name: RepositoryName): RepositoryRecord;
  /** The bare repository's folder. */
  gitDir(name: RepositoryName): string;
  setSecret(name: RepositoryName, secret: string, value: string): void;
  setVariable(name: RepositoryName, variable: string, value: string): void;
  /** `branch` may be a pattern with `*` (no slash) and `**`. */
  setRules(name: RepositoryName, branch: string, rules: BranchRules): void;
  /** How many requests were refused by which limit; the journal's entries say when. */
  refusals(): Readonly<Record<RateRefusal, number>>;
  /** Pull requests in a branch's merge queue, the next one first. */
  queued(name: RepositoryName, branch: string): readonly number[];
  /** Ends every connection; the data stay where they are. */
  close(): Promise<void>;
}

/** Starts the server; it answers when the promise resolves. */
export async function createLocalGitHub(options: LocalGitHubOptions): Promise<LocalGitHub> {
  const now = options.now ?? (() => new Date());
  await mkdir(options.dataDir, { recursive: true });
  const gitEnv = await prepareGit(options.dataDir);
  const store = createStore(now);
  const bus = createBus();
  const downloads = createDownloads(now);
  const limiter = createRateLimiter(now, options.rateLimit);
  const graphqlLimiter = createRateLimiter(now, {
    ...options.rateLimit,
    limits: { points: GRAPHQL_POINTS, ...options.rateLimit?.limits },
  });
  const tokens = createRuntimeTokens(now);
  const artifacts = createArtifactService({
    directory: join(options.dataDir, "artifacts"),
    now,
    nextId: store.nextId,
  });
  const journal: JournalEntry[] = [];
  // The address is known once the server listens; nothing is asked before.
  const urls = { server: "", api: "", graphql: "", results: "" };

  const memories = new WeakMap<RepositoryRecord, Memory>();
  const memoryOf = (repository: RepositoryRecord): Memory => {
    const memory = memories.get(repository) ?? createMemory();
    memories.set(repository, memory);
    return memory;
  };

  const world: World = {
    store,
    urls,
    now,
    bus,
    engine: options.engine,
    artifacts,
    git: (repository) => ({ dir: repository.gitDir, env: gitEnv, memory: memoryOf(repository) }),
    deliver: (event) => options.engine?.deliver({ deliveryId: randomUUID(), ...event }),
  };
  const queues = createMergeQueues(world);
  const identities = createIdentityTokens(world);
  const service: ServiceDeps = {
    world,
    authenticate: (header) => authenticate(store, header, now()),
    verifyRuntimeToken: (token) => tokens.verify(token),
  };
  const router = createRouter(
    restRoutes({ downloads, limiter, graphqlLimiter, queues, mergeAsync: options.mergeAsync ?? true }),
  );
  const app = createApp({
    world,
    router,
    limiter,
    validator: options.validate === false ? undefined : createOpenApiValidator(),
    lacks: options.mergeAsync === false ? MERGE_ASYNC : [],
    faults: options.faults,
    past: options.faults && createPast(world),
    downloads,
    journal,
    onRequest: options.onRequest,
    mount(mounted) {
      mountArtifacts(mounted, service, artifacts);
      identities.mount(mounted);
      mountGraphQl(mounted, { world, router, limiter: graphqlLimiter });
    },
  });
  const server = await listen(app, options.port ?? 0, createNamedRequests(urls));
  Object.assign(urls, urlsAt(server.port));
  options.engine?.attach(createHost(world, tokens, identities));

  const repositoryOf = ({ owner, name }: RepositoryName): RepositoryRecord => {
    const repository = store.repository(owner, name);
    if (!repository) throw new Error(`There is no repository ${owner}/${name} here.`);
    return repository;
  };
  return {
    url: urls.server,
    apiUrl: urls.api,
    graphqlUrl: urls.graphql,
    resultsUrl: urls.results,
    journal,
    events: bus,
    store,
    artifacts,
    ...peopleOf(store, repositoryOf),
    ...appsOf(world, repositoryOf),
    ...happeningsOf(world, repositoryOf),
    async createRepository(input) {
      const owner = store.user(input.owner) ?? store.addUser(input.owner, input.ownerType ?? "User");
      if (store.repository(input.owner, input.name))
        throw new Error(`${input.owner}/${input.name} is there already.`);
      const gitDir = join(options.dataDir, "repositories", input.owner, `${input.name}.git`);
      const git = { dir: gitDir, env: gitEnv, memory: createMemory() };
      const defaultBranch = input.defaultBranch ?? "main";
      await initRepository(git, defaultBranch);
      if (input.source !== undefined) await importRepository(git, input.source);
      const { name, visibility = "public", settings = {} } = input;
      return store.addRepository({ owner, name, defaultBranch, visibility, settings, gitDir });
    },
    repository: repositoryOf,
    gitDir: (name) => repositoryOf(name).gitDir,
    setSecret: (name, secret, value) => void repositoryOf(name).secrets.set(secret, value),
    setVariable: (name, variable, value) => void repositoryOf(name).variables.set(variable, value),
    setRules: (name, branch, rules) => void repositoryOf(name).rules.set(branch, rules),
    refusals: () => countRefusals(journal),
    queued: (name, branch) => queues.numbers(repositoryOf(name), branch),
    async close() {
      queues.stop();
      await server.close();
    },
  };
}

function urlsAt(port: number): Urls {
  const server = `http://127.0.0.1:${port}`;
  return { server, api: `${server}/api/v3`, graphql: `${server}/api/graphql`, results: `${server}/` };
}

async function listen(
  app: ReturnType<typeof createApp>,
  port: number,
  names: NamedRequests,
): Promise<{ port: number; close: () => Promise<void> }> {
  return new Promise((resolve, reject) => {
    const fetch: Parameters<typeof serve>[0]["fetch"] = (request, env) =>
      names.answer(env.incoming, () => app.fetch(request, env));
    const server = serve({ fetch, port, hostname: "127.0.0.1" }, (info) => {
      resolve({
        port: info.port,
        close: () =>
          new Promise<void>((done) => {
            server.close(() => done());
            if ("closeAllConnections" in server) server.closeAllConnections();
          }),
      });
    });
    server.prependListener("request", names.admit);
    server.on("error", reject);
  });
}
