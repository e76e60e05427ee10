/** Which agents a run has asked, as people read it. Names of agents are plain words: they act nowhere. */
import type { ChangeArtifact } from "../schema/change.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { joined } from "./links.ts";

/** `Agents: code-reviewer, security-auditor.`; empty when none was asked. */
export function agentsText(names: readonly string[] | undefined): string {
  if (names === undefined || names.length === 0) return "";
  return `Agent${names.length === 1 ? "" : "s"}: ${coded(names).join(", ")}.`;
}

/** ``Made by the agent `developer-implementer`, by the executor `builtin`. Its work ended: `submitted`.``; empty for a change by hand. */
export function makerText({
  agent,
  executor,
  ending,
}: Pick<ChangeArtifact, "agent" | "executor"> & { readonly ending?: string | null | undefined }): string {
  if (agent === undefined) return "";
  const by = executor === undefined ? "" : `, by the executor \`${executor}\``;
  return `Made by the agent \`${agent}\`${by}.${ending ? ` Its work ended: \`${ending}\`.` : ""}`;
}

/** Who was asked in each stage: ``Agents: spec `spec-writer` · execute `developer-implementer` (command)``. */
export function runAgentsText({ stages, nodes }: RunState): string {
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ["spec", coded(stages.spec.agents)],
    ["plan", coded(stages.plan.agents)],
    ["execute", nodes.flatMap(makerOf)],
    ["review", nodes.flatMap(({ evidence }) => evidence.flatMap(readersOf))],
    ["release", coded(stages.release.agents)],
  ];
  const parts = asked.flatMap(([stage, names]) =>
    names.length === 0 ? [] : [`${stage} ${[...new Set(names)].join(", ")}`],
  );
  return parts.length === 0 ? "" : `Agents: ${joined(parts)}`;
}

/** The suite's own loop is what is meant where nothing is said. */
const makerOf = ({ made }: NodeState): string[] =>
  made === undefined ? [] : [`\`${made.agent}\`${made.executor === "builtin" ? "" : ` (${made.executor})`}`];

const readersOf = (item: NodeState["evidence"][number]): string[] =>
  item.kind === "review" ? coded(item.agents) : [];

const coded = (names: readonly string[] = []): string[] => names.map((name) => `\`${name}\``);
