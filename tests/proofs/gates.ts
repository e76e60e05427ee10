/** Small runs whose gates are put to the test: one task or two, and what their agents do. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BranchRules, FaultHook } from "@slipway/local-github";
import { foldEvents, type NodeState, type RunState, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, repositoryFrom } from "../e2e/repositories.ts";

export interface GateRun {
  /** `.github/slipway.yml`; default: that of the example, which asks for no review and no release. */
  readonly policy?: string;
  /** What the agent of a node runs in its shell, by node; E1 has T1, which writes farewell.txt. */
  readonly agents?: Readonly<Record<string, string>>;
  /** Rules of `main`. */
  readonly rules?: BranchRules;
  /** Further files of the repository, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly faults?: (bench: () => TestBench) => FaultHook;
}

export interface GateBench {
  readonly bench: TestBench;
  readonly runId: string;
  /** Sends a command and waits until nothing is in progress any more. */
  command(type: string, payload?: object): Promise<readonly Turn[]>;
  state(): Promise<RunState>;
  node(id: string): Promise<NodeState>;
  /** Comments on a node's issue. */
  comments(id: string): Promise<readonly string[]>;
  /** Our verdict as the pull request shows it: the newest check run. */
  shown(headSha: string): { conclusion: string | null; title: string | null; url: string | null } | undefined;
  stop(): Promise<void>;
}

interface Fixture {
  readonly match: object;
  readonly response: object;
}

const agentFixtures = (node: string, command: string): Fixture[] => {
  const match = { userMessage: `Slipway node: ${node}\n`, toolName: "submit" };
  const usage = { input_tokens: 100, output_tokens: 20 };
  const submit = { name: "submit", arguments: { title: `Work of ${node}`, summary: `Done by ${node}.` } };
  return [
    {
      match: { ...match, turnIndex: 0 },
      response: { toolCalls: [{ name: "bash", arguments: { command } }], usage },
    },
    { match: { ...match, turnIndex: 1 }, response: { toolCalls: [submit], usage } },
  ];
};

/** Starts a run of the idea and lets it go as far as it goes. */
export async function runGates({
  policy,
  agents = {},
  rules,
  files = {},
  faults,
}: GateRun = {}): Promise<GateBench> {
  const place = repositoryFrom(join(ONE_TASK, "repository"), (repo) => {
    if (policy !== undefined) writeFileSync(join(repo, ".github", "slipway.yml"), policy);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repo, path)), { recursive: true });
      writeFileSync(join(repo, path), text);
    }
  });
  const fixtures = join(place.folder, "fixtures.json");
  cpSync(join(ONE_TASK, "fixtures.json"), fixtures);
  const scripted = JSON.parse(readFileSync(fixtures, "utf8")) as { fixtures: Fixture[] };
  const own = Object.entries(agents).flatMap(([node, command]) => agentFixtures(node, command));
  writeFileSync(fixtures, JSON.stringify({ fixtures: [...own, ...scripted.fixtures] }));

  let opened: TestBench | undefined;
  const bench = await openBench({
    repo: place.repo,
    fixtures,
    ...(faults
      ? {
          faults: faults(() => {
            if (!opened) throw new Error("The bench is not open yet.");
            return opened;
          }),
        }
      : {}),
  });
  opened = bench;
  if (rules) bench.github.setRules(bench.repository, "main", rules);
  const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
  const state = async () => foldEvents(null, await bench.events(runId));
  const node = async (id: string) => {
    const found = (await state()).nodes.find((item) => item.plan.id === id);
    if (!found) throw new Error(`Run ${runId} has no node ${id}.`);
    return found;
  };
  const command: GateBench["command"] = async (type, payload = { runId }) => {
    const answer = await bench.dispatch(type, payload);
    if (answer.status !== 204) throw new Error(`${type}: ${answer.status} ${answer.text}`);
    return bench.turns();
  };
  await command("orchestrator.start", { version: 1, dispatchId, idea: "Say goodbye." });
  return {
    bench,
    runId,
    command,
    state,
    node,
    async comments(id) {
      const issue = (await node(id)).issue?.number ?? 0;
      const record = bench.github.repository(bench.repository).issues.get(issue);
      return (record?.comments ?? []).map((comment) => comment.body);
    },
    shown(headSha) {
      const runs = bench.github.repository(bench.repository).checkRuns;
      const found = runs.filter((run) => run.name === "Slipway" && run.headSha === headSha).at(-1);
      return (
        found && { conclusion: found.conclusion, title: found.output.title, url: found.detailsUrl ?? null }
      );
    },
    async stop() {
      await bench.stop();
      place.remove();
    },
  };
}

export const isDone = async (run: GateBench): Promise<boolean> => runStateOf(await run.state()) === "DONE";
