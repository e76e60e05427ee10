import { short } from "../gates.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import type { Gate, Verdict } from "../schema/verdict.ts";
import { linkTo } from "./links.ts";
import { GATE_MARKS, GATE_WORDS } from "./marks.ts";
import { cut, fold, linesWithin, namesOf, plural } from "./room.ts";
import { plain } from "./text.ts";

/**
 * A verdict as Markdown: the sentence, the gates that are not met with their reasons, and the others in a fold. For a
 * check run, a summary, a pull request.
 */
export function verdictText(verdict: Verdict): string {
  const table = (gates: readonly Gate[]) =>
    [
      "| gate | reason |",
      "|---|---|",
      ...gates.map((gate) => `| ${gateCell(gate)} | ${plain(gate.reason)} |`),
    ].join("\n");
  const unmet = (["fail", "pending"] as const).flatMap((status) =>
    verdict.gates.filter((gate) => gate.status === status),
  );
  const met = verdict.gates.filter((gate) => !isUnmet(gate));
  return [
    `**${plain(verdict.sentence)}**`,
    unmet.length > 0 ? table(unmet) : "",
    met.length > 0 ? fold(metText(met), table(met)) : "",
    subjectLine(verdict),
  ]
    .filter(Boolean)
    .join("\n\n");
}

const isUnmet = ({ status }: Gate): boolean => status === "fail" || status === "pending";

function metText(gates: readonly Gate[]): string {
  const passed = gates.filter((gate) => gate.status === "pass").length;
  const parts = [
    passed > 0 ? `${GATE_MARKS.pass} ${plural(passed, "gate")} passed` : "",
    gates.length > passed ? `${GATE_MARKS.skipped} ${gates.length - passed} skipped` : "",
  ];
  return parts.filter(Boolean).join(", ");
}

const gateCell = (gate: Gate): string =>
  `${GATE_MARKS[gate.status]}\u00A0${linkTo(gate.name, gate.link)} ${GATE_WORDS[gate.status]}`;

function subjectLine({ subject }: Verdict): string {
  return `<sub>Judged: head \`${short(subject.headSha)}\`, base \`${short(subject.baseSha)}\`, spec \`${subject.specHash.slice(7, 14)}\`.</sub>`;
}

interface OpenGate {
  readonly node: NodeState;
  readonly gate: Gate;
}

/** Rows that are shown without unfolding. */
const OPEN_ROWS = 12;

const TABLE_HEAD = ["| node | gate | reason |", "|---|---|---|"];

/**
 * What keeps nodes from merging: each node's verdict in the words of its check run and of the job's summary, then the
 * gates with their reasons; what failed first, then what is pending.
 */
export function gatesSection(state: RunState, room: number): string {
  const all = state.nodes.flatMap(openGates);
  if (all.length === 0) return "";
  const sorted = [...all.filter(isFailed), ...all.filter((item) => !isFailed(item))];
  const rest = sorted.slice(OPEN_ROWS);
  const tables = room * 0.6;
  const blocks = [
    `### Gates that are not met`,
    sentences([...new Set(sorted.map(({ node }) => node))].slice(0, OPEN_ROWS), room - tables),
    table(sorted.slice(0, OPEN_ROWS), rest.length > 0 ? tables * 0.4 : tables),
    rest.length > 0
      ? fold(`${plural(rest.length, "more gate")} not met`, table(rest, tables * 0.6 - 150))
      : "",
  ];
  return blocks.filter(Boolean).join("\n\n");
}

/** Those that do not fit are told by their gates alone. */
function sentences(nodes: readonly NodeState[], room: number): string {
  const line = ({ plan, pull, verdict }: NodeState) =>
    `- **${plan.id}**${pull === null ? "" : ` #${pull}`}: ${plain(verdict?.sentence ?? "")}`;
  const more = (left: readonly NodeState[]) => `- … and ${namesOf(left.map((node) => node.plan.id))}`;
  return linesWithin(nodes, room - 40, line, more);
}

const isFailed = ({ gate }: OpenGate) => gate.status === "fail";

/** Only gates of the change that is there now: a verdict on another one is void. */
function openGates(node: NodeState): OpenGate[] {
  const { verdict, subject, status } = node;
  if (status === "DONE" || !verdict || verdict.subject.headSha !== subject?.headSha) return [];
  return verdict.gates.filter(isUnmet).map((gate) => ({ node, gate }));
}

function table(items: readonly OpenGate[], room: number): string {
  const row = ({ node, gate }: OpenGate) => {
    const pull = node.pull === null ? "" : ` #${node.pull}`;
    return `| **${node.plan.id}**${pull} | ${gateCell(gate)} | ${plain(cut(gate.reason, 400))} |`;
  };
  const more = (left: readonly OpenGate[]) => {
    const ids = [...new Set(left.map(({ node }) => node.plan.id))];
    return `| … | ${plural(left.length, "more gate")} | of ${namesOf(ids, 300)} |`;
  };
  return [...TABLE_HEAD, linesWithin(items, room - 60, row, more)].join("\n");
}
