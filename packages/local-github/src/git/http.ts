/** git's smart HTTP protocol: the real `git upload-pack` and `git receive-pack` behind GitHub's rules. */

import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { Context } from "hono";
import { allows, canSee, causeOfActor } from "../http/auth.ts";
import type { HttpEnv } from "../http/env.ts";
import { afterRefChanges, type RefChange } from "../pulls/ref-changes.ts";
import { isLinear, refusalOf, rulesOf } from "../pulls/rules.ts";
import type { RepositoryRecord } from "../store/records.ts";
import type { Actor, World } from "../world.ts";
import { type Git, spawnGit } from "./exec.ts";
import { readPushCommands } from "./push-commands.ts";

export interface GitPath {
  readonly owner: string;
  readonly name: string;
  readonly service: "info/refs" | "git-upload-pack" | "git-receive-pack";
}

export function matchGit(path: string): GitPath | undefined {
  const [, owner, name, service] =
    /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(path) ?? [];
  return owner && name && service ? { owner, name, service: service as GitPath["service"] } : undefined;
}

function refuse(status: number, text: string): Response {
  const headers: Record<string, string> = { "content-type": "text/plain; charset=utf-8" };
  if (status === 401) headers["www-authenticate"] = 'Basic realm="GitHub"';
  return new Response(text, { status, headers });
}

function admit(
  world: World,
  actor: Actor | undefined,
  git: GitPath,
  write: boolean,
): { repository: RepositoryRecord } | Response {
  if (!actor) return refuse(401, "Invalid username or token.");
  const repository = world.store.repository(git.owner, git.name);
  if (!repository || !canSee(actor, repository)) {
    return actor.kind === "anonymous"
      ? refuse(401, "Repository not found.")
      : refuse(404, "Repository not found.");
  }
  if (allows(actor, repository, "contents", write ? "write" : "read")) return { repository };
  if (actor.kind === "anonymous") return refuse(401, "No anonymous write access.");
  const full = `${repository.owner.login}/${repository.name}`;
  return refuse(
    403,
    write
      ? `Permission to ${full}.git denied to ${actor.user.login}.`
      : "Read access to repository not granted.",
  );
}

function packet(text: string): string {
  return (Buffer.byteLength(text) + 4).toString(16).padStart(4, "0") + text;
}

function bodyOf(incoming: IncomingMessage): Readable {
  const encoding = incoming.headers["content-encoding"];
  if (encoding !== "gzip" && encoding !== "x-gzip") return incoming;
  return incoming.pipe(createGunzip());
}

const NO_CACHE = { "cache-control": "no-cache, max-age=0, must-revalidate", pragma: "no-cache" };

export async function handleGit(world: World, c: Context<HttpEnv>, path: GitPath): Promise<Response> {
  const advertise = path.service === "info/refs";
  const service = advertise ? (c.req.query("service") ?? "") : path.service;
  if (service !== "git-upload-pack" && service !== "git-receive-pack") {
    return refuse(400, "Please upgrade your git client: only the smart HTTP protocol is served.");
  }
  if (c.req.method !== (advertise ? "GET" : "POST")) return refuse(405, "Method not allowed.");
  c.get("entry").route = advertise ? `info/refs?service=${service}` : service;
  const write = service === "git-receive-pack";
  const actor = c.get("actor");
  const admitted = admit(world, actor, path, write);
  if (admitted instanceof Response) return admitted;
  const { repository } = admitted;
  const protocol = c.req.header("git-protocol");
  const env: Record<string, string> = protocol ? { GIT_PROTOCOL: protocol } : {};
  const command = service.slice("git-".length);
  if (advertise) {
    const body = await advertisement(world.git(repository), command, protocol ?? "");
    return new Response(new Uint8Array(body), {
      headers: { "content-type": `application/x-${service}-advertisement`, ...NO_CACHE },
    });
  }
  const input = bodyOf(c.env.incoming);
  const headers = { "content-type": `application/x-${service}-result`, ...NO_CACHE };
  if (!write) return new Response(upload(world, repository, input, env, c), { headers });
  const result = await receive(world, repository, input, env, actor ?? { kind: "anonymous" }, c);
  return new Response(new Uint8Array(result), { headers });
}

const CAPABILITIES = packet("version 2\n");

/**
 * What a service says of itself before a client asks. By version 2 of the protocol that names no ref, so that it is the
 * same each time (gitprotocol-v2).
 */
function advertisement(git: Git, command: string, protocol: string): Promise<Buffer> {
  const ask = async () => {
    const isPlain = command === "upload-pack" && protocol.includes("version=2");
    const head = isPlain ? "" : `${packet(`# service=git-${command}\n`)}0000`;
    const args = [command, "--stateless-rpc", "--advertise-refs", "."];
    const child = spawnGit(git, args, protocol ? { GIT_PROTOCOL: protocol } : {});
    child.stdin?.end();
    const out: Buffer[] = [Buffer.from(head)];
    for await (const chunk of child.stdout ?? []) out.push(chunk as Buffer);
    return Buffer.concat(out);
  };
  return git.memory.recall(`advertisement ${command} ${protocol}`, [], ask, (body) =>
    body.subarray(0, CAPABILITIES.length).equals(Buffer.from(CAPABILITIES)),
  );
}

function upload(
  world: World,
  repository: RepositoryRecord,
  input: Readable,
  env: Record<string, string>,
  c: Context<HttpEnv>,
): ReadableStream<Uint8Array> {
  const child = spawnGit(world.git(repository), ["upload-pack", "--stateless-rpc", "."], env);
  // A client that goes away in the middle must not leave git behind; a broken pipe is its way of saying so.
  c.env.outgoing.on("close", () => child.kill());
  child.stderr?.resume();
  if (child.stdin) pipeline(input, child.stdin).catch(() => undefined);
  return Readable.toWeb(child.stdout as Readable) as ReadableStream<Uint8Array>;
}

async function receive(
  world: World,
  repository: RepositoryRecord,
  input: Readable,
  env: Record<string, string>,
  actor: Actor,
  c: Context<HttpEnv>,
): Promise<Buffer> {
  if (actor.kind === "anonymous") throw new Error("A push was admitted without an actor.");
  const { commands, head } = await readPushCommands(input);
  const cause = causeOfActor(world.store, actor);
  const refusals = commands.flatMap((command) => {
    const reason = refusalOf(repository, command);
    return reason ? [`${command.ref}\t${reason.replaceAll(/\s+/g, " ")}`] : [];
  });
  const noForce = commands.flatMap(({ ref }) => {
    const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
    return branch !== undefined && rulesOf(repository, branch).nonFastForward ? [ref] : [];
  });
  const linear = commands.flatMap(({ ref }) => (isLinear(repository, ref) ? [ref] : []));
  const receipt = join(tmpdir(), `slipway-push-${randomUUID()}`);
  const child = spawnGit(world.git(repository), ["receive-pack", "--stateless-rpc", "."], {
    ...env,
    SLIPWAY_REFUSE: refusals.join("\n"),
    SLIPWAY_NO_FORCE: noForce.join("\n"),
    SLIPWAY_LINEAR: linear.join("\n"),
    SLIPWAY_NO_WORKFLOWS: cause.changesWorkflows ? "" : "1",
    SLIPWAY_RECEIPT: receipt,
  });
  // A push that stops half-way changes nothing: git only moves refs after the whole pack has arrived.
  c.env.incoming.on("aborted", () => child.kill());
  child.stderr?.resume();
  const body = new PassThrough();
  body.write(head);
  const feed = child.stdin
    ? Promise.all([pipeline(input, body), pipeline(body, child.stdin)]).catch(() => undefined)
    : undefined;
  const out: Buffer[] = [];
  for await (const chunk of child.stdout ?? []) out.push(chunk as Buffer);
  await feed;
  const moved = await readFile(receipt, "utf8").catch(() => "");
  await rm(receipt, { force: true });
  const changes: RefChange[] = moved
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [old = "", next = "", ref = ""] = line.split(" ");
      return { ref, old, next };
    });
  await afterRefChanges(world, repository, changes, cause);
  return Buffer.concat(out);
}
