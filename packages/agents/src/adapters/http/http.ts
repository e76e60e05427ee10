import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type AgentDocument, type AgentTask, errorText, NO_USAGE } from "@slipway/model";
import type { Refusal } from "../../executor/collect.ts";
import { collectOr } from "../../executor/draft.ts";
import { cleanEnvironment } from "../../process/environment.ts";
import { marked } from "../../process/landmarks.ts";
import { removeFolder } from "../../process/remove-folder.ts";
import { clip } from "../../prompt/text.ts";
import { baselineOf, checksOf } from "../collected.ts";
import type { Executor, ExecutorWorld } from "../executor.ts";
import { ExecutionRecord, TRAJECTORY } from "../record.ts";
import { resultOf } from "../result.ts";
import { type Stops, watchStops } from "../stop.ts";
import { executeAddress } from "./address.ts";
import { applyFiles } from "./apply.ts";
import type { CallbackListener } from "./callback.ts";
import { converse, type Outcome } from "./converse.ts";
import { filesOfPatch } from "./patch.ts";
import { bundleOf, takeSnapshot } from "./snapshot.ts";
import { type ExecuteBody, type ExecuteResult, idempotencyKeyOf } from "./wire.ts";

export interface HttpExecutorOptions {
  /** `https://adapters.example.com/base`: the request goes to `{base}/adapters/{name}/execute`. */
  readonly base: string;
  readonly name: string;
  /** Signs requests; answers have to be signed with it too. */
  readonly secret?: string | null;
  /** Sent with every request, `authorization` for one. Values are masked wherever they come out. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends the tree that the work starts from along. Default false: the adapter fetches the repository itself. */
  readonly bundle?: boolean;
  /** Default 20,000,000. */
  readonly bundleBytes?: number;
  /** Default 32,000,000. */
  readonly responseBytes?: number;
  /** For one request and its whole answer, at most 290. Default 120; what takes longer answers 202. */
  readonly requestSeconds?: number;
  /** Plain HTTP to other machines. Default false. */
  readonly allowHttp?: boolean;
  readonly callback?: CallbackListener;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How often `interrupted` is asked. Default 30 s. */
  readonly askedEveryMs?: number;
}

const DOCUMENTS_MAX = 2_000_000;

/**
 * Has a service work on the task and applies what it answers to the work tree, where the change is collected like any
 * other.
 *
 * @throws Error when the address is none that anything may be sent to, or a callback is listened for without a secret
 */
export function httpExecutor(options: HttpExecutorOptions): Executor {
  const url = executeAddress(options.base, options.name, options.allowHttp ?? false);
  if (options.callback && !options.secret) {
    throw new Error("A callback can come from anybody: give the adapter a secret that it signs with.");
  }
  return { execute: (task, world) => execute(options, url, task, world) };
}

async function execute(options: HttpExecutorOptions, url: URL, task: AgentTask, world: ExecutorWorld) {
  const own = await mkdtemp(join(tmpdir(), "slipway-http-"));
  try {
    return await inFolder(own, options, url, task, world);
  } finally {
    await removeFolder(own);
  }
}

async function inFolder(
  own: string,
  options: HttpExecutorOptions,
  url: URL,
  task: AgentTask,
  world: ExecutorWorld,
) {
  const { workDir } = world;
  const secrets = [
    ...(world.secrets ?? []),
    ...(options.secret ? [options.secret] : []),
    ...Object.values(options.headers ?? {}),
  ];
  const home = join(own, "home");
  await mkdir(home);
  const baseline = await baselineOf(task, workDir, own);
  const stops = await watchStops(task, world, options.askedEveryMs);
  try {
    const record = new ExecutionRecord(secrets, world.onStep);
    record.start(task, "http", [url.href]);
    const outcome = await ask(options, url, task, world, { record, stops });
    const applied = outcome.kind === "result" ? await apply(workDir, task, outcome.result) : NOTHING;
    const collected = await collectOr(baseline);
    const problems = collected.failures;
    const said = outcome.kind === "result" ? outcome.result : {};
    const end = endOf(options.name, outcome);
    const toCheck = end.ending === "submitted" && problems.length + applied.problems.length === 0;
    const env = cleanEnvironment({ home, ...(world.env ? { extra: world.env } : {}) });
    const where = { cwd: workDir, env, signal: stops.signal };
    const confined = world.confinement
      ? {
          ...where,
          confinement: marked({
            ...world.confinement,
            reachable: [...world.confinement.reachable, workDir, own],
          }),
        }
      : where;
    const checks = toCheck ? await checksOf(task, confined, record) : [];
    const usage = (outcome.kind === "result" ? outcome.result.usage : undefined) ?? NO_USAGE;
    record.add({ type: "end", ...end, usage, dollars: null });
    return resultOf(task, {
      executor: "http",
      ...end,
      problems: [...problems, ...applied.problems],
      checks,
      said,
      collected: { files: collected.files, refused: merged(applied.refused, collected.refused) },
      usage,
      documents: documentsOf(record, outcome),
      secrets,
      ...(world.commit ? { commit: world.commit } : {}),
    });
  } finally {
    await baseline.dispose();
    stops.dispose();
  }
}

async function ask(
  options: HttpExecutorOptions,
  url: URL,
  task: AgentTask,
  world: ExecutorWorld,
  { record, stops }: { readonly record: ExecutionRecord; readonly stops: Stops },
): Promise<Outcome> {
  const stopped = stops.reached();
  if (stopped !== null) return { kind: "ended", ...stopped };
  const idempotencyKey = idempotencyKeyOf(task);
  let bundle: ExecuteBody["bundle"] = null;
  if (options.bundle) {
    try {
      bundle = await withSnapshot(world.workDir, task.startSha, (snapshot) =>
        bundleOf(snapshot, options.bundleBytes ?? 20_000_000),
      );
    } catch (error) {
      return { kind: "ended", ending: "invalid-request", reason: errorText(error) };
    }
  }
  const callbackUrl = options.callback?.addressOf(idempotencyKey) ?? null;
  const body: ExecuteBody = {
    kind: "execute-request",
    version: 1,
    task,
    bundle,
    earlier: world.earlier ?? null,
    callbackUrl,
  };
  return converse({
    task,
    url,
    body: JSON.stringify(body),
    stops,
    idempotencyKey,
    record,
    secret: options.secret ?? null,
    headers: lowerCased(options.headers ?? {}),
    requestMs: Math.min(290, options.requestSeconds ?? 120) * 1_000,
    responseBytes: options.responseBytes ?? 32_000_000,
    callback: options.callback ?? null,
    now: world.now ?? Date.now,
    wait: options.wait ?? waitFor,
  });
}

/** So that none of ours is sent twice under another spelling. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => {});
}

async function withSnapshot<T>(
  workDir: string,
  startSha: string,
  use: (snapshot: Awaited<ReturnType<typeof takeSnapshot>>) => Promise<T>,
): Promise<T> {
  const snapshot = await takeSnapshot(workDir, startSha);
  try {
    return await use(snapshot);
  } finally {
    await snapshot.dispose();
  }
}

interface Applied {
  readonly refused: readonly Refusal[];
  readonly problems: readonly string[];
}

const NOTHING: Applied = { refused: [], problems: [] };

async function apply(workDir: string, task: AgentTask, result: ExecuteResult): Promise<Applied> {
  const { protectedPaths, bytes } = task.constraints;
  try {
    const patched =
      result.patch === undefined
        ? { files: result.changes ?? [], refused: [], unfit: [] }
        : await withSnapshot(workDir, task.startSha, (snapshot) =>
            filesOfPatch(snapshot, result.patch ?? "", 4 * bytes),
          );
    const refused = await applyFiles(workDir, patched.files, protectedPaths);
    const names = patched.unfit.map((path) => JSON.stringify(path.slice(0, 200))).join(", ");
    const problems = names === "" ? [] : [`The patch does not apply in ${names}.`];
    return { refused: [...patched.refused, ...refused], problems };
  } catch (error) {
    return { refused: [], problems: [`The answer could not be applied: ${errorText(error)}.`] };
  }
}

function endOf(name: string, outcome: Outcome) {
  if (outcome.kind === "ended") return { ending: outcome.ending, reason: outcome.reason };
  const { outcome: how, ending, reason } = outcome.result;
  if (how === "finished")
    return { ending: "submitted" as const, reason: reason ?? `The adapter ${name} finished.` };
  return {
    ending: ending ?? ("executor-failed" as const),
    reason: reason ?? `The adapter ${name} did not finish.`,
  };
}

/** By path, the first reason counts: it was judged before anything was written. */
function merged(first: readonly Refusal[], second: readonly Refusal[]): Refusal[] {
  const known = new Set(first.map(({ path }) => path));
  return [...first, ...second.filter(({ path }) => !known.has(path))];
}

/** Our record, then what the service sent along, as far as it fits; an answer that is no result is kept too. */
function documentsOf(record: ExecutionRecord, outcome: Outcome): AgentDocument[] {
  const theirs: readonly AgentDocument[] =
    outcome.kind === "result"
      ? (outcome.result.artifactsOut ?? [])
      : outcome.text === undefined
        ? []
        : [{ name: "answer.txt", mediaType: "text/plain", text: outcome.text }];
  const documents = [record.document];
  let room = DOCUMENTS_MAX;
  for (const { name, mediaType, text } of theirs) {
    const own = name === TRAJECTORY ? `adapter-${TRAJECTORY}` : name;
    if (room === 0 || documents.some((one) => one.name === own)) continue;
    documents.push({ name: own, mediaType, text: clip(text, room, "document") });
    room = Math.max(0, room - text.length);
  }
  return documents;
}
