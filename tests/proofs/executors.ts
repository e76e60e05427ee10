// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow expressions are written like that
/** One small run whose task is done by the executor that the policy names, and what it leaves. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AgentTask,
  type ChangeArtifact,
  changeArtifactSchema,
  foldEvents,
  type NodeState,
  type RunState,
} from "@slipway/model";
import { unzipSync } from "fflate";
import type { ExecuteBody } from "../../packages/agents/src/adapters/http/wire.ts";
import { SECRET } from "../../packages/agents/src/adapters/testing/service.ts";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { type EndState, readEndState } from "../../scripts/proof/end-state.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, repositoryFrom } from "../e2e/repositories.ts";
import { git, ROOT } from "../e2e/support.ts";

const OWN = join(ROOT, "tests/proofs/executors");
/** What the program of the executor `command` is given. Nobody else is to see it. */
export const CODER_KEY = "key-of-the-coder-0123456789";
export const ADAPTER_SECRET = SECRET;

export interface Way {
  readonly executor: "builtin" | "command" | "http";
  /** How the program fails, if it does. */
  readonly mode?: string;
  /** Address of the adapter. */
  readonly url?: string;
  /** Whether the adapter may post its result. */
  readonly callback?: boolean;
  readonly attempts?: number;
  /** What the agent of the built-in executor runs in its shell. */
  readonly shell?: string;
  /** Further lines of the agent in the policy. */
  readonly agent?: string;
}

export interface Document {
  readonly name: string;
  readonly text: string;
}

export interface Worked {
  readonly bench: TestBench;
  readonly runId: string;
  readonly turns: readonly Turn[];
  readonly state: RunState;
  readonly node: NodeState;
  endState(): Promise<EndState>;
  /** Files of each artifact `change` of the task, by the number of its claim. */
  changes(): Promise<ReadonlyMap<number, readonly Document[]>>;
  comments(): readonly string[];
  stop(): Promise<void>;
}

const policyOf = ({
  executor,
  mode,
  url,
  callback,
  attempts,
  agent,
}: Way) => `qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
release: { enabled: false }
limits: { attempts: ${attempts ?? 3} }
agents: { developer-implementer: { executor: ${executor}${agent ? `, ${agent}` : ""} } }
executors:
  command: { argv: [coder.mjs, "{result-file}"${mode ? `, ${mode}` : ""}], env: [CODER_KEY] }
  http: { url: "${url ?? "http://127.0.0.1:9"}", adapter: coder, bundle: true${callback ? ', callback: { url: "http://127.0.0.1" }' : ""} }
`;

/** The caller file of the examples, with what executors need handed down. */
const callerFile = () =>
  readFileSync(join(ROOT, "examples/caller/slipway.yml"), "utf8").replace(
    /secrets: \{/,
    'secrets: { executor-variables: "${{ secrets.SLIPWAY_EXECUTOR_VARIABLES }}", http-executor-secret: "${{ secrets.SLIPWAY_HTTP_EXECUTOR_SECRET }}",',
  );

function fixturesWith(shell: string | undefined): string {
  const scripted = JSON.parse(readFileSync(join(ONE_TASK, "fixtures.json"), "utf8")) as {
    fixtures: object[];
  };
  if (shell === undefined) return JSON.stringify(scripted);
  const call = { name: "bash", arguments: { command: shell } };
  const own = {
    match: { userMessage: "Slipway node: T1\n", toolName: "submit", turnIndex: 0 },
    response: { toolCalls: [call], usage: { input_tokens: 1_500, output_tokens: 40 } },
  };
  return JSON.stringify({ fixtures: [own, ...scripted.fixtures] });
}

/** Lets the run go as far as it goes. */
export async function runBy(way: Way): Promise<Worked> {
  const place = repositoryFrom(join(ONE_TASK, "repository"), (repo) => {
    mkdirSync(join(repo, ".github/workflows"), { recursive: true });
    writeFileSync(join(repo, ".github/workflows/slipway.yml"), callerFile());
    writeFileSync(join(repo, ".github/slipway.yml"), policyOf(way));
    cpSync(OWN, join(repo, ".github/slipway/setup"), { recursive: true });
  });
  const fixtures = join(place.folder, "fixtures.json");
  writeFileSync(fixtures, fixturesWith(way.shell));
  const bench = await openBench({ repo: place.repo, fixtures });
  const variables = `# for the program\nCODER_KEY=${CODER_KEY}\nANOTHER=not-for-it\n`;
  bench.github.setSecret(bench.repository, "SLIPWAY_EXECUTOR_VARIABLES", variables);
  bench.github.setSecret(bench.repository, "SLIPWAY_HTTP_EXECUTOR_SECRET", ADAPTER_SECRET);
  const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
  await bench.dispatch("orchestrator.start", { version: 1, dispatchId, idea: "Say goodbye." });
  const turns = await bench.turns();
  const state = foldEvents(null, await bench.events(runId));
  const node = state.nodes.find(({ plan }) => plan.id === "T1");
  if (!node) throw new Error(`Run ${runId} has no task: ${turns.flatMap(({ errors }) => errors).join(" ")}`);
  return {
    bench,
    runId,
    turns,
    state,
    node,
    endState: () => readEndState({ ...bench, runId, exchanges: bench.exchanges() }),
    changes: () => changesOf(bench),
    comments: () =>
      (bench.github.repository(bench.repository).issues.get(node.issue?.number ?? 0)?.comments ?? []).map(
        ({ body }) => body,
      ),
    async stop() {
      await bench.stop();
      place.remove();
    },
  };
}

async function changesOf(bench: TestBench): Promise<ReadonlyMap<number, readonly Document[]>> {
  const { owner, name } = bench.repository;
  const base = `${bench.github.apiUrl}/repos/${owner}/${name}/actions/artifacts`;
  const headers = { authorization: `Bearer ${bench.github.mintUserToken("developer")}` };
  const list = (await (await fetch(`${base}?per_page=100`, { headers })).json()) as {
    artifacts: { id: number; name: string }[];
  };
  const found = list.artifacts.flatMap((artifact) => {
    const claim = /^change\.T1\.(\d+)$/.exec(artifact.name)?.[1];
    return claim === undefined ? [] : [{ id: artifact.id, claim: Number(claim) }];
  });
  const read = async ({ id, claim }: { id: number; claim: number }) => {
    const zip = new Uint8Array(await (await fetch(`${base}/${id}/zip`, { headers })).arrayBuffer());
    const documents = Object.entries(unzipSync(zip)).map(([name, bytes]) => ({
      name,
      text: Buffer.from(bytes).toString("utf8"),
    }));
    return [claim, documents] as const;
  };
  return new Map((await Promise.all(found.map(read))).sort(([a], [b]) => a - b));
}

export function changeIn(documents: readonly Document[] | undefined): ChangeArtifact {
  const text = documents?.find(({ name }) => name === "change.json")?.text;
  return changeArtifactSchema.parse(JSON.parse(text ?? "null"));
}

/** Does a task as a service would: on a clone of the bundle, with the program, and answers with a patch. */
export function workOf({ task, bundle }: ExecuteBody): object {
  const folder = mkdtempSync(join(tmpdir(), "slipway-adapter-"));
  try {
    writeFileSync(join(folder, "tree.bundle"), Buffer.from(bundle?.content ?? "", "base64"));
    git(folder, "clone", "-q", "-b", "start", "tree.bundle", "work");
    const work = join(folder, "work");
    const resultFile = join(folder, "result.json");
    execFileSync(process.execPath, [join(OWN, "coder.mjs"), resultFile], {
      cwd: work,
      input: task.objective,
      stdio: ["pipe", "ignore", "pipe"],
    });
    git(work, "add", "-A");
    const patch = execFileSync("git", ["diff", "--cached", "--binary"], { cwd: work, encoding: "utf8" });
    return { ...resultFor(task), ...(JSON.parse(readFileSync(resultFile, "utf8")) as object), patch };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const resultFor = ({ runId, node, startSha }: AgentTask) => ({
  kind: "agent-result",
  version: 1,
  runId,
  nodeId: node?.id ?? null,
  startSha,
  outcome: "finished",
});
