import { dirname, join } from "node:path";
import type { ActionContext, reachOf } from "@slipway/action-kit";
import {
  type AgentDefinition,
  agentFor,
  agentOf,
  type ChangeDraft,
  contextPacks,
  contextText,
  DOORS,
  detectIsolation,
  type Earlier,
  embeddedCatalog,
  modelOf,
  openExecutor,
  openModels,
  withOverrides,
} from "@slipway/agents";
import { type GitHub, readAgentFiles } from "@slipway/github";
import type { AgentResult, NodeState, RunState, Spec } from "@slipway/model";
import { hideSecrets } from "./hide-secrets.ts";
import { recordedMaterial } from "./material.ts";
import { taskOf } from "./task.ts";

export interface WorkRequest {
  readonly state: RunState;
  readonly spec: Spec;
  readonly node: NodeState;
  readonly attempt: number;
  readonly startSha: string;
  readonly earlier: Earlier | undefined;
  /** How models are reached. */
  readonly reach: ReturnType<typeof reachOf>;
  /** What a program may be given that the policy names as executor. */
  readonly variables: Readonly<Record<string, string>>;
  readonly httpSecret: string | null;
  readonly interrupted: () => Promise<string | null>;
  /** Aborted when the job is asked to stop. */
  readonly stop: AbortSignal;
  /** Keeps what was done so far, for the case that the job is lost. */
  readonly keep: (draft: ChangeDraft) => Promise<void>;
}

/** What a lost machine costs at most; the built-in executor alone can tell how far it is. */
const KEEP_EVERY_MS = 5 * 60_000;

/** Has the agent that the node asks for work on it, by the executor that the policy names for that agent. */
export async function workOn(
  context: ActionContext,
  github: GitHub,
  request: WorkRequest,
): Promise<AgentResult> {
  const { runner, environment, env } = context;
  const { state, spec, node, earlier } = request;
  const { policy } = state;
  const workDir = environment.workspace;
  const catalog = await withOverrides(
    embeddedCatalog(),
    await readAgentFiles(github, state.integrationBranch),
  );
  const agent = agentOf(catalog, agentFor("execute", node.plan, catalog));
  const packs = await contextPacks(agent.context, {
    workDir,
    focus: `${node.plan.title}\n${node.plan.objective}\n${node.trouble ?? ""}`,
    ...recordedMaterial(state, node),
  });
  const { serverUrl } = environment;
  const task = taskOf({ ...request, agent, contextPacks: packs, serverUrl });
  const model = modelOf({ policy }, agent);
  const doors = policy.execute.services ? [] : DOORS;
  const executor = await openExecutor(executorOf(state, agent), {
    policy,
    builtin: {
      client: openModels(policy, request.reach),
      catalog,
      policy,
      node: node.plan,
      spec,
      trouble: node.trouble,
      context: contextText(packs),
      price: (usage) => usage.dollars ?? null,
      review: policy.execute.review,
      services: policy.execute.services,
      checkpoints: { everyMs: KEEP_EVERY_MS, save: request.keep },
    },
    model: model.model,
    variables: request.variables,
    httpSecret: request.httpSecret,
  });
  runner.info(`${agent.name} works on ${node.plan.id}, by the executor ${executorOf(state, agent)}.`);
  const secrets = hideSecrets(env);
  return await executor.execute(task, {
    workDir,
    env,
    secrets,
    ...(earlier ? { earlier } : {}),
    confinement: {
      isolation: await detectIsolation(),
      hidden: [environment.temp, join(environment.temp, "_runner_file_commands"), ...ownFolder(), ...doors],
      reachable: [],
    },
    interrupted: request.interrupted,
    signal: request.stop,
    commit: { type: node.plan.changeType, scope: node.plan.scope },
    onStep: (line) => runner.info(line),
  });
}

const executorOf = ({ policy }: RunState, agent: AgentDefinition) =>
  policy.agents[agent.name]?.executor ?? agent.executor;

/** Parts of this program are loaded when they are wanted: no command may have changed them by then. */
const ownFolder = (): string[] => (process.argv[1] === undefined ? [] : [dirname(process.argv[1])]);
