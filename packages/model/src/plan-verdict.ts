import { blockingEdges, checkPlan } from "./plan-check.ts";
import type { Plan, PlanNode } from "./schema/plan.ts";
import type { Policy } from "./schema/policy.ts";
import type { Spec } from "./schema/spec.ts";
import { ancestorsOf, childrenOf, descendantsOf, planTree, type Tree } from "./tree.ts";
import { plain } from "./view/text.ts";

/** `FAIL`: it cannot be carried out. `CONCERNS`: it can, and a person may want it otherwise. */
export interface PlanVerdict {
  readonly verdict: "PASS" | "CONCERNS" | "FAIL";
  /** What keeps it from being carried out, a sentence each. */
  readonly problems: readonly string[];
  /** What a person should look at, a sentence each. */
  readonly concerns: readonly string[];
}

/** A leaf for more requirements than this is hard to judge by one pull request. */
const REQUIREMENTS_MAX = 5;
/** With fewer leaves than this a plain sequence is nothing to wonder about. */
const CHAIN_MIN = 4;

/** Judges a plan by rules alone; the same plan always gets the same verdict. */
export function judgePlan(plan: Plan, spec: Spec, policy: Policy): PlanVerdict {
  const problems = checkPlan(plan, spec, policy);
  // Of a plan that is no tree, nothing else can be said.
  if (problems.length > 0) return { verdict: "FAIL", problems, concerns: [] };
  const concerns = concernsOf(plan, spec, policy);
  return { verdict: concerns.length > 0 ? "CONCERNS" : "PASS", problems, concerns };
}

function concernsOf(plan: Plan, spec: Spec, policy: Policy): string[] {
  const tree = planTree(plan.nodes);
  const leaves = plan.nodes.filter((node) => childrenOf(tree, node.id).length === 0);
  return [
    ...leaves.flatMap((leaf) => leafConcerns(tree, leaf, policy)),
    ...duplicateTitles(plan.nodes),
    ...plan.nodes.flatMap((node) => impliedDependencies(tree, node)),
    ...forgottenCriteria(leaves, spec),
    ...chainConcern(plan, leaves),
  ];
}

function leafConcerns(tree: Tree<PlanNode>, leaf: PlanNode, policy: Policy): string[] {
  const depth = ancestorsOf(tree, leaf.id).length + 1;
  return [
    ...(leaf.size === "L" ? [`${leaf.id} is of size L: two smaller tasks are easier to review.`] : []),
    ...(leaf.requirements.length > REQUIREMENTS_MAX
      ? [`${leaf.id} alone covers ${leaf.requirements.length} requirements: is it more than one task?`]
      : []),
    ...(leaf.requirements.length === 0
      ? [`${leaf.id} covers no requirement of the specification: what is it for?`]
      : []),
    ...(depth === policy.limits.depth && depth > 2
      ? [`${leaf.id} lies at the deepest level that the policy allows (limits.depth is ${depth}).`]
      : []),
  ];
}

function duplicateTitles(nodes: readonly PlanNode[]): string[] {
  const byTitle = new Map<string, string[]>();
  for (const node of nodes) {
    const title = node.title.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
    byTitle.set(title, [...(byTitle.get(title) ?? []), node.id]);
  }
  return [...byTitle.values()]
    .filter((ids) => ids.length > 1)
    .map((ids) => `${ids.join(" and ")} have the same title: is one of them left over?`);
}

/** Dependencies on what has to be done before anyway, since an earlier sibling holds it. */
function impliedDependencies(tree: Tree<PlanNode>, node: PlanNode): string[] {
  if (node.dependsOn.length === 0) return [];
  const before = new Set<string>();
  for (const place of [node, ...ancestorsOf(tree, node.id)]) {
    if (place.parent === null) continue;
    for (const sibling of childrenOf(tree, place.parent)) {
      if (sibling.orderIndex >= place.orderIndex) continue;
      before.add(sibling.id);
      for (const below of descendantsOf(tree, sibling.id)) before.add(below.id);
    }
  }
  return node.dependsOn
    .filter((id) => before.has(id))
    .map((id) => `${node.id} need not depend on ${id}: the order of the tree has it done before.`);
}

function forgottenCriteria(leaves: readonly PlanNode[], spec: Spec): string[] {
  const named = new Set(leaves.flatMap((leaf) => leaf.acceptance));
  return spec.acceptance
    .filter((item) => !named.has(item.id))
    .map((item) => `No task names ${item.id}, an acceptance criterion of ${item.requirement}.`);
}

function chainConcern(plan: Plan, leaves: readonly PlanNode[]): string[] {
  if (leaves.length < CHAIN_MIN || longestChain(plan, leaves) < leaves.length) return [];
  return [`All ${leaves.length} tasks wait for each other in one chain: nothing can run side by side.`];
}

/** As many leaves as wait for each other one after another. The plan has no cycle. */
function longestChain(plan: Plan, leaves: readonly PlanNode[]): number {
  const edges = blockingEdges(plan.nodes);
  const weight = new Map(leaves.map((leaf) => [`end:${leaf.id}`, 1]));
  const longest = new Map<string, number>();
  for (const first of edges.keys()) {
    // Iterative: a plan of 300 nodes in a row must not exhaust the stack.
    const open = [first];
    for (let point = open.at(-1); point !== undefined; point = open.at(-1)) {
      const targets = edges.get(point) ?? [];
      const missing = targets.filter((target) => !longest.has(target));
      if (missing.length > 0 && !longest.has(point)) {
        open.push(...missing);
        continue;
      }
      const below = Math.max(0, ...targets.map((target) => longest.get(target) ?? 0));
      longest.set(point, below + (weight.get(point) ?? 0));
      open.pop();
    }
  }
  return Math.max(0, ...longest.values());
}

/** As many sentences of one kind as a person reads. */
const TOLD = 20;

/** The verdict for people: one line, then what it rests on. */
export function planVerdictText({ verdict, problems, concerns }: PlanVerdict): string {
  const said = [...problems, ...concerns];
  const lines = said.slice(0, TOLD).map((text) => `- ${plain(text)}`);
  const more = said.length > TOLD ? [`- and ${said.length - TOLD} more`] : [];
  const head = {
    PASS: "**Plan: PASS.** The rules have nothing against it.",
    CONCERNS: "**Plan: CONCERNS.** It can be carried out; look at this:",
    FAIL: "**Plan: FAIL.** It cannot be carried out:",
  }[verdict];
  return [head, ...(said.length > 0 ? ["", ...lines, ...more] : [])].join("\n");
}
