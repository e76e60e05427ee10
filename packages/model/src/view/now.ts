import type { RunStage } from "../schema/common.ts";
import type { Lease } from "../schema/event.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { isLeaf } from "../tree.ts";
import { issueText, joined, linkTo, nodeName, pullText } from "./links.ts";
import { STATUS_MARKS } from "./marks.ts";
import { cut, fold, linesWithin, namesOf, plural } from "./room.ts";
import { plain } from "./text.ts";

const STAGE_DOINGS: Record<RunStage, string> = {
  spec: "the specification is written",
  plan: "the plan is made",
  issues: "the issues are drawn",
  release: "the release is made",
};

interface Doing {
  readonly name: string;
  readonly short: string;
  readonly doing: string;
  readonly links: string;
  readonly lease: Lease;
  readonly trouble: string | null;
}

/** As many as are read at a glance; the others are behind a fold. */
const OPEN_LINES = 6;

/**
 * What runs at this moment, with the workflow run that holds it.
 *
 * @param serverUrl `https://github.com`; without it workflow runs are named, not linked
 */
export function nowSection(state: RunState, room: number, serverUrl?: string): string {
  const items = doingsOf(state);
  if (items.length === 0) return "";
  const line = (item: Doing) => {
    const run = linkTo(`workflow run ${item.lease.workflowRunId}`, runUrl(state, item.lease, serverUrl));
    const attempt =
      item.lease.claim > 1 ? `attempt ${item.lease.claim} of ${state.policy.limits.attempts}` : "";
    const before = item.trouble ? `<br>Before: ${plain(cut(item.trouble, 200))}` : "";
    return `- ${STATUS_MARKS.IN_PROGRESS} ${item.name}: ${joined([item.doing, item.links, attempt, run])}${before}`;
  };
  const more = (left: readonly Doing[]) =>
    `- … and ${plural(left.length, "more", "more")}: ${namesOf(
      left.map((item) => item.short),
      50,
    )}`;
  const rest = items.slice(OPEN_LINES);
  return [
    "**Now**",
    linesWithin(items.slice(0, OPEN_LINES), room * 0.6, line, more),
    rest.length > 0
      ? fold(
          `${plural(rest.length, "more", "more")} in progress`,
          linesWithin(rest, room * 0.4 - 120, line, more),
        )
      : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

function doingsOf(state: RunState): Doing[] {
  const stages = (Object.keys(STAGE_DOINGS) as RunStage[]).flatMap((name): Doing[] => {
    const { lease, trouble } = state.stages[name];
    if (!lease) return [];
    return [{ name: `**${name}**`, short: name, doing: STAGE_DOINGS[name], links: "", lease, trouble }];
  });
  const nodes = state.nodes.flatMap((node): Doing[] =>
    node.lease
      ? [
          {
            name: nodeName(node, 80),
            short: node.plan.id,
            doing: doingOf(node),
            links: joined([issueText(node), pullText(node)]),
            lease: node.lease,
            trouble: node.trouble,
          },
        ]
      : [],
  );
  return [...stages, ...nodes];
}

function doingOf(node: NodeState): string {
  switch (node.status) {
    case "REVIEW":
      return "its change is checked";
    case "QA":
      return "its gates are judged";
    default:
      return isLeaf(node) ? "an agent works on it" : "what is below it is put together";
  }
}

function runUrl(state: RunState, lease: Lease, serverUrl?: string): string | null {
  return serverUrl
    ? `${serverUrl.replace(/\/+$/, "")}/${state.repository}/actions/runs/${lease.workflowRunId}`
    : null;
}
