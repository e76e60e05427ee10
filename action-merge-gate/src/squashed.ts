/** One commit that stands for several changes: how its message names them, and how they are read from it again. */
import { publicLine } from "@slipway/agents";
import { type NodeState, type ReleaseCommit, type RunState, TRAILERS } from "@slipway/model";
import { lowerFirst, parentSubject, trailers } from "./messages.ts";
import { readCommit } from "./read-commit.ts";

/** How many changes the commit lists. Without it a list in a message is just a list. */
const CHANGES = "Slipway-Changes";
/** GitHub names no bound for a message; this is what it takes for the text of a pull request. */
const BODY_MAX = 60_000;

/**
 * The message of a parent that is squashed. Its subject asks for the version that its changes ask for, also of tools
 * that know nothing of the list; the list names each of them, with its node and requirements.
 *
 * @param changes what the branch holds, newest first
 */
export function squashedMessage(
  state: RunState,
  node: NodeState,
  changes: readonly ReleaseCommit[],
): { title: string; message: string } {
  const title = `${subjectOf(node, changes)} (#${node.pull})`;
  const of = (key: string) => changes.flatMap((change) => change.trailers.get(key) ?? []);
  const own = trailers(state, node).split("\n");
  const further = [
    ...of(TRAILERS.node).map((id) => `${TRAILERS.node}: ${id}`),
    ...of(TRAILERS.requirement).map((id) => `${TRAILERS.requirement}: ${id}`),
  ];
  const { items, left } = itemsOf(state.runId, changes);
  const more = left > 0 ? [`… and ${left} more, in the history of pull request #${node.pull}.`] : [];
  const last = [
    ...new Set([...own, ...further]),
    ...(items.length > 0 ? [`${CHANGES}: ${items.length}`] : []),
  ];
  return { title, message: [...items, ...more, last.join("\n")].join("\n\n") };
}

/** `feat(iso)!: read weeks` of the highest that is among the changes; no conventional subject when none of them has one. */
function subjectOf(node: NodeState, changes: readonly ReleaseCommit[]): string {
  const types = changes.flatMap(({ type }) => type ?? []);
  const type = ["feat", "fix", "perf"].find((one) => types.includes(one)) ?? types[0];
  if (type === undefined) return parentSubject(node);
  const breaking = changes.some((change) => change.breaking) ? "!" : "";
  return `${type}${breaking}: ${lowerFirst(publicLine(node.plan.title, 100, node.plan.id, "message"))}`;
}

/** As many as there is room for; what a ledger tells as well is left out first. */
function itemsOf(runId: string, changes: readonly ReleaseCommit[]): { items: string[]; left: number } {
  const lines = (keys: readonly string[]) => changes.map((change) => itemOf(runId, change, keys));
  const length = (items: readonly string[]) => items.reduce((sum, item) => sum + item.length + 2, 0);
  const always = [TRAILERS.run, TRAILERS.node, "Release-As"];
  const full = lines([...always, TRAILERS.requirement, TRAILERS.issue]);
  const items = length(full) <= BODY_MAX ? full : lines(always);
  let room = BODY_MAX;
  const fitting = items.findIndex((item) => {
    room -= item.length + 2;
    return room < 0;
  });
  return fitting < 0 ? { items, left: 0 } : { items: items.slice(0, fitting), left: items.length - fitting };
}

function itemOf(runId: string, change: ReleaseCommit, keys: readonly string[]): string {
  const { type, scope, breaking, subject, pull } = change;
  const head = type === null ? "" : `${type}${scope ? `(${scope})` : ""}${breaking ? "!" : ""}: `;
  const told = keys.flatMap((key) =>
    (change.trailers.get(key) ?? [])
      .filter((value) => key !== TRAILERS.run || value !== runId)
      .map((value) => `  ${key}: ${value}`),
  );
  return [`* ${head}${subject}${pull === null ? "" : ` (#${pull})`}`, ...told].join("\n");
}

/** The changes that a commit stands for: those that it lists, else itself. */
export function changesIn(sha: string, message: string): ReleaseCommit[] {
  const whole = readCommit(sha, message);
  const count = Number(whole.trailers.get(CHANGES)?.at(-1));
  if (!(count > 0)) return [whole];
  const run = whole.trailers.get(TRAILERS.run)?.slice(0, 1) ?? [];
  const items: { head: string; told: string[] }[] = [];
  for (const line of message.split("\n").slice(1)) {
    if (line.startsWith("* ")) items.push({ head: line.slice(2), told: [] });
    else if (line.startsWith("  ")) items.at(-1)?.told.push(line.trim());
  }
  // Somebody has edited it: what can be relied on is its subject.
  if (items.length !== count) return [whole];
  return items.map(({ head, told }) => {
    const foreign = told.some((line) => line.startsWith(`${TRAILERS.run}: `));
    const inherited = foreign ? [] : run.map((id) => `${TRAILERS.run}: ${id}`);
    return readCommit(sha, [head, [...told, ...inherited].join("\n")].join("\n\n"));
  });
}
