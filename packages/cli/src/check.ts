/** Everything that can be wrong with a request, found before anything is written. */
import { access, constants, readdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { findAct } from "@slipway/local-runner";
import type { ProviderName } from "@slipway/model";
import { type ChosenEngine, chooseEngine } from "./input/engine.ts";
import { type Example, readExample, SAMPLE_FOLDER } from "./input/example.ts";
import { executorSecrets } from "./input/executor-secrets.ts";
import { readIdea } from "./input/idea.ts";
import { chooseModel } from "./input/model.ts";
import { type PolicyFile, parsePolicy, readPolicy } from "./input/policy.ts";
import {
  checkProvider,
  type ModelWish,
  type OtherProvider,
  otherProviders,
  SERVICES,
} from "./input/provider.ts";
import type { RunOptions } from "./options.ts";
import { POLICY_PATH } from "./start/caller.ts";
import { type StartRequest, startRequest } from "./start/dispatch.ts";
import { createModelRecorder } from "./start/model-recorder.ts";
import { fileAt, findSource, type Source } from "./start/repository.ts";
import { createScriptedModel, type ModelServer } from "./start/scripted-model.ts";
import { UsageError } from "./usage-error.ts";

export interface CheckedModel {
  readonly kind: "real" | "scripted";
  readonly provider: ProviderName;
  /** What the suite is given as its key. */
  readonly apiKey: string;
  /** Where the answers come from in the end; null: fixtures. */
  readonly url: string | null;
  /** Not started yet. */
  readonly server: ModelServer;
}

export interface CheckedRun {
  readonly source: Source;
  readonly idea: string;
  /** Set when the repository's own policy, if any, is to be replaced by this one. */
  readonly policy: PolicyFile | null;
  /** Used when the repository has no policy. */
  readonly fallbackPolicy: PolicyFile | null;
  /** What is set in the policy, whichever it is. */
  readonly modelWish: ModelWish;
  readonly model: CheckedModel;
  /** Providers that the policy names for single agents. */
  readonly others: readonly OtherProvider[];
  /** What programs and services need that run agents: secrets by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly engine: ChosenEngine;
  /** Null: a folder named after the run, under the current one. */
  readonly out: string | null;
  readonly request: StartRequest;
  /** What the person should know before it starts. */
  readonly notes: readonly string[];
}

export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** When the run is asked for: part of its id. */
  readonly now: Date;
}

/** @throws UsageError with one clear sentence; nothing has been written then */
export async function checkRun(options: RunOptions, io: Surroundings): Promise<CheckedRun> {
  const { cwd, env } = io;
  if (options.repo !== undefined && options.idea === undefined) {
    throw new UsageError("--repo needs --idea: say what should change in that repository.");
  }
  const example = options.repo === undefined ? await readExample(SAMPLE_FOLDER) : undefined;
  const idea = await readIdea(options.idea ?? `@${example?.idea}`, cwd, io.stdin);
  const engine = chooseEngine(options.engine, () => findAct(env));
  const policy = options.policy === undefined ? null : await readPolicy(options.policy, cwd);
  const fallbackPolicy = example ? await readPolicy(example.policy, cwd) : null;
  const out = options.out === undefined ? null : await checkOut(options.out, cwd);
  const modelWish = { provider: checkProvider(options.provider), name: options.model };
  const { source, policy: own } = await checkSource(options.repo, example, cwd, policy === null);
  const said = (policy ?? own ?? fallbackPolicy)?.policy;
  const model = await checkModel(
    options,
    modelWish.provider ?? said?.model.provider ?? "anthropic",
    example,
    io,
  );
  return {
    source,
    idea,
    policy,
    fallbackPolicy,
    modelWish,
    model,
    others: otherProviders(said, model, env),
    secrets: executorSecrets(env),
    engine,
    out,
    request: startRequest(idea, io.now),
    notes: [...notesOf(options, source, model, env), ...engine.notes],
  };
}

async function checkModel(
  options: RunOptions,
  provider: ProviderName,
  example: Example | undefined,
  io: Surroundings,
): Promise<CheckedModel> {
  const service = SERVICES[provider];
  const choice = await chooseModel(
    {
      service,
      modelUrl: options.modelUrl,
      fixtures: options.fixtures,
      sampleFixtures: options.idea === undefined ? example?.fixtures : undefined,
      apiKey: io.env[service.key],
      baseUrl: io.env[service.baseUrl],
    },
    io.cwd,
  );
  if (choice.kind === "scripted") {
    const server = createScriptedModel(choice.fixtures);
    return { kind: "scripted", provider, apiKey: "scripted", url: null, server };
  }
  const url = choice.baseUrl ?? service.home;
  const server = createModelRecorder(url, provider === "openai");
  return { kind: "real", provider, apiKey: choice.apiKey, url, server };
}

async function checkSource(
  repo: string | undefined,
  example: Example | undefined,
  cwd: string,
  ownPolicy: boolean,
): Promise<{ readonly source: Source; readonly policy?: PolicyFile }> {
  if (repo === undefined) {
    if (!example) throw new UsageError("Give --repo.");
    return { source: { kind: "folder", path: example.repository, name: example.name, tag: example.tag } };
  }
  const source = await findSource(repo, cwd);
  if (source.kind === "directory" && ownPolicy) {
    const text = await fileAt(source.path, source.commit, POLICY_PATH);
    if (text !== undefined) return { source, policy: parsePolicy(text, `${POLICY_PATH} of --repo ${repo}`) };
  }
  return { source };
}

/** @returns the folder's absolute path */
async function checkOut(given: string, cwd: string): Promise<string> {
  const path = resolve(cwd, given);
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new UsageError(`--out ${given} is a file: give a folder that is empty or not there yet.`);
  if (found && (await readdir(path)).length > 0) {
    throw new UsageError(`--out ${given} is not empty: give a folder that is empty or not there yet.`);
  }
  let parent = path;
  while (!(await stat(parent).catch(() => undefined)) && dirname(parent) !== parent) parent = dirname(parent);
  try {
    if (!(await stat(parent)).isDirectory()) throw new Error("not a folder");
    await access(parent, constants.W_OK | constants.X_OK);
  } catch {
    throw new UsageError(
      `--out ${given} cannot be written: ${parent} is not a folder that you may write to.`,
    );
  }
  return path;
}

function notesOf(
  options: RunOptions,
  source: Source,
  model: CheckedModel,
  env: Surroundings["env"],
): string[] {
  const notes: string[] = [];
  if (source.kind === "folder") notes.push(`The repository under work is the sample ${source.name}.`);
  if (source.kind === "directory") {
    notes.push(
      `The repository under work is a copy of ${source.path}, branch ${source.branch} at ${source.commit.slice(0, 7)}.`,
    );
    if (source.uncommitted > 0) {
      const files = source.uncommitted === 1 ? "one file" : `${source.uncommitted} files`;
      notes.push(`Uncommitted work in ${files} there is not taken: only what is committed.`);
    }
  }
  if (model.kind === "scripted") {
    notes.push("The model is scripted: its answers come from fixtures, and nothing leaves this machine.");
    const { key } = SERVICES[model.provider];
    if (options.idea === undefined && options.fixtures === undefined && env[key]) {
      notes.push(`${key} is set but not used for the sample: give --idea, or --model-url, for a real model.`);
    }
  } else {
    notes.push(`The model is real, at ${model.url}: the idea and the repository's files go there.`);
  }
  return notes;
}
