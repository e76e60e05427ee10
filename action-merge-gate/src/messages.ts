import { publicLine, publicText } from "@slipway/agents";
import {
  type ChangeSize,
  pullBody as drawPullBody,
  isLeaf,
  type NodeState,
  type ProposedCommit,
  type RunState,
  TRAILERS,
} from "@slipway/model";

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

/** One commit of several that an agent proposed. */
export function proposedMessage(
  state: RunState,
  node: NodeState,
  { type, scope, subject, body }: Omit<ProposedCommit, "paths">,
  breaking: boolean,
): string {
  const noun = scope !== null && SCOPE.test(scope) ? scope : node.plan.scope;
  const line = publicLine(subject.replace(/[.\s]+$/, ""), 100, node.plan.id, "message");
  const head = `${type}${noun ? `(${noun})` : ""}${breaking ? "!" : ""}: ${lowerFirst(line)}`;
  const text = unmarked(publicText(body, 4_000, "message"));
  return [head, ...(text === "" ? [] : [text]), trailers(state, node)].join("\n\n");
}

/** A noun that ends nothing of a subject (Conventional Commits 1.0.0, rule 4). */
const SCOPE = /^[a-z0-9][a-z0-9._/-]{0,39}$/;

/** Whether a change breaks is the plan's to say, by which it was judged; a summary that says so makes no version. */
const unmarked = (summary: string) => summary.replace(/\b(BREAKING)([ -]CHANGE)(?=\s*:)/gi, "$1\u2060$2");

export function pullTitle(node: NodeState): string {
  return isLeaf(node) ? changeSubject(node) : parentSubject(node);
}

/** GitHub takes 65,536 characters of a pull request's text, and people write around ours. */
const PULL_MAX = 60_000;

/** The text of a node's pull request. What of the summary finds no room is cut, and that is said. */
export function pullBody(
  state: RunState,
  node: NodeState,
  summary: string,
  size: ChangeSize | null = null,
): string {
  const draw = (max: number) =>
    drawPullBody(state, node, publicText(summary || node.plan.objective, max, "markdown"), size);
  const whole = draw(20_000);
  return whole.length <= PULL_MAX ? whole : draw(Math.max(500, 20_000 - (whole.length - PULL_MAX)));
}

export const lowerFirst = (text: string) =>
  /^[A-Z][a-z]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text;
