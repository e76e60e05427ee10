import { publicLine, publicText } from "@slipway/agents";
import { pullBody as drawPullBody, isLeaf, type NodeState, type RunState, TRAILERS } from "@slipway/model";

/** `feat(parser)!: read weeks`: the subject that decides the version (Conventional Commits 1.0.0). */
export function changeSubject(node: NodeState, title = node.plan.title): string {
  const { changeType, scope, breaking } = node.plan;
  return `${changeType}${scope ? `(${scope})` : ""}${breaking ? "!" : ""}: ${lowerFirst(publicLine(title, 100, node.plan.id, "message"))}`;
}

/** Subject of a parent's merge commit; it is no conventional commit, since its children's are. */
export function parentSubject(node: NodeState): string {
  return `Merge ${node.plan.kind} ${node.plan.id}: ${publicLine(node.plan.title, 100, node.plan.id, "message")}`;
}

export function trailers(state: RunState, node: NodeState): string {
  return [
    `${TRAILERS.run}: ${state.runId}`,
    `${TRAILERS.node}: ${node.plan.id}`,
    ...node.plan.requirements.map((id) => `${TRAILERS.requirement}: ${id}`),
    ...(node.issue ? [`${TRAILERS.issue}: ${node.issue.number}`] : []),
  ].join("\n");
}

export function commitMessage(state: RunState, node: NodeState, title: string, summary: string): string {
  return `${changeSubject(node, title)}\n\n${unmarked(publicText(summary, 4_000, "message"))}\n\n${trailers(state, node)}`;
}

/** Whether a change breaks is the plan's to say, by which it was judged; a summary that says so makes no version. */
const unmarked = (summary: string) => summary.replace(/\b(BREAKING)([ -]CHANGE)(?=\s*:)/gi, "$1\u2060$2");

export function pullTitle(node: NodeState): string {
  return isLeaf(node) ? changeSubject(node) : parentSubject(node);
}

export const pullBody = (state: RunState, node: NodeState, summary: string): string =>
  drawPullBody(state, node, publicText(summary || node.plan.objective, 20_000, "markdown"));

export const lowerFirst = (text: string) =>
  /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
