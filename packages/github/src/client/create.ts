import { ConfigurationError } from "@slipway/model";
import type { Clock, GitHubApi, GitHubContext, Log } from "../context.ts";
import { SYSTEM_CLOCK } from "../context.ts";
import { createGitRemote, type GitRemote } from "../git/remote.ts";
import { CutAnswerError, type HttpFailure, httpFailure } from "./errors.ts";
import { createPacer } from "./pacer.ts";
import { isLimit, judge } from "./policy.ts";

export interface GitHubOptions {
  readonly token: string;
  /** `https://api.github.com`, no trailing slash (GITHUB_API_URL). */
  readonly apiUrl: string;
  /** `https://github.com`, no trailing slash (GITHUB_SERVER_URL): where git goes. */
  readonly serverUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** `slipway/0.1.0 (action-orchestrator)` */
  readonly userAgent: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** The process environment; git is given the few variables named in `git/process.ts`, nothing else. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder for temporary bare repositories. Default: the system's. */
  readonly tempDir?: string;
  /** Longest time that this client spends waiting for limits and repeats, over all requests. Default: 15 minutes. */
  readonly maxWaitMs?: number;
  /** Longest time for one request. Default: 60 s. */
  readonly requestTimeoutMs?: number;
}

export interface GitHub extends GitHubContext {
  /** API requests sent so far, repeats included. Git over HTTPS does not count against the API's limits. */
  readonly requests: number;
  /** The same by route, in order of first use: `POST /repos/{owner}/{repo}/issues` → 7. */
  readonly requestsByRoute: ReadonlyMap<string, number>;
  /** Removes the temporary repository. */
  close(): Promise<void>;
}

const DEFAULT_MAX_WAIT_MS = 15 * 60_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const API_VERSION = "2022-11-28";

interface Wire {
  repeatable?: boolean;
  signal?: AbortSignal;
}

/**
 * Everything that the suite does to one repository on GitHub goes through the object made here. Cheap to make:
 * Octokit is loaded with the first API request, the git repository is made with the first git command.
 */
export function createGitHub(options: GitHubOptions): GitHub {
  const clock = options.clock ?? SYSTEM_CLOCK;
  const { log } = options;
  const counts = new Map<string, number>();
  let requests = 0;
  const git: GitRemote = createGitRemote({
    url: `${options.serverUrl}/${options.owner}/${options.repo}.git`,
    token: options.token,
    environment: options.environment,
    log,
    clock,
    ...(options.tempDir === undefined ? {} : { tempDir: options.tempDir }),
  });
  const send = createSender({
    clock,
    log,
    maxWaitMs: options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    onRequest: (route) => {
      requests++;
      counts.set(route, (counts.get(route) ?? 0) + 1);
    },
  });
  let loading: Promise<GitHubApi> | undefined;
  const load = (): Promise<GitHubApi> => {
    loading ??= loadOctokit(options, send);
    return loading;
  };
  return {
    ...clock,
    log,
    git,
    owner: options.owner,
    repo: options.repo,
    octokit: {
      request: async (route, parameters) => (await load()).request(route, parameters),
      paginate: async (route, parameters) => (await load()).paginate(route, parameters),
    },
    get requests() {
      return requests;
    },
    requestsByRoute: counts,
    close: () => git.close(),
  };
}

type Send = <T extends { data: unknown; headers: Record<string, unknown> }>(
  method: string,
  url: string,
  wire: Wire,
  once: () => Promise<T>,
) => Promise<T>;

async function loadOctokit(options: GitHubOptions, send: Send): Promise<GitHubApi> {
  const [{ Octokit }, { paginateRest }] = await Promise.all([
    import("@octokit/core"),
    import("@octokit/plugin-paginate-rest"),
  ]);
  const Client = Octokit.plugin(paginateRest);
  const octokit = new Client({
    auth: options.token,
    baseUrl: options.apiUrl,
    userAgent: options.userAgent,
    log: { debug: () => undefined, info: () => undefined, warn: options.log.warn, error: options.log.warn },
  });
  octokit.hook.wrap("request", (request, parameters) => {
    const wire = parameters.request as Wire;
    // Changed in place: hooks further in are bound to this very object and never see another.
    parameters.headers["x-github-api-version"] = API_VERSION;
    return send(parameters.method, parameters.url, wire, async () => {
      wire.signal = AbortSignal.timeout(options.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS);
      return await request(parameters);
    });
  });
  return octokit as unknown as GitHubApi;
}

interface Sender {
  readonly clock: Clock;
  readonly log: Log;
  readonly maxWaitMs: number;
  readonly onRequest: (route: string) => void;
}

/** Paces, counts, waits and repeats. The one place in the suite that repeats an API request. */
export function createSender({ clock, log, maxWaitMs, onRequest }: Sender): Send {
  const pacer = createPacer();
  let waitedMs = 0;
  // While one request waits for a limit, the others of this process wait with it.
  let notBefore = 0;

  const pause = async (ms: number, why: string): Promise<boolean> => {
    if (waitedMs + ms > maxWaitMs) {
      log.warn(
        `${why}: ${seconds(ms)} more would pass the longest wait of ${seconds(maxWaitMs)}; giving up.`,
      );
      return false;
    }
    waitedMs += ms;
    if (ms >= 1_000)
      log.info(`${why}: waiting ${seconds(ms)} (${seconds(waitedMs)} of at most ${seconds(maxWaitMs)}).`);
    await clock.sleep(ms);
    return true;
  };

  return async (method, url, wire, once) => {
    const name = `${method} ${url}`;
    let repeats = 0;
    let limits = 0;
    for (;;) {
      const now = clock.now().getTime();
      const ahead = Math.max(pacer.reserve(method, now), notBefore - now);
      if (ahead > 0 && !(await pause(ahead, `${name}: keeping under GitHub's limits`))) {
        throw new ConfigurationError(
          `${name} was not sent: GitHub's limits leave no room within ${seconds(maxWaitMs)}. Run the job again later.`,
        );
      }
      onRequest(name);
      try {
        const answer = await once();
        if (isCut(answer)) throw new CutAnswerError({ method, url });
        return answer;
      } catch (error) {
        const failure = httpFailure(error);
        if (failure === undefined) throw error;
        const verdict = judge({
          failure,
          repeatable: wire.repeatable ?? method !== "POST",
          repeats,
          limits,
          now: clock.now(),
          random: clock.random(),
        });
        if (verdict.kind === "fail") throw explain(error, failure);
        if (verdict.kind === "limited") {
          limits++;
          notBefore = Math.max(notBefore, clock.now().getTime() + verdict.waitMs);
          const why = `${name}: GitHub's ${verdict.limit} rate limit is reached`;
          if (!(await pause(verdict.waitMs, why))) throw error;
        } else {
          repeats++;
          if (!(await pause(verdict.waitMs, `${name} failed (${failure.message})`))) throw error;
        }
      }
    }
  };
}

/** Octokit hands on a JSON body that ended early as text, as though nothing had happened. */
function isCut(answer: { data: unknown; headers: Record<string, unknown> }): boolean {
  return typeof answer.data === "string" && /\bjson\b/i.test(String(answer.headers["content-type"] ?? ""));
}

/** A refusal that only a person can lift becomes a {@link ConfigurationError} that says how. */
function explain(error: unknown, failure: HttpFailure): unknown {
  const what = `${failure.method} ${failure.path}`;
  if (failure.status === 401) {
    return new ConfigurationError(
      `GitHub did not accept the token for ${what}: it has expired, was revoked, or is not one.`,
      {
        cause: error,
      },
    );
  }
  if (failure.status === 403 && /must authenticate via a GitHub App/i.test(failure.message)) {
    return new ConfigurationError(
      `${what} takes the token of a job (GITHUB_TOKEN) or of a GitHub App, not a person's token.`,
      { cause: error },
    );
  }
  if (failure.status === 403 && !isLimit(failure) && /not accessible by/i.test(failure.message)) {
    const needed = failure.headers["x-accepted-github-permissions"];
    const hint = needed
      ? `Give the job \`permissions:\` with ${needed.replaceAll("=", ": ").replaceAll(/;\s*/g, " or ")}.`
      : "Give the job the `permissions:` that the workflow files of the suite list.";
    return new ConfigurationError(`The job's token may not do ${what}. ${hint}`, { cause: error });
  }
  return error;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 100) / 10} s`;
}
