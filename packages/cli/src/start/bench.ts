/** A GitHub of this machine alone, with the suite and the repository under work on it. */
import { join } from "node:path";
import { createLocalGitHub, type FaultHook, type LocalGitHub } from "@slipway/local-github";
import { createLocalRunner } from "@slipway/local-runner";
import type { Engine } from "@slipway/model";
import type { Prepared } from "./prepare.ts";
import { OWNER } from "./prepare.ts";

export interface BenchInput {
  readonly folder: string;
  readonly prepared: Prepared;
  readonly model: { readonly apiKey: string; readonly baseUrl: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly faults?: FaultHook | undefined;
  readonly now: () => Date;
  readonly onDiagnostic: (message: string) => void;
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
  stop(): Promise<void>;
}

/** Who asks for the run. */
const PERSON = "developer";

export async function startBench(input: BenchInput): Promise<Bench> {
  const { folder, prepared } = input;
  const engine = createLocalRunner({
    workDir: join(folder, "runner"),
    env: withoutProxyForLoopback(input.env),
    now: input.now,
    onDiagnostic: input.onDiagnostic,
  });
  const github = await createLocalGitHub({
    dataDir: join(folder, "github"),
    engine,
    now: input.now,
    ...(input.faults ? { faults: input.faults } : {}),
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
    const repository = await github.createRepository({
      owner: OWNER,
      name,
      defaultBranch: branch,
      source: bare,
    });
    github.setSecret({ owner: OWNER, name }, "ANTHROPIC_API_KEY", input.model.apiKey);
    if (input.model.baseUrl)
      github.setVariable({ owner: OWNER, name }, "ANTHROPIC_BASE_URL", input.model.baseUrl);
    return {
      github,
      engine,
      repository: `${OWNER}/${name}`,
      bare: repository.gitDir,
      token: github.mintUserToken(PERSON),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

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
