/** The documents of a run as Markdown files: of the spec, the plan and what an agent wrote for a deep one. Pure. */
import { slugOf } from "../names.ts";
import type { PlanNode } from "../schema/plan.ts";
import type { NodeState, RunState } from "../schema/state.ts";
import { childrenOf, treeOf } from "../tree.ts";
import { type DocumentName, depthOf, documentsOfDepth } from "./depth.ts";
import { lineOfFile, paragraphsOfFile, quoteInFile } from "./text.ts";

export interface SpecDocument {
  readonly name: DocumentName;
  /** Below the folder of the run's documents: `prd.md`. */
  readonly file: string;
  readonly content: string;
}

/** Folder of a run's documents: `spec/greet-by-name`. */
export function documentsFolder(state: Pick<RunState, "policy" | "spec" | "runId">): string {
  return `${state.policy.spec.folder}/${slugOf(state.spec?.title ?? state.runId)}`;
}

/**
 * The documents that a run has by now: those of the plan come with the plan.
 *
 * @param numbers issue numbers, by node id
 */
export function documentsOf(state: RunState, numbers: ReadonlyMap<string, number>): SpecDocument[] {
  const { spec } = state;
  if (!spec) return [];
  return documentsOfDepth(depthOf(spec, state.policy)).flatMap((name) => {
    const body = bodyOf(name, state, numbers);
    return body === "" ? [] : [{ name, file: `${name}.md`, content: `${head(name, state)}\n\n${body}\n` }];
  });
}

const TITLES: Readonly<Record<DocumentName, string>> = {
  constitution: "Constitution",
  prd: "Requirements",
  "design-brief": "Design brief",
  "engineering-spec": "Engineering specification",
  "gtm-brief": "Go-to-market brief",
  plan: "Plan",
  tasks: "Tasks",
};

/** The commit names the run; the document says the same whichever run writes it. */
function head(name: DocumentName, { spec, specHash }: RunState): string {
  return [
    `# ${lineOfFile(spec?.title ?? "")}: ${TITLES[name]}`,
    "",
    `Written by Slipway${specHash ? ` from the specification \`${specHash.slice(0, 19)}\`` : ""}. The ids stay what they are for the life of the run.`,
  ].join("\n");
}

function bodyOf(name: DocumentName, state: RunState, numbers: ReadonlyMap<string, number>): string {
  const details = state.specDetails;
  switch (name) {
    case "constitution":
      return details ? bullets(details.principles) : "";
    case "prd":
      return requirementsText(state);
    case "design-brief":
      return details ? paragraphsOfFile(details.design) : "";
    case "engineering-spec":
      return [details ? paragraphsOfFile(details.engineering) : "", traceText(state, numbers)]
        .filter(Boolean)
        .join("\n\n");
    case "gtm-brief":
      return details ? paragraphsOfFile(details.goToMarket) : "";
    case "plan":
      return planText(state, numbers);
    case "tasks":
      return tasksText(state, numbers);
  }
}

function requirementsText({ spec }: RunState): string {
  if (!spec) return "";
  const byId = (id: string) => spec.acceptance.filter((item) => item.requirement === id);
  const requirements = spec.requirements.map(({ id, text }) =>
    [
      `- **${id}** ${lineOfFile(text)}`,
      ...byId(id).map(
        (item) =>
          `  - **${item.id}** Given ${lineOfFile(item.given)}, when ${lineOfFile(item.when)}, then ${lineOfFile(item.outcome)}`,
      ),
    ].join("\n"),
  );
  return [
    paragraphsOfFile(spec.summary),
    section("Requirements and how to tell that they are met", requirements.join("\n")),
    section("Success", bullets(spec.successCriteria.map(({ id, text }) => `${id}: ${text}`))),
    section("Assumed", bullets(spec.assumptions)),
    section(
      "Open questions, taken as recommended until somebody answers otherwise",
      spec.openQuestions
        .map(
          ({ question, recommended }) => `- ${lineOfFile(question)}\n  - Taken: ${lineOfFile(recommended)}`,
        )
        .join("\n"),
    ),
    section("Not part of this", bullets(spec.outOfScope)),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** Which node brings which requirement, so that the trace is unbroken from here to the release. */
function traceText({ spec, nodes }: RunState, numbers: ReadonlyMap<string, number>): string {
  if (!spec || nodes.length === 0) return "";
  const rows = spec.requirements.map(({ id }) => {
    const by = nodes
      .filter(({ plan }) => plan.requirements.includes(id))
      .map(({ plan }) => named(plan, numbers));
    const tells = spec.acceptance.filter((item) => item.requirement === id).map((item) => item.id);
    return `| ${id} | ${tells.join(", ")} | ${by.join(", ") || "nobody"} |`;
  });
  return section("Trace", ["| requirement | told by | built by |", "|---|---|---|", ...rows].join("\n"));
}

function planText(state: RunState, numbers: ReadonlyMap<string, number>): string {
  const tree = treeOf(state.nodes);
  const lines = (node: NodeState, depth: number): string[] => {
    const { plan } = node;
    const waits = plan.dependsOn.length > 0 ? ` · waits for ${plan.dependsOn.join(", ")}` : "";
    return [
      `${"  ".repeat(depth)}- **${named(plan, numbers)}** ${lineOfFile(plan.title)} (${plan.kind}, order ${plan.orderIndex}${waits})`,
      ...childrenOf(tree, plan.id).flatMap((child) => lines(child, depth + 1)),
    ];
  };
  return state.nodes
    .filter(({ plan }) => plan.parent === null)
    .flatMap((root) => lines(root, 0))
    .join("\n");
}

function tasksText({ nodes }: RunState, numbers: ReadonlyMap<string, number>): string {
  return nodes
    .filter(({ plan }) => plan.kind === "task")
    .map(({ plan }) =>
      [
        `## ${named(plan, numbers)} ${lineOfFile(plan.title)}`,
        "",
        quoteInFile(plan.objective),
        "",
        `Requirements: ${plan.requirements.join(", ") || "none named"}. Done when: ${plan.acceptance.map(lineOfFile).join(", ")}. Size ${plan.size}.`,
      ].join("\n"),
    )
    .join("\n\n");
}

const named = ({ id }: PlanNode, numbers: ReadonlyMap<string, number>): string =>
  numbers.has(id) ? `${id} (#${numbers.get(id)})` : id;

const section = (title: string, body: string): string => (body === "" ? "" : `## ${title}\n\n${body}`);
const bullets = (items: readonly string[]): string => items.map((item) => `- ${lineOfFile(item)}`).join("\n");
