import { type AgentDefinition, taskAgent } from "@slipway/agents";
import {
  type AgentTask,
  branchOf,
  type ContextPack,
  type NodeState,
  type Policy,
  type RunState,
  type Spec,
} from "@slipway/model";

/** Wall time of one execution, below the job's own limit so that what was done is still handed over. */
export const SECONDS_MAX = 100 * 60;
const COMMAND_SECONDS = 120;

export interface TaskInput {
  readonly state: RunState;
  readonly spec: Spec;
  readonly node: NodeState;
  /** Number of the claim, from 1. */
  readonly attempt: number;
  readonly agent: AgentDefinition;
  readonly startSha: string;
  readonly contextPacks: readonly ContextPack[];
  /** `https://github.com` */
  readonly serverUrl: string;
}

/** What an agent is given to build a node. Pure. */
export function taskOf({ state, spec, node, agent, ...more }: TaskInput): AgentTask {
  const { plan, issue, trouble } = node;
  const { policy, repository, runId } = state;
  const told = new Map<string, string>(
    spec.acceptance.map((item) => [item.id, `Given ${item.given}; when ${item.when}; then ${item.outcome}`]),
  );
  return {
    kind: "agent-task",
    version: 1,
    runId,
    stage: "execute",
    attempt: more.attempt,
    node: { id: plan.id, title: plan.title },
    agent: taskAgent(agent),
    repository,
    branch: branchOf(node),
    startSha: more.startSha,
    issue: issue && { number: issue.number, url: `${more.serverUrl}/${repository}/issues/${issue.number}` },
    objective: plan.objective,
    requirements: spec.requirements.filter(({ id }) => plan.requirements.includes(id)),
    acceptance: plan.acceptance.map((id) => ({ id, text: told.get(id) ?? id })),
    contextPacks: [...more.contextPacks],
    constraints: {
      ...limitsOf(policy, agent),
      protectedPaths: [...policy.protectedPaths],
      commands: checksOf(policy),
      binaries: policy.execute.binaries,
      executables: policy.execute.executables,
    },
    artifactsIn:
      trouble === null ? [] : [{ name: "last-attempt.txt", mediaType: "text/plain", text: trouble }],
  };
}

/** What the policy says of this agent, else the agent's own limits, else the policy's for all. */
function limitsOf({ agents, limits }: Policy, agent: AgentDefinition) {
  const own = agents[agent.name] ?? {};
  const minutes = own.minutes === undefined ? undefined : own.minutes * 60;
  return {
    files: limits.files,
    bytes: limits.bytes,
    steps: own.steps ?? agent.limits.steps ?? limits.steps,
    seconds: Math.min(SECONDS_MAX, minutes ?? agent.limits.seconds ?? SECONDS_MAX),
    commandSeconds: COMMAND_SECONDS,
    tokens: own.tokens ?? agent.limits.tokens,
    dollars: own.dollars ?? agent.limits.dollars,
  };
}

/** What a change has to pass before it is handed over: unless the policy says otherwise, what QA runs as well. */
function checksOf({ execute, qa }: Policy): string[] {
  return execute.commands ?? [qa.setup, qa.lint, qa.test].filter((command) => command !== undefined);
}
