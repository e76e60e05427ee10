import type { AgentTask } from "@slipway/model";
import { type Earlier, LEFT_FOLDER, type Resumed } from "../executor/earlier.ts";
import { headerLines } from "../prompt/header.ts";
import { asData, DATA_RULE, isMarked } from "../prompt/sanitize.ts";

export interface PromptOptions {
  /** Where a program that can write files leaves what it has to say; null when it has no way to. */
  readonly resultFile: string | null;
  /** What an earlier attempt left, and what became of its files. */
  readonly before?: { readonly earlier: Earlier; readonly resumed: Resumed };
}

/** The task as a program gets it that has tools of its own and knows nothing of us. */
export function taskPrompt(task: AgentTask, { resultFile, before }: PromptOptions): string {
  const { agent, constraints } = task;
  return [
    header(task) + agent.role,
    ...section("Goals", agent.goals),
    ...section("Constraints", agent.constraints),
    ...section("Guardrails", agent.guardrails),
    ...(agent.onboarding.trim() === "" ? [] : ["", agent.onboarding.trim()]),
    "",
    DATA_RULE,
    "",
    "What to do:",
    asData({ source: "contract", text: contract(task) }),
    ...task.contextPacks.flatMap(({ name, text, cut }) => [
      "",
      `Context: ${name}${cut === null ? "" : ` (${cut})`}`,
      marked(name, text),
    ]),
    ...task.artifactsIn.flatMap(({ name, text }) => ["", asData({ source: `document ${name}`, text })]),
    ...(before ? wentBefore(before) : []),
    "",
    ...section("How to work", [
      "Work in the current folder, which is a checkout of the repository; do not leave it. Nobody answers questions: decide, and say what you assumed.",
      "Do not push, open pull requests or change what Git has configured. Committing is not needed; the files as you leave them are the change.",
      `Do not touch protected paths, they are left out: ${constraints.protectedPaths.join(", ") || "none"}. No links, no submodules.`,
      `The change may have ${constraints.files} files and ${constraints.bytes} bytes. You have ${Math.round(constraints.seconds / 60)} minutes.`,
      constraints.commands.length > 0
        ? `Before you finish, these have to succeed, in this order: ${constraints.commands.join("; ")}`
        : "Run the repository's own tests before you finish.",
    ]),
    "",
    ...ending(resultFile),
    "",
  ].join("\n");
}

function header(task: AgentTask): string {
  const { runId, attempt, node, stage } = task;
  if (node !== null) {
    const onNode = stage === "review" ? "review" : "execute";
    return headerLines({ stage: onNode, runId, attempt, nodeId: node.id, nodeTitle: node.title });
  }
  return stage === "spec" || stage === "plan" ? headerLines({ stage, runId, attempt }) : "";
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines.map((line) => `- ${line}`)];
}

function contract(task: AgentTask): string {
  const list = (items: readonly { readonly id: string; readonly text: string }[]) =>
    items.length > 0 ? items.map(({ id, text }) => `- ${id}: ${text}`) : ["- none named"];
  return [
    `Repository ${task.repository}, branch ${task.branch}, commit ${task.startSha}`,
    ...(task.node === null ? [] : [`Node ${task.node.id}: ${task.node.title}`]),
    ...(task.issue === null ? [] : [`Issue ${task.issue.number}: ${task.issue.url}`]),
    "",
    `Objective: ${task.objective}`,
    "",
    "Requirements:",
    ...list(task.requirements),
    "",
    "Acceptance:",
    ...list(task.acceptance),
  ].join("\n");
}

function wentBefore({ earlier, resumed }: NonNullable<PromptOptions["before"]>): string[] {
  const left = resumed.left.map(({ path, reason }) => `${JSON.stringify(path)}: ${reason}`);
  return [
    "",
    "An earlier attempt at this task ended before it was through. Go on from what it left; do not begin anew.",
    ...section(
      "Its files, which are in the current folder already",
      resumed.applied.map((path) => JSON.stringify(path)),
    ),
    ...section(`Its files that no longer apply; their content lies in ~/${LEFT_FOLDER}`, left),
    asData({ source: "earlier attempt: why it ended", text: earlier.reason, maxCharacters: 2_000 }),
    asData({ source: "earlier attempt: its summary", text: earlier.summary, maxCharacters: 6_000 }),
  ];
}

/** A pack of ours comes marked already; one that only claims to be is marked here. */
function marked(name: string, text: string): string {
  return isMarked(text) ? text : asData({ source: name, text });
}

function ending(resultFile: string | null): string[] {
  const say =
    "say in your last message what changed and why, what was run with which result, and what is missing.";
  if (resultFile === null) return [`When done, ${say}`];
  return [
    `When done, write ${resultFile} (outside the repository; leave it out when you cannot), then ${say}`,
    "It is JSON; every key may be left out, and each path belongs to one commit:",
    JSON.stringify({
      title: "what the change does, imperative, at most 72 characters",
      summary: "what changed and why, what was run with which result, what is missing",
      commits: [{ type: "feat", scope: null, subject: "imperative", body: "why", paths: ["src/a.ts"] }],
      notes: ["what a reviewer should know"],
    }),
  ];
}
