import { budgetSpent } from "../budget.ts";
import { approvalWanted, newest, personWith } from "../gates.ts";
import { isLimited, runStateOf } from "../run-state.ts";
import type { RoleName } from "../schema/policy.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import type { Gate } from "../schema/verdict.ts";
import { blockerIndex, readinessOf, starvationOf, treeOf } from "../tree.ts";
import { blockedReason } from "./blocked.ts";
import { issueText, joined, linkTo, nodeName, pullText, timeText } from "./links.ts";
import { STATUS_MARKS } from "./marks.ts";
import { cut, fold, linesWithin, namesOf, plural } from "./room.ts";
import { shownStatus } from "./shown.ts";
import { plain } from "./text.ts";

/** Something that does not move until somebody or something else does. */
export interface Wait {
  readonly on: "person" | "check" | "node";
  /** Whom or what: Markdown. */
  readonly whom: string;
  readonly nodeId: string | null;
  /** What is asked for: Markdown. */
  readonly text: string;
}

/** Everything that the run waits for, people first, then checks, then nodes of its own. */
export function waitsOf(state: RunState): Wait[] {
  const name = runStateOf(state);
  if (name === "DONE" || name === "CANCELLED") return [];
  const commander = personWith(state.policy.commands);
  const run: Wait[] = [];
  if (name === "FAILED")
    run.push(
      person(
        commander,
        null,
        "The run has failed: put right what the reason names, then comment `/slipway retry`",
      ),
    );
  if (state.control === "PAUSED")
    run.push(person(commander, null, "The run is paused: comment `/slipway resume`"));
  const { limitedUntil } = state;
  if (limitedUntil !== null && isLimited(state, state.updatedAt) && state.control === "RUN")
    run.push({
      on: "check",
      whom: "GitHub's request limit",
      nodeId: null,
      text: `Used up until ${timeText(limitedUntil)}: nothing is begun before, and the hourly sweep goes on then`,
    });
  const spent = budgetSpent(state);
  if (spent && name !== "FAILED")
    run.push(
      person(
        commander,
        null,
        `${upperFirst(plain(spent))}: to grant it once more comment \`/slipway retry\``,
      ),
    );
  const open = state.nodes.filter(
    (node) => node.hold !== null || node.status === "BLOCKED" || pendingGates(node).length > 0,
  );
  const max = open.length > FEW ? REASON_MAX.many : REASON_MAX.few;
  const people = open.flatMap((node) => personWaits(state, node, max));
  const checks = open.flatMap((node) => checkWaits(node, max));
  return [...run, ...people, ...checks, ...nodeWaits(state)];
}

const person = (whom: string, nodeId: string | null, text: string): Wait => ({
  on: "person",
  whom,
  nodeId,
  text,
});

/** Of many that wait, each is told in fewer words. */
const REASON_MAX = { few: 400, many: 160 };
const FEW = 3;

const sentence = (reason: string, max: number): string =>
  plain(cut(reason, max)).replace(/(?<![.!?…])$/, ".");

function personWaits(state: RunState, node: NodeState, max: number): Wait[] {
  const { id } = node.plan;
  const name = joined([nodeName(node, 60), pullText(node) || issueText(node)]);
  const commander = personWith(state.policy.commands);
  // The reason says whose doing it was and how to take it back.
  if (node.hold) return [person(commander, id, `${name} is set aside. ${sentence(node.hold.reason, max)}`)];
  if (node.status === "BLOCKED") {
    const then = `When that is settled, comment \`/slipway retry ${id}\``;
    return [person(commander, id, `${name} is blocked: ${sentence(blockedReason(node), max)} ${then}`)];
  }
  if (node.lease) return [];
  return pendingGates(node).flatMap((gate) => {
    if (gate.name === "approval") return [approvalWait(state, node, name, gate)];
    if (gate.name !== "risk") return [];
    const { role } = state.policy.risk;
    const reasons = node.risk?.reasons ?? [];
    const why = reasons.length > 0 ? `: ${plain(cut(reasons.join(", "), max))}` : "";
    const text = `${name} is a draft: look at it and mark it ready for review (risk ${node.risk?.level ?? "unknown"}${why})`;
    return [person(approver(state, role), id, text)];
  });
}

function approver({ policy }: RunState, role: RoleName): string {
  const teams = policy.approvers.teams.map((team) => `the team ${plain(team)}`);
  const all = [personWith(role), ...teams];
  return all.length === 1 ? personWith(role) : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

/** An approval by policy can be given to Slipway; reviews that the branch's own rules ask for only on the pull request. */
function approvalWait(state: RunState, node: NodeState, name: string, gate: Gate): Wait {
  const wanted = approvalWanted(state.policy, node, node.risk);
  const head = node.subject ? ` at \`${node.subject.headSha.slice(0, 7)}\`` : "";
  if (wanted === null)
    return person(
      "a reviewer",
      node.plan.id,
      `${name} ${plain(gate.reason)}${head}: approve the pull request`,
    );
  return person(
    approver(state, wanted),
    node.plan.id,
    `${name} needs an approval${head}: approve the pull request, or comment \`/slipway approve ${node.plan.id}\``,
  );
}

function pendingGates(node: NodeState): Gate[] {
  return node.status === "DONE" || node.verdict === null
    ? []
    : node.verdict.gates.filter((gate) => gate.status === "pending");
}

const CHECK_WORDS: Readonly<Record<string, string>> = {
  checks: "required checks",
  qa: "QA",
  coverage: "coverage",
  review: "the reviewing agent",
  scan: "the scan",
};

function checkWaits(node: NodeState, max: number): Wait[] {
  if (node.lease || node.hold || node.status === "BLOCKED") return [];
  return pendingGates(node)
    .filter((gate) => gate.name in CHECK_WORDS)
    .map((gate) => ({
      on: "check",
      whom: CHECK_WORDS[gate.name] ?? gate.name,
      nodeId: node.plan.id,
      text: joined([
        nodeName(node, 60),
        pullText(node),
        plain(cut(gate.reason, max)),
        gate.name === "checks" ? silence(node) : "",
        gate.link ? linkTo("details", gate.link) : "",
      ]),
    }));
}

/** Checks of the repository's own may never begin by themselves. */
function silence({ evidence }: NodeState): string {
  const silent = (newest(evidence, "checks")?.checks ?? []).filter(
    (check) => check.state === "missing",
  ).length;
  if (silent === 0) return "";
  return `${plural(silent, "check has", "checks have")} not reported: if the pull request asks for it, approve its workflows`;
}

/** Nodes that wait for others; first those that starve, since what they wait for is blocked or set aside. */
function nodeWaits(state: RunState): Wait[] {
  if (state.stages.issues.status !== "done") return [];
  const tree = treeOf(state.nodes);
  const blockers = blockerIndex(tree);
  const starving = new Map(starvationOf(tree, blockers).map(({ node, of }) => [node, of]));
  const waits = state.nodes.flatMap((node): Wait[] => {
    const readiness = readinessOf(tree, node, blockers);
    if (readiness.kind !== "waiting" || readiness.on.length === 0) return [];
    const of = starving.get(node);
    const whom = namesOf(
      // A node that both order and a dependency put first is one.
      [...new Set(of ?? readiness.on)].map(
        (other) => `${other.plan.id} (${STATUS_MARKS[shownStatus(tree, other)]})`,
      ),
      4,
    );
    const text = of ? `cannot start before ${whom}, which a person has to move` : `waits for ${whom}`;
    return [{ on: "node", whom, nodeId: node.plan.id, text: `${nodeName(node, 0)} ${text}` }];
  });
  const starves = (wait: Wait) =>
    wait.nodeId !== null && starving.has(tree.byId.get(wait.nodeId) as NodeState);
  return [...waits.filter(starves), ...waits.filter((wait) => !starves(wait))];
}

/** As many as are read at a glance; the others are behind a fold. */
const OPEN_LINES = 6;

export function waitsSection(state: RunState, room: number): string {
  const all = waitsOf(state);
  const others = all.filter((wait) => wait.on !== "node");
  const nodes = all.filter((wait) => wait.on === "node");
  const rest = others.slice(OPEN_LINES);
  const blocks = [
    others.length > 0 ? `**Waiting for**\n\n${waitLines(others.slice(0, OPEN_LINES), room * 0.4)}` : "",
    rest.length > 0 ? fold(`${plural(rest.length, "more wait")}`, waitLines(rest, room * 0.3)) : "",
    nodes.length > 0
      ? fold(
          `${plural(nodes.length, "node waits", "nodes wait")} for other nodes`,
          waitLines(nodes, room * 0.3 - 200),
        )
      : "",
  ];
  return blocks.filter(Boolean).join("\n\n");
}

const WAIT_MARKS: Record<Wait["on"], string> = { person: "👤", check: "⏳", node: "⏳" };

/** Those who wait for the same stand below whom they wait for. */
function waitLines(waits: readonly Wait[], room: number): string {
  const line = (wait: Wait) => {
    if (wait.on === "node") return `- ${wait.text}`;
    const before = waits[waits.indexOf(wait) - 1];
    const own = `  - ${wait.text}`;
    if (before?.whom === wait.whom) return own;
    return `- ${WAIT_MARKS[wait.on]} **${upperFirst(wait.whom)}**\n${own}`;
  };
  const more = (left: readonly Wait[]) =>
    `- … and ${plural(left.length, "more", "more")}: ${namesOf(
      left.map((wait) => wait.nodeId ?? "the run"),
      300,
    )}`;
  return linesWithin(waits, room, line, more);
}

const upperFirst = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
