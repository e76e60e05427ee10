/** A small run on the local GitHub, with people of several roles who do what people do. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FaultHook, Role } from "@slipway/local-github";
import {
  foldEvents,
  type LedgerEvent,
  type NodeState,
  type PlanNode,
  type RunState,
  runStateOf,
} from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { type Answer, openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, repositoryFrom } from "../e2e/repositories.ts";
import { git } from "../e2e/support.ts";

/** Who there is besides the developer who starts the run. */
const PEOPLE: Readonly<Record<string, Role>> = {
  maintainer: "maintain",
  writer: "write",
  triager: "triage",
  reader: "read",
};

export interface SceneInput {
  readonly policy: string;
  readonly faults?: FaultHook;
  /** The plan; default: E1 with T1. */
  readonly plan?: readonly PlanNode[];
  /** What is different in the specification. */
  readonly spec?: object;
  /** What the agents of nodes run in their shells, by node; that of T1 writes farewell.txt. */
  readonly agents?: Readonly<Record<string, string>>;
}

export interface Scene {
  readonly bench: TestBench;
  /** A run's id, and what has to be sent to start it. */
  start(more?: object): Promise<string>;
  /** A request to the repository in somebody's name. */
  as(login: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Waits until nothing is in progress; every workflow run since the last time must have ended well. */
  quiet(): Promise<readonly Turn[]>;
  state(runId: string): Promise<RunState>;
  name(runId: string): Promise<string>;
  node(runId: string, id: string): Promise<NodeState>;
  types(runId: string): Promise<LedgerEvent["type"][]>;
  /** Comments in somebody's name: the id of the comment. */
  comment(login: string, issue: number, body: string): Promise<number>;
  /** Reactions to a comment, and the answers to it. */
  reply(issue: number, comment: number): { reactions: string[]; answers: string[] };
  /** Waits until a job of this name is at work. */
  working(job: string): Promise<number>;
  /** Pushes an empty commit to a branch, in somebody's name. */
  push(login: string, branch: string): Promise<string>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 120_000;

/** A task of a plan, or an epic or feature that holds some. */
export function planned(id: string, kind: PlanNode["kind"], parent: string | null, orderIndex = 0): PlanNode {
  const names = { id, kind, parent, orderIndex, title: `Part ${id}`, objective: `What ${id} is for.` };
  const of = { dependsOn: [], requirements: ["FR-001"], acceptance: kind === "task" ? ["AC-001"] : [] };
  return { ...names, ...of, size: "S", changeType: "feat", scope: null, breaking: false };
}

interface Fixture {
  readonly match: { readonly userMessage?: string };
  readonly response: { readonly content?: object; readonly toolCalls?: readonly object[] };
}

/** The model's answers with another plan and the agents of its nodes. */
function scripted(
  all: readonly Fixture[],
  { plan, spec = {}, agents = {} }: Pick<SceneInput, "plan" | "spec" | "agents">,
): Fixture[] {
  const fixtures = Object.entries(agents).flatMap(([node, command]): Fixture[] => {
    const match = { userMessage: `Slipway node: ${node}\n`, toolName: "submit" };
    const run = { name: "bash", arguments: { command } };
    const submit = { name: "submit", arguments: { title: `Work of ${node}`, summary: `Done by ${node}.` } };
    return [run, submit].map((call, turnIndex) => ({
      match: { ...match, turnIndex },
      response: { toolCalls: [call] },
    }));
  });
  const others = all.map(({ match, response }) => {
    if (plan !== undefined && match.userMessage === "Slipway stage: plan\n")
      return { match, response: { ...response, content: { nodes: plan } } };
    if (match.userMessage === "Slipway stage: spec\n")
      return { match, response: { ...response, content: { ...response.content, ...spec } } };
    return { match, response };
  });
  return [...fixtures, ...others];
}

export async function openScene({ policy, faults, ...script }: SceneInput): Promise<Scene> {
  const place = repositoryFrom(join(ONE_TASK, "repository"), (repo) =>
    writeFileSync(join(repo, ".github", "slipway.yml"), policy),
  );
  const fixtures = join(place.folder, "fixtures.json");
  cpSync(join(ONE_TASK, "fixtures.json"), fixtures);
  const { fixtures: all } = JSON.parse(readFileSync(fixtures, "utf8")) as { fixtures: Fixture[] };
  writeFileSync(fixtures, JSON.stringify({ fixtures: scripted(all, script) }));
  const bench = await openBench({ repo: place.repo, fixtures, ...(faults ? { faults } : {}) });
  const { github, repository } = bench;
  const tokens = new Map<string, string>();
  for (const [login, role] of Object.entries(PEOPLE)) github.addCollaborator(repository, login, role);
  const tokenOf = (login: string) => {
    const token = tokens.get(login) ?? github.mintUserToken(login);
    tokens.set(login, token);
    return token;
  };
  const url = `${github.apiUrl}/repos/${repository.owner}/${repository.name}`;
  const record = () => github.repository(repository);
  const as: Scene["as"] = async (login, method, path, body) => {
    const headers = {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${tokenOf(login)}`,
      "content-type": "application/json",
    };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${url}/${path}`, { method, headers, ...sent });
    return { status: response.status, text: await response.text() };
  };
  const state = async (runId: string) => foldEvents(null, await bench.events(runId));
  return {
    bench,
    as,
    state,
    async start(more = {}) {
      const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
      await bench.dispatch("orchestrator.start", { version: 1, dispatchId, idea: "Say goodbye.", ...more });
      return runId;
    },
    async quiet() {
      const turns = await bench.turns();
      // What a job's token does to a pull request waits for a person's leave: such a workflow run does nothing.
      const fine: readonly (string | null)[] = ["success", "skipped", "action_required"];
      const bad = turns.filter(({ conclusion }) => !fine.includes(conclusion));
      if (bad.length > 0)
        throw new Error(bad.map((turn) => `${turn.conclusion}: ${turn.errors.join("\n")}`).join("\n"));
      return turns;
    },
    name: async (runId) => runStateOf(await state(runId)),
    async node(runId, id) {
      const found = (await state(runId)).nodes.find(({ plan }) => plan.id === id);
      if (!found) throw new Error(`Run ${runId} has no node ${id}.`);
      return found;
    },
    types: async (runId) => (await bench.events(runId)).map(({ event }) => event.type),
    async comment(login, issue, body) {
      const answer = await as(login, "POST", `issues/${issue}/comments`, { body });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return (JSON.parse(answer.text) as { id: number }).id;
    },
    reply(issue, comment) {
      const comments = record().issues.get(issue)?.comments ?? [];
      const found = comments.find(({ id }) => id === comment);
      return {
        reactions: (found?.reactions ?? []).map(({ content }) => content),
        answers: comments.map(({ body }) => body).filter((body) => body.includes(`inReplyTo=${comment} `)),
      };
    },
    async working(job) {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
        for (const run of record().runs) {
          const found = run.jobs.find(({ name, status }) => name.endsWith(job) && status === "in_progress");
          if (found) return run.id;
        }
      }
      throw new Error(`No job ${job} began within ${PATIENCE_MS / 1_000} s.`);
    },
    async push(login, branch) {
      const tip = git(bench.bare, "rev-parse", `refs/heads/${branch}`);
      const tree = git(bench.bare, "rev-parse", `${tip}^{tree}`);
      const made = await as(login, "POST", "git/commits", { message: "By hand", tree, parents: [tip] });
      const { sha } = JSON.parse(made.text) as { sha: string };
      const moved = await as(login, "PATCH", `git/refs/heads/${branch}`, { sha });
      if (moved.status !== 200) throw new Error(`${moved.status} ${moved.text}`);
      return sha;
    },
    async stop() {
      await bench.stop();
      place.remove();
    },
  };
}
