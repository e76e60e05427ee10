/** A GitHub of this machine alone, with the suite and the repository under work on it. */
import { join } from "node:path";
import {
  createLocalGitHub,
  type FaultHook,
  type LocalGitHub,
  type LocalGitHubOptions,
  type WorkflowRunRecord,
} from "@slipway/local-github";
import { createLocalRunner, type LocalRunnerOptions } from "@slipway/local-runner";
import type { Engine, ProviderName } from "@slipway/model";
import { SERVICES } from "../input/provider.ts";
import type { Prepared } from "./prepare.ts";
import { OWNER } from "./prepare.ts";

/** Makes what executes the workflows, from what the bench knows. */
export type EngineMaker = (
  settings: Required<Pick<LocalRunnerOptions, "workDir" | "env" | "now" | "onDiagnostic">>,
) => Engine;

/** A provider, and how the jobs reach it. */
export interface Reached {
  readonly provider: ProviderName;
  readonly apiKey: string;
  readonly baseUrl: string;
}

export interface BenchInput {
  readonly folder: string;
  readonly prepared: Prepared;
  /** The repository gets the key and the address of this provider, and of no other but those named below. */
  readonly model: Reached;
  /** Providers that the policy names for single agents. */
  readonly others?: readonly Reached[];
  /** Secrets of the repository beside those, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly faults?: FaultHook | undefined;
  /** Default: the local GitHub counts requests and refuses none. */
  readonly rateLimit?: LocalGitHubOptions["rateLimit"];
  readonly now: () => Date;
  readonly onDiagnostic: (message: string) => void;
  /** Default: the engine of this repository. */
  readonly engine?: EngineMaker | undefined;
}

export interface Bench {
  readonly github: LocalGitHub;
  readonly engine: Engine;
  /** `acme/name` */
  readonly repository: string;
  /** The bare repository under work. */
  readonly bare: string;
  /** Token of the person who asks for the run: an admin of the repository. */
  readonly token: string;
  /** Workflow runs of the repository under work, oldest first. */
  runs(): readonly WorkflowRunRecord[];
  stop(): Promise<void>;
}

/** Who asks for the run. */
const PERSON = "developer";

export async function startBench(input: BenchInput): Promise<Bench> {
  const { folder, prepared } = input;
  const engine = (input.engine ?? createLocalRunner)({
    workDir: join(folder, "runner"),
    env: withoutProxyForLoopback(input.env),
    now: input.now,
    onDiagnostic: input.onDiagnostic,
  });
  const github = await createLocalGitHub({
    dataDir: join(folder, "github"),
    engine: { ...engine, attach: (host) => engine.attach({ ...host, serverUrl: named(host.serverUrl) }) },
    now: input.now,
    ...(input.faults ? { faults: input.faults } : {}),
    ...(input.rateLimit ? { rateLimit: input.rateLimit } : {}),
  });
  const stop = async () => {
    await engine.stop();
    await github.close();
  };
  try {
    for (const { owner, name } of suiteRepositories(prepared)) {
      await github.createRepository({ owner, name, source: prepared.suite.bare });
    }
    const { name, branch, bare } = prepared.repository;
    // Private, so that every read needs its permission, as in most places where it matters.
    const repository = await github.createRepository({
      owner: OWNER,
      ownerType: "Organization",
      name,
      defaultBranch: branch,
      visibility: "private",
      source: bare,
    });
    github.addCollaborator({ owner: OWNER, name }, PERSON, "admin");
    for (const { provider, apiKey, baseUrl } of [input.model, ...(input.others ?? [])]) {
      const service = SERVICES[provider];
      github.setSecret({ owner: OWNER, name }, service.key, apiKey);
      github.setVariable({ owner: OWNER, name }, service.baseUrl, baseUrl);
    }
    for (const [secret, value] of Object.entries(input.secrets ?? {}))
      github.setSecret({ owner: OWNER, name }, secret, value);
    return {
      github,
      engine,
      repository: `${OWNER}/${name}`,
      bare: repository.gitDir,
      runs: () => repository.runs,
      token: github.mintUserToken(PERSON),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The server's address under a name. `@actions/artifact` takes a server for GitHub Enterprise, where artifacts
 * of its kind do not exist, unless its name is GitHub's own or ends with `.localhost`.
 */
const named = (url: string) => url.replace("//127.0.0.1:", "//github.localhost:");

/** One repository for each name that a caller file uses; its refs are in the bare repository already. */
function suiteRepositories({ references }: Prepared) {
  const key = ({ owner, name }: { owner: string; name: string }) => `${owner}/${name}`.toLowerCase();
  return [...new Map(references.map((reference) => [key(reference), reference])).values()];
}

/** A proxy of the machine must not be asked for what is on the machine itself. */
export function withoutProxyForLoopback(env: BenchInput["env"]): Record<string, string | undefined> {
  const known = [env.NO_PROXY ?? env.no_proxy, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return { ...env, NO_PROXY: known, no_proxy: known };
}
