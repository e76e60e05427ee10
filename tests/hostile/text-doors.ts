/** Doors to models and to GitHub. */
import { publicLine, publicText } from "@slipway/agents";
import { failureSummary, type NodeState, noteSummary, plain, type RunState } from "@slipway/model";
import { commitMessage, pullBody } from "../../action-merge-gate/src/messages.ts";
import { readCommit } from "../../action-merge-gate/src/read-commit.ts";
import type { HostileCase } from "../../packages/agents/src/hostile/case.ts";
import { markdownFaults, messageFaults, rawFaults } from "../../packages/agents/src/hostile/testing/holds.ts";
import { readMarkdown } from "../../packages/agents/src/hostile/testing/reading.ts";
import { asData, asToolResult } from "../../packages/agents/src/prompt/sanitize.ts";
import { withSection } from "../../packages/github/src/issues/body.ts";
import { readMarkers } from "../../packages/github/src/markers.ts";
import { quote } from "../../packages/model/src/view/text.ts";
import type { Door } from "./table.ts";

const RUN = "r-20261120-7f3k2a";
const state = { runId: RUN, nodes: [] as NodeState[] } as unknown as RunState;
const node = {
  plan: {
    ...{ id: "T1", kind: "task", title: "Read weeks", parent: "E1", objective: "Weeks are read." },
    ...{ changeType: "feat", scope: null, breaking: false, requirements: ["FR-001"], dependsOn: [] },
  },
  issue: null,
  pull: null,
} as unknown as NodeState;

/** What chat formats, our quotations and our own lines look like, gathered apart from the code that parts them. */
const TOKENS = [
  /<[|｜]/,
  /<\/?(?:tool_call|tool_result|tool_response|function_results)\b|<(?:invoke|parameter) name=/,
  /<(?:start|end)_of_turn>|<(?:BOS|EOS)_TOKEN>|<SPECIAL_\d+>|<extra_id_\d+>|<\/?s>/,
  /<\/?(?:sop|eop|eoh|eoa)>|<reserved_\d+>|<\/?(?:seed|minimax):|<\/?longcat_|<\w+_function_call>|<turn\|>|<\/?TOOL_RESPONSE>/,
  /\[gMASK\]|\[\|(?:system|user|assistant|endofturn)\|\]|\]~!?b[[\]]|\[e~\[/,
  /\[\/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\]|<<\/?SYS>>/,
];
const SPEAKS = [
  ...TOKENS,
  /<[\s/\\]*data\b/i,
  /<\/?(?:system|user|assistant)_\w/i,
  /<\/?\s*(?:system|assistant|user|human|invoke|parameter)\b/i,
  /^\s*(?:Human|Assistant|System|User|USER|ASSISTANT)[:：]/m,
  /^[ \t]*#{2,4} ?(?:Instruction|Response|Input|System):/im,
  /Slipway[ \t]+(?:stage|run|node|attempt|node title|agent):/i,
];
const UNSEEN =
  /[^\P{Cc}\n\t]|[\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e0fff}]|[\ufe00-\ufe0e\u{13430}-\u{1343f}\u{16fe4}\u{1d159}]|\p{NChar}/u;

/** As somebody reads it, whatever its letters are made of. */
const asRead = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("\u0430", "a");

const spoken = (text: string, patterns: readonly RegExp[] = SPEAKS): string[] => [
  ...patterns
    .filter((pattern) => pattern.test(text) || (patterns === SPEAKS && pattern.test(asRead(text))))
    .map((pattern) => `speaks ${pattern.source}`),
  ...(UNSEEN.test(text) ? ["unseen characters"] : []),
  ...(text.isWellFormed() ? [] : ["half a character"]),
];

/** What stands between the marks, when these are the only ones. */
function quoted(text: string): { inside: string; faults: string[] } {
  const [, inside] = /^<data source="[^"<>\n]*">\n([\s\S]*)\n<\/data>$/.exec(text) ?? [];
  return inside === undefined
    ? { inside: "", faults: ["an instruction that is not marked as data"] }
    : { inside, faults: [] };
}

/** The part of a secret that would be worth something. */
const secretFaults = ({ category, text }: HostileCase, made: string): string[] => {
  if (category !== "secret") return [];
  const words = text.replace(/\u200b/g, "").match(/[A-Za-z0-9+/_-]{14,}/g) ?? [];
  return words.filter((word) => /\d/.test(word)).some((word) => made.includes(word)) ? ["a secret"] : [];
};

/** What an issue or a summary shows never becomes a commit message; and no program reads a summary. */
function drawnFaults(markdown: string, place: "issue" | "summary"): string[] {
  const harmless = place === "issue" ? ["skips checks"] : ["skips checks", "a trailer", "a command"];
  return markdownFaults(markdown, readMarkdown(markdown)).filter((fault) => !harmless.includes(fault));
}

const ENDING =
  "Written by Slipway: the change was made by an agent and is merged only when its gates are met.";

function pullFaults(hostile: HostileCase): string[] {
  const body = withSection(
    "",
    { what: "pull", runId: RUN, nodeId: "T1" },
    pullBody(state, node, hostile.text),
  );
  const markers = readMarkers(body);
  const { text, elements } = readMarkdown(body);
  const around = elements.filter((element) => element.text.includes(ENDING)).map(({ name }) => name);
  return [
    ...(markers.length === 1 && markers[0]?.what === "pull" ? [] : ["a marker of ours"]),
    // What we write after it is neither code nor folded away.
    ...(text.includes(ENDING) && ["p", "em", "p,em"].includes(around.join())
      ? []
      : ["reaches into what follows"]),
    ...secretFaults(hostile, body),
  ];
}

function messageDoor(hostile: HostileCase): string[] {
  const message = commitMessage(state, node, hostile.text, hostile.text);
  const own = "Slipway-Run: r-20261120-7f3k2a\nSlipway-Node: T1\nSlipway-Requirement: FR-001";
  const read = readCommit("0".repeat(40), message);
  return [
    ...(message.endsWith(`\n\n${own}`) ? [] : ["our trailers are not the last"]),
    ...messageFaults(message.slice(0, -own.length)),
    ...(read.releaseAs === null && !read.breaking && read.type === "feat" ? [] : ["another version"]),
    ...secretFaults(hostile, message),
  ];
}

export const TEXT_DOORS: readonly Door[] = [
  {
    name: "prompt",
    faults: ({ text }) => {
      const { inside, faults } = quoted(asData({ source: text, text }));
      return [...faults, ...spoken(inside)];
    },
  },
  { name: "tool result", faults: ({ text }) => spoken(asToolResult(text), TOKENS) },
  {
    name: "comment",
    faults: (hostile) => {
      const made = publicText(hostile.text, 60_000, "markdown");
      return [...markdownFaults(made, readMarkdown(made)), ...secretFaults(hostile, made)];
    },
  },
  { name: "pull request", faults: pullFaults },
  { name: "issue", faults: ({ text }) => drawnFaults(`${quote(text)}\n\n- ${plain(text)}`, "issue") },
  {
    name: "summary",
    faults: ({ text }) =>
      drawnFaults(`${failureSummary(text, text)}\n\n${noteSummary(text, text)}`, "summary"),
  },
  { name: "commit message", faults: messageDoor },
  {
    name: "title",
    faults: (hostile) => {
      const made = publicLine(hostile.text, 120, "x");
      return [
        ...(made.length <= 120 && !/[\n\r\u2028\u2029]/.test(made) ? [] : ["no line of 120 characters"]),
        ...rawFaults(made),
        ...messageFaults(made),
        ...secretFaults(hostile, made),
      ];
    },
  },
];
