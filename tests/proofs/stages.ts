/** A small run whose jobs are halted at one of their requests, or killed there, while people give commands. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, FaultHook, FaultRequest } from "@slipway/local-github";
import { foldEvents, type LedgerEvent, type NodeState, type RunState, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, repositoryFrom } from "../e2e/repositories.ts";

export interface Fixture {
  readonly match: object;
  readonly response: object;
}

export interface StagesInput {
  readonly policy: string;
  /** Answers of the model, before those of the example. */
  readonly fixtures?: readonly Fixture[];
  /** Stands before the model: see `openBench`. */
  readonly model?: Parameters<typeof openBench>[0]["model"];
}

/** What an agent does for a node: one command, then it hands in. */
export function agentOf(node: string, command: string): Fixture[] {
  const match = { userMessage: `Slipway node: ${node}\n`, toolName: "submit" };
  const submit = { name: "submit", arguments: { title: `Work of ${node}`, summary: `Done by ${node}.` } };
  return [
    {
      match: { ...match, turnIndex: 0 },
      response: { toolCalls: [{ name: "bash", arguments: { command } }] },
    },
    { match: { ...match, turnIndex: 1 }, response: { toolCalls: [submit] } },
  ];
}

/** A reviewer who is content with everything. */
export const CONTENT_REVIEWER: Fixture = {
  match: { userMessage: "Slipway stage: review\n" },
  response: { content: { verdict: "pass", reason: "It keeps its contract.", findings: [] } },
};

/** What a job asks for: `POST /repos/{owner}/{repo}/pulls`, `artifact CreateArtifact`, `git upload-pack`. */
export function asked({ kind, method, route, path }: FaultRequest): string {
  if (kind === "artifact") return `artifact ${path.split("/").at(-1)}`;
  if (kind === "git") return `git ${/git-([a-z-]+)/.exec(path)?.[1] ?? path}`;
  return `${method} ${route ?? path}`;
}

export interface Halt {
  /** The workflow run whose job stands still. */
  readonly reached: Promise<number>;
  /** Lets it go on. */
  release(): void;
}

export interface Stages {
  readonly bench: TestBench;
  start(): Promise<string>;
  /** Sends a command; throws unless GitHub has taken it. */
  send(command: string, payload?: object): Promise<void>;
  /** Has the first job whose name ends so stand still at its first request of this kind, without having its way. */
  halt(job: string, request: string): Halt;
  /** Has requests of this kind refused to every job whose name ends so, for good, until it is told to stop that. */
  refuse(job: string, request: string): () => void;
  /**
   * Ends the workflow run of the first job whose name ends so at its first request of this kind, as when a machine is
   * gone: none of its jobs reaches anything any more, and nothing is given back.
   *
   * @param how `done`: the request was carried out, and its answer is lost
   * @returns the id of the workflow run
   */
  kill(job: string, request: string, how?: "done"): Promise<number>;
  /**
   * Kills what the first job whose name ends so has running, as it makes its first request of this kind, which is not
   * carried out; the job and its workflow run go on as after any failed step.
   *
   * @param time which request of this kind, from 1
   */
  strike(job: string, request: string, time?: number): Promise<void>;
  /** Waits until the ledger holds as many events of this type. */
  until(runId: string, type: LedgerEvent["type"], times: number): Promise<void>;
  /** Waits until nothing is in progress; every workflow run since the last time must have ended well. */
  quiet(): Promise<readonly Turn[]>;
  events(runId: string): Promise<LedgerEvent[]>;
  types(runId: string): Promise<LedgerEvent["type"][]>;
  state(runId: string): Promise<RunState>;
  name(runId: string): Promise<string>;
  node(runId: string, id: string): Promise<NodeState>;
  made(runId: string): Made;
  stop(): Promise<void>;
}

/** What a run has made that could be there twice. */
export interface Made {
  /** Titles of its issues. */
  readonly issues: readonly string[];
  /** Branches of its pull requests, open or not. */
  readonly pulls: readonly string[];
  /** Node and head of its check runs. */
  readonly checks: readonly string[];
  /** Reviews that it has posted: pull request and head. */
  readonly reviews: readonly string[];
  /** Comments on its issues and pull requests: where, and the mark that each carries. */
  readonly comments: readonly string[];
  /** Tags of all releases there are. */
  readonly releases: readonly string[];
}

const PATIENCE_MS = 60_000;

/** Each of these is met with patience, and asked for again; git alone is not, and is slowed down. */
const NOT_YET: Readonly<Record<FaultRequest["kind"], Fault>> = {
  rest: tooFast(),
  graphql: tooFast(),
  artifact: { kind: "respond", status: 503, body: { msg: "Unavailable" } },
  git: { kind: "delay", ms: 1_500 },
  identity: { kind: "respond", status: 503, body: { message: "Unavailable" } },
};

function tooFast(): Fault {
  const body = { message: "You have exceeded a secondary rate limit." };
  return { kind: "respond", status: 429, headers: { "retry-after": "2" }, body };
}

export async function openStages({ policy, fixtures = [], model }: StagesInput): Promise<Stages> {
  const place = repositoryFrom(join(ONE_TASK, "repository"), (repo) =>
    writeFileSync(join(repo, ".github", "slipway.yml"), policy),
  );
  const own = join(place.folder, "fixtures.json");
  const known = JSON.parse(readFileSync(join(ONE_TASK, "fixtures.json"), "utf8")) as { fixtures: Fixture[] };
  writeFileSync(own, JSON.stringify({ fixtures: [...fixtures, ...known.fixtures] }));

  /** What is in somebody's way just now. */
  const obstacles = new Set<FaultHook>();
  const faults: FaultHook = (request) => {
    for (const obstacle of obstacles) {
      const fault = obstacle(request);
      if (fault) return fault;
    }
    return undefined;
  };
  const bench = await openBench({ repo: place.repo, fixtures: own, faults, ...(model ? { model } : {}) });
  const record = () => bench.github.repository(bench.repository);
  const isOf = (job: string, request: string) => (it: FaultRequest) =>
    asked(it) === request &&
    record()
      .runs.find(({ id }) => id === it.runId)
      ?.jobs.some(({ id, name }) => id === it.jobId && name.endsWith(job)) === true;

  const events: Stages["events"] = async (runId) => (await bench.events(runId)).map(({ event }) => event);
  const state: Stages["state"] = async (runId) => foldEvents(null, await bench.events(runId));
  const send: Stages["send"] = async (command, payload = {}) => {
    const answer = await bench.dispatch(`orchestrator.${command}`, payload);
    if (answer.status !== 204) throw new Error(`${command}: ${answer.status} ${answer.text}`);
  };
  return {
    bench,
    send,
    events,
    state,
    async start() {
      const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
      await send("start", { version: 1, dispatchId, idea: "Say goodbye." });
      return runId;
    },
    halt(job, request) {
      const { promise: reached, resolve } = Promise.withResolvers<number>();
      const matches = isOf(job, request);
      const obstacle: FaultHook = (it) => {
        if (!matches(it)) return undefined;
        resolve(it.runId ?? 0);
        return NOT_YET[it.kind];
      };
      obstacles.add(obstacle);
      return { reached, release: () => void obstacles.delete(obstacle) };
    },
    refuse(job, request) {
      const matches = isOf(job, request);
      const body = { message: "Resource not accessible by integration", msg: "Forbidden" };
      const obstacle: FaultHook = (it) => (matches(it) ? { kind: "respond", status: 403, body } : undefined);
      obstacles.add(obstacle);
      return () => void obstacles.delete(obstacle);
    },
    async kill(job, request, how) {
      const { promise, resolve } = Promise.withResolvers<number>();
      const matches = isOf(job, request);
      let dead: number | undefined;
      obstacles.add((it) => {
        if (dead !== undefined) return it.runId === dead ? { kind: "cut-before" } : undefined;
        if (!matches(it) || it.runId === undefined) return undefined;
        dead = it.runId;
        resolve(dead);
        return { kind: how === "done" ? "cut-after" : "cut-before" };
      });
      const workflowRun = await promise;
      await bench.post(`actions/runs/${workflowRun}/cancel`, {});
      return workflowRun;
    },
    strike(job, request, time = 1) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const matches = isOf(job, request);
      let times = 0;
      const obstacle: FaultHook = (it) => {
        if (it.jobId === undefined || !matches(it)) return undefined;
        times += 1;
        if (times < time) return undefined;
        obstacles.delete(obstacle);
        bench.engine.killJob?.(it.jobId, "process");
        resolve();
        return { kind: "cut-before" };
      };
      obstacles.add(obstacle);
      return promise;
    },
    async until(runId, type, times) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(25))
        if ((await events(runId)).filter((event) => event.type === type).length >= times) return;
      throw new Error(`There were no ${times} events ${type} within ${PATIENCE_MS / 1_000} s.`);
    },
    async quiet() {
      const turns = await bench.turns();
      const bad = turns.filter(({ conclusion }) => conclusion !== "success");
      if (bad.length > 0)
        throw new Error(
          bad.map(({ conclusion, errors }) => `${conclusion}: ${errors.join("\n")}`).join("\n"),
        );
      return turns;
    },
    types: async (runId) => (await events(runId)).map(({ type }) => type),
    name: async (runId) => runStateOf(await state(runId)),
    async node(runId, id) {
      const found = (await state(runId)).nodes.find(({ plan }) => plan.id === id);
      if (!found) throw new Error(`Run ${runId} has no node ${id}.`);
      return found;
    },
    made(runId) {
      const { issues, checkRuns, releases } = record();
      const ours = [...issues.values()].filter(({ body }) => body?.includes(runId));
      return {
        issues: ours.filter(({ pull }) => pull === null).map(({ title }) => title),
        pulls: ours.flatMap(({ pull }) => (pull ? [pull.head.ref] : [])),
        checks: checkRuns
          .filter(({ externalId }) => externalId.startsWith(`${runId}/`))
          .map(({ externalId, headSha }) => `${externalId.slice(runId.length + 1)} ${headSha}`),
        reviews: ours.flatMap(({ number, pull }) =>
          (pull?.reviews ?? []).map(({ commitId }) => `#${number} ${commitId}`),
        ),
        comments: ours.flatMap(({ number, comments }) =>
          comments.map(({ body }) => `#${number} ${/<!-- .*? -->/.exec(body)?.[0] ?? body}`),
        ),
        releases: releases.map(({ tagName }) => tagName),
      };
    },
    async stop() {
      await bench.stop();
      place.remove();
    },
  };
}
