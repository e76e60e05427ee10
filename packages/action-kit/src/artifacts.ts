import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requestText } from "@slipway/github";
import { errorText, explainIssues, InternalError } from "@slipway/model";
import type { z } from "zod";
import { persistent } from "./artifact-client.ts";
import type { JobEnvironment } from "./environment.ts";

/** The toolkit's artifact client is large: only jobs that hand something over load it. */
const client = async () =>
  persistent(new (await import("@actions/artifact")).DefaultArtifactClient(), (ms) => sleep(ms));

/** Longest JSON document taken from another job: 64 MiB. */
const JSON_MAX = 64 * 1024 * 1024;

/** The service that carries documents between jobs did not do its part; nothing is wrong with what they hold. */
export class ArtifactFailure extends Error {
  override readonly name = "ArtifactFailure";
}

async function carried<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    // Of another workflow run they are read by the API, whose errors tell more.
    if (requestText(error) !== undefined) throw error;
    throw new ArtifactFailure(`${what}: ${errorText(error)}`, { cause: error });
  }
}

export interface ArtifactFile {
  readonly name: string;
  readonly content: string;
}

/**
 * Hands files to later jobs of this workflow run. What a job that is run again hands over takes the place of what its
 * earlier attempt left, which stays where it is: it was paid for.
 */
export async function saveArtifact(
  environment: JobEnvironment,
  name: string,
  files: readonly ArtifactFile[],
): Promise<void> {
  const folder = join(environment.temp, "slipway-artifacts", name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const paths = await Promise.all(
    files.map(async (file) => {
      const path = join(folder, basename(file.name));
      await writeFile(path, file.content);
      return path;
    }),
  );
  const artifacts = await client();
  await carried(`The artifact ${name} could not be handed over to the next job`, () =>
    artifacts.uploadArtifact(name, paths, folder),
  );
}

/** Another workflow run of the repository, and a token that may read it (`actions: read`). */
export interface OtherRun {
  readonly workflowRunId: number;
  readonly token: string;
}

export interface Where {
  /** Undefined: this workflow run. */
  readonly other?: OtherRun;
  /** The job that hands it over has ended well: a list that lacks it is behind, and is asked for again. */
  readonly isDue?: boolean;
}

/** An artifact by its name, or the newest whose name begins so. */
export type Named = string | { readonly newest: string };

const nameOf = (named: Named): string => (typeof named === "string" ? named : named.newest);

const DUE_WAITS_MS = [1_000, 3_000] as const;

/**
 * One JSON document handed over by an earlier job, or undefined when that job left none. Of another workflow run: 2 API
 * requests, 1 where there is none.
 *
 * @throws InternalError when it is not what its job should hand over
 */
export async function loadJsonArtifact<T>(
  environment: JobEnvironment,
  name: Named,
  file: string,
  schema: z.ZodType<T>,
  where: Where = {},
): Promise<T | undefined> {
  const folder = await fetchArtifact(environment, name, where);
  return folder === undefined ? undefined : readJson(folder, name, file, schema);
}

/** One JSON document and one text beside it, handed over by an earlier job; the text is empty where there is none. */
export async function loadJsonAndText<T>(
  environment: JobEnvironment,
  name: Named,
  files: { readonly json: string; readonly text: string },
  schema: z.ZodType<T>,
  where: Where = {},
): Promise<{ readonly document: T; readonly text: string } | undefined> {
  const folder = await fetchArtifact(environment, name, where);
  if (folder === undefined) return undefined;
  const document = await readJson(folder, name, files.json, schema);
  const text = await readFile(join(folder, files.text), "utf8").catch(() => "");
  return { document, text: text.slice(-JSON_MAX) };
}

/** The folder that an artifact was unpacked into, or undefined when there is none of that name. */
async function fetchArtifact(
  environment: JobEnvironment,
  named: Named,
  { other, isDue = false }: Where,
): Promise<string | undefined> {
  const artifacts = await client();
  const name = nameOf(named);
  const { owner: repositoryOwner, repo: repositoryName } = environment;
  const from = other ? { findBy: { ...other, repositoryOwner, repositoryName } } : {};
  const unread = `The artifact ${name} of an earlier job could not be read`;
  const list = () => carried(unread, () => artifacts.listArtifacts({ latest: true, ...from }));
  const isIt = (found: string) => (typeof named === "string" ? found === name : found.startsWith(name));
  const age = (item: { readonly createdAt?: Date }) => item.createdAt?.getTime() ?? 0;
  const find = async () =>
    (await list()).artifacts
      .filter((item) => isIt(item.name))
      .toSorted((one, other) => age(one) - age(other) || one.id - other.id)
      .at(-1);
  let artifact = await find();
  for (const ms of isDue ? DUE_WAITS_MS : []) {
    if (artifact) break;
    await sleep(ms);
    artifact = await find();
  }
  if (!artifact) return undefined;
  const folder = join(environment.temp, "slipway-handed", `${other?.workflowRunId ?? "own"}`, name);
  const { id } = artifact;
  await carried(unread, () => artifacts.downloadArtifact(id, { path: folder, ...from }));
  return folder;
}

async function readJson<T>(folder: string, named: Named, file: string, schema: z.ZodType<T>): Promise<T> {
  const name = nameOf(named);
  const text = await readFile(join(folder, file), "utf8");
  if (text.length > JSON_MAX)
    throw new InternalError(
      `The artifact ${name} holds ${text.length} characters; at most ${JSON_MAX} are taken.`,
    );
  const parsed = schema.safeParse(JSON.parse(text));
  // A write job trusts no artifact: the job that made it ran a model or foreign code (rule 4).
  if (!parsed.success)
    throw new InternalError(
      `The artifact ${name} is not what its job should hand over: ${explainIssues(parsed.error)}.`,
    );
  return parsed.data;
}
