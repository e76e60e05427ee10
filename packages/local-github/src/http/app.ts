/** The HTTP application: journal and faults around everything, then REST, git, and the services mounted beside them. */

import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { decodeJwt } from "jose";
import { IDENTITY_PREFIX } from "../engine/identity-tokens.ts";
import { handleGit, matchGit } from "../git/http.ts";
import type { Past } from "../store/past.ts";
import type { Actor, World } from "../world.ts";
import { authenticate } from "./auth.ts";
import { DOWNLOAD_PREFIX, type Downloads } from "./downloads.ts";
import type { HttpEnv } from "./env.ts";
import type { Fault, FaultHook } from "./faults.ts";
import { boundBody, type JournalEntry, type RequestKind } from "./journal.ts";
import { API_PREFIX, handleRest, type RestDeps } from "./rest.ts";

export interface AppDeps extends RestDeps {
  readonly world: World;
  readonly faults: FaultHook | undefined;
  /** Kept where reads may be asked to lag. */
  readonly past: Past | undefined;
  readonly downloads: Downloads;
  readonly journal: JournalEntry[];
  readonly onRequest: ((entry: JournalEntry) => void) | undefined;
  /** Mounts further services before the catch-all. */
  readonly mount: (app: Hono<HttpEnv>) => void;
}

function kindOf(path: string): RequestKind {
  if (path.startsWith(`${API_PREFIX}/`) || path === API_PREFIX || path.startsWith(DOWNLOAD_PREFIX))
    return "rest";
  if (path === "/api/graphql") return "graphql";
  if (path.startsWith(`${IDENTITY_PREFIX}/`)) return "identity";
  return matchGit(path) ? "git" : "artifact";
}

/** The run and job a runtime token names, for the journal only: nothing is granted on it. */
function runtimeIds(header: string | undefined): { runId: number; jobId: number } | undefined {
  try {
    const scopes = String(decodeJwt((header ?? "").replace(/^bearer /i, "")).scp ?? "");
    const [, runId, jobId] = /Actions\.Results:(\d+):(\d+)/.exec(scopes) ?? [];
    return runId && jobId ? { runId: Number(runId), jobId: Number(jobId) } : undefined;
  } catch {
    return undefined;
  }
}

function identify(
  world: World,
  entry: JournalEntry,
  actor: Actor | undefined,
  header: string | undefined,
): void {
  if (entry.kind === "artifact") {
    const token = runtimeIds(header);
    entry.tokenKind = token ? "runtime" : "anonymous";
    // A signed link needs no token; it was made for one job.
    const isUpload = !token && entry.method === "PUT";
    const ids = isUpload ? world.artifacts?.uploader(entry.path.split("?", 1)[0] ?? "") : token;
    entry.runId = ids?.runId ?? null;
    entry.jobId = ids?.jobId ?? null;
    return;
  }
  entry.tokenKind = actor?.kind ?? "anonymous";
  if (!actor || actor.kind === "anonymous") return;
  entry.actor = actor.user.login;
  if (actor.kind === "job") {
    entry.runId = actor.runId;
    entry.jobId = actor.jobId;
  }
}

function cut(c: Context<HttpEnv>): Response {
  c.env.outgoing.socket?.destroy();
  c.env.outgoing.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Before a change everything is kept as it is; a read that is to lag is given what was kept. */
async function lookBack(
  past: Past,
  { kind, method, path, route }: JournalEntry,
  fault: Fault | undefined,
): Promise<World | undefined> {
  const reads = kind === "rest" ? method === "GET" || method === "HEAD" : path.endsWith("/ListArtifacts");
  if (!reads) {
    const pushes = path.endsWith("/git-receive-pack") && method === "POST";
    if (kind !== "git" || pushes)
      await past.keep(pushes || /\/(git\/refs|merge|contents\/|update-branch)/.test(route ?? ""));
    return undefined;
  }
  if (fault?.kind === "unsettled") return past.unsettled();
  return fault?.kind === "stale" ? await past.at(fault) : undefined;
}

async function runWithFault(
  c: Context<HttpEnv>,
  entry: JournalEntry,
  fault: Fault | undefined,
  next: () => Promise<void>,
): Promise<Response | undefined> {
  if (fault) entry.fault = fault.kind;
  switch (fault?.kind) {
    case "respond": {
      entry.responseBody = boundBody(fault.body);
      const text =
        fault.body === undefined
          ? null
          : typeof fault.body === "string"
            ? fault.body
            : JSON.stringify(fault.body);
      return new Response(text, {
        status: fault.status,
        headers: { "content-type": "application/json; charset=utf-8", ...fault.headers },
      });
    }
    case "cut-before":
      return cut(c);
    case "delay":
      await sleep(fault.ms);
      await next();
      return undefined;
    case "cut-after":
      await next();
      // What the handler streams must run to its end: the effect counts, the answer does not arrive.
      await c.res.body?.pipeTo(new WritableStream()).catch(() => undefined);
      fault.onDone?.();
      // Hono keeps the first answer unless it is taken back.
      c.res = undefined;
      c.res = cut(c);
      return undefined;
    default:
      await next();
      return undefined;
  }
}

export function createApp(deps: AppDeps): Hono<HttpEnv> {
  const { world } = deps;
  const app = new Hono<HttpEnv>();

  app.use("*", async (c, next) => {
    const started = performance.now();
    const url = new URL(c.req.url);
    const kind = kindOf(url.pathname);
    const header = c.req.header("authorization");
    const actor =
      kind === "artifact" || kind === "identity"
        ? ({ kind: "anonymous" } as const)
        : authenticate(world.store, header, world.now());
    const entry: JournalEntry = {
      index: deps.journal.length,
      at: world.now().toISOString(),
      kind,
      method: c.req.method,
      path: url.pathname + url.search,
      route: null,
      unknownRoute: false,
      status: 0,
      actor: null,
      tokenKind: "anonymous",
      runId: null,
      jobId: null,
      durationMs: 0,
      errors: [],
    };
    deps.journal.push(entry);
    identify(world, entry, actor, header);
    c.set("entry", entry);
    c.set("actor", actor);
    entry.route =
      kind === "rest"
        ? (deps.router.match(c.req.method, url.pathname.slice(API_PREFIX.length))?.route.template ?? null)
        : kind === "git"
          ? (matchGit(url.pathname)?.service ?? null)
          : url.pathname;
    const fault = deps.faults?.({
      index: entry.index,
      method: entry.method,
      path: entry.path,
      route: entry.route,
      kind,
      ...(entry.runId === null ? {} : { runId: entry.runId }),
      ...(entry.jobId === null ? {} : { jobId: entry.jobId }),
    });
    const isJson = (c.req.header("content-type") ?? "").includes("json");
    // Hono keeps the text it has read, so the service behind can still ask for it.
    if ((kind === "graphql" || (kind === "artifact" && isJson)) && fault?.kind !== "cut-before") {
      entry.requestBody = boundBody(tryJson(await c.req.text()));
    }
    if (deps.past) c.set("past", await lookBack(deps.past, entry, fault));
    const answer = await runWithFault(c, entry, fault, next);
    const response = answer ?? c.res;
    const isCut = fault?.kind === "cut-before" || fault?.kind === "cut-after";
    entry.status = isCut ? 0 : response.status;
    if (
      (kind === "graphql" || kind === "artifact") &&
      !isCut &&
      (response.headers.get("content-type") ?? "").includes("json")
    ) {
      entry.responseBody = boundBody(tryJson(await response.clone().text()));
    }
    entry.durationMs = Math.round((performance.now() - started) * 10) / 10;
    world.bus.emit("request", entry);
    deps.onRequest?.(entry);
    return answer;
  });

  app.all(`${API_PREFIX}/*`, (c) => handleRest(deps, c));
  app.all(API_PREFIX, (c) => handleRest(deps, c));
  app.get(`${DOWNLOAD_PREFIX}*`, (c) => {
    c.get("entry").route = `${DOWNLOAD_PREFIX}{key}`;
    const download = deps.downloads.find(new URL(c.req.url).pathname);
    const content = download?.content();
    if (!download || content === undefined) return c.text("Gone", 410);
    const body =
      content instanceof Readable
        ? (Readable.toWeb(content) as ReadableStream<Uint8Array>)
        : typeof content === "string"
          ? content
          : new Uint8Array(content);
    return new Response(body, {
      headers: {
        "content-type": download.type,
        ...(download.fileName
          ? { "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(download.fileName)}` }
          : {}),
      },
    });
  });
  deps.mount(app);
  app.all("*", async (c): Promise<Response> => {
    const pathname = new URL(c.req.url).pathname;
    const git = matchGit(pathname);
    if (git) return handleGit(world, c, git);
    c.get("entry").unknownRoute = true;
    return c.json(
      { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
      404,
    );
  });
  return app;
}

function tryJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
