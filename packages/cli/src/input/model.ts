/** Which model a run talks to: a real one over HTTP, or a scripted one that speaks the same protocol. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../usage-error.ts";
import { checkUrl, type Service } from "./provider.ts";

export type ModelChoice =
  | { readonly kind: "real"; readonly apiKey: string; readonly baseUrl: string | null }
  | { readonly kind: "scripted"; readonly fixtures: readonly FixtureFile[] };

/** One file of scripted answers, in aimock's format. */
export interface FixtureFile {
  readonly path: string;
  readonly text: string;
}

export interface ModelOptions {
  readonly service: Service;
  readonly modelUrl?: string | undefined;
  readonly fixtures?: string | undefined;
  /** Fixtures of the sample, when the sample's own idea runs. */
  readonly sampleFixtures?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Where the person's key belongs, by the service's variable. */
  readonly baseUrl?: string | undefined;
}

/** What a model behind `--model-url` gets as its key when the person has none. */
const NO_KEY = "none";

/**
 * The model that was asked for. A key in the environment alone never spends money on the sample: only
 * an idea of one's own, or `--model-url`, reaches a real model.
 *
 * @throws UsageError when there is none, or two
 */
export async function chooseModel(options: ModelOptions, cwd: string): Promise<ModelChoice> {
  const { modelUrl, fixtures, sampleFixtures, service } = options;
  if (modelUrl !== undefined && fixtures !== undefined) {
    throw new UsageError(
      "--model-url and --fixtures exclude each other: a model is either real or scripted.",
    );
  }
  if (fixtures !== undefined) return { kind: "scripted", fixtures: await readFixtures(fixtures, cwd) };
  if (modelUrl !== undefined) {
    return { kind: "real", apiKey: options.apiKey || NO_KEY, baseUrl: checkUrl(modelUrl) };
  }
  if (sampleFixtures !== undefined)
    return { kind: "scripted", fixtures: await readFixtures(sampleFixtures, cwd) };
  if (options.apiKey) {
    return {
      kind: "real",
      apiKey: options.apiKey,
      baseUrl: options.baseUrl ? checkUrl(options.baseUrl, service.baseUrl) : null,
    };
  }
  throw new UsageError(
    `An idea of your own needs a model: set ${service.key}, or give --model-url URL (a server that speaks ${service.protocol}) or --fixtures PATH (scripted answers).`,
  );
}

/** @throws UsageError when there is no such path, or it holds no fixtures */
async function readFixtures(given: string, cwd: string): Promise<FixtureFile[]> {
  const path = resolve(cwd, given);
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UsageError(`--fixtures ${given}: there is no such file or folder.`);
  const paths = found.isDirectory() ? await jsonFilesIn(path) : [path];
  const files = await Promise.all(
    paths.map(async (file) => ({ path: file, text: await readFile(file, "utf8") })),
  );
  const fixtures = files.filter((file) => isFixtureFile(file, found.isDirectory()));
  if (fixtures.length === 0) {
    throw new UsageError(
      `--fixtures ${given} holds no scripted answers: JSON files of the form {"fixtures": […]} are looked for.`,
    );
  }
  return fixtures;
}

async function jsonFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Other JSON files may lie in a folder of fixtures; a file given by name has to be one. */
function isFixtureFile({ path, text }: FixtureFile, inFolder: boolean): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--fixtures: ${path} is not JSON: ${(error as Error).message}`);
  }
  const holds =
    typeof value === "object" && value !== null && Array.isArray((value as { fixtures?: unknown }).fixtures);
  if (!holds && !inFolder) throw new UsageError(`--fixtures: ${path} has no "fixtures" list.`);
  return holds;
}
