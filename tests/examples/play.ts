import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  agentContext,
  agentFor,
  agentOf,
  type ChangeDraft,
  draftPlan,
  draftSpec,
  embeddedCatalog,
  executeNode,
  PLAN_AGENT,
  type QaResult,
  type Review,
  reviewChange,
  runQa,
  SPEC_AGENT,
} from "@slipway/agents";
import { checkPlan, type Plan, type PlanNode, type Spec } from "@slipway/model";
import type { World } from "./example.ts";
import { checkOut, commitAll, git, merge } from "./git.ts";

const RUN_ID = "r-20261121-abc123";

/** What became of one execution. */
export interface Played {
  readonly nodeId: string;
  readonly attempt: number;
  readonly draft: ChangeDraft;
  readonly qa: QaResult;
  readonly review: Review;
  /** Files that kept it from merging. */
  readonly conflicts: readonly string[];
}

export interface Play {
  readonly spec: Spec;
  readonly plan: Plan;
  readonly played: readonly Played[];
  /** The tree with everything merged; null when a node could not be merged. */
  readonly end: string | null;
}

/**
 * Carries an example through on the real stages and real Git: side-by-side nodes start from the same
 * commit, leaves are squashed, parents merged, and what another branch delivered is brought in first.
 *
 * @param order in which side-by-side nodes merge
 */
export async function play(world: World, order: "forward" | "backward"): Promise<Play> {
  const { spec, plan } = await draftBoth(world);
  const played: Played[] = [];
  const mergeShas = new Map<string, string>();
  const run: Run = { world, spec, plan, played, mergeShas, order };
  const root = plan.nodes.find((node) => node.parent === null);
  if (!root) throw new Error("the plan has no root");
  try {
    return { spec, plan, played, end: await buildParent(run, root, world.start) };
  } catch (error) {
    if (error instanceof Stuck) return { spec, plan, played, end: null };
    throw error;
  }
}

export async function draftBoth({
  client,
  policy,
  idea,
  dir,
  name,
}: World): Promise<{ spec: Spec; plan: Plan }> {
  const common = { client, policy, runId: RUN_ID, attempt: 1 };
  const shown = (agent: string) =>
    agentContext(agentOf(embeddedCatalog(), agent), { workDir: dir, focus: idea });
  const repository = { name: `example/${name}`, description: null };
  const { spec } = await draftSpec({ ...common, idea, repository, context: await shown(SPEC_AGENT) });
  const check = (plan: Plan) => checkPlan(plan, spec, policy);
  const { plan } = await draftPlan({ ...common, spec, context: await shown(PLAN_AGENT), check });
  return { spec, plan };
}

interface Run extends Omit<Play, "end"> {
  readonly world: World;
  readonly played: Played[];
  readonly mergeShas: Map<string, string>;
  readonly order: "forward" | "backward";
}

/** A node that ran out of attempts. */
class Stuck extends Error {}

async function buildParent(run: Run, parent: PlanNode, start: string): Promise<string> {
  const { dir } = run.world;
  const children = run.plan.nodes.filter((node) => node.parent === parent.id);
  let head = start;
  for (const rank of [...new Set(children.map((child) => child.orderIndex))].sort((a, b) => a - b)) {
    const group = children.filter((child) => child.orderIndex === rank);
    for (const id of group.flatMap((child) => child.dependsOn)) {
      const delivered = run.mergeShas.get(id);
      if (delivered === undefined) throw new Error(`${id} is not done`);
      head = mustMerge(dir, head, delivered, "merge");
    }
    const base = head;
    const built: { child: PlanNode; sha: string }[] = [];
    for (const child of group) {
      const leaf = child.kind === "task";
      built.push({
        child,
        sha: leaf ? await buildLeaf(run, child, base, 1) : await buildParent(run, child, base),
      });
    }
    for (const { child, sha } of run.order === "forward" ? built : built.reverse()) {
      head =
        child.kind === "task"
          ? await mergeLeaf(run, child, head, sha, 1)
          : mustMerge(dir, head, sha, "merge");
      run.mergeShas.set(child.id, head);
    }
  }
  return head;
}

function mustMerge(dir: string, ours: string, theirs: string, how: "squash" | "merge"): string {
  const merged = merge(dir, ours, theirs, how);
  if ("conflicts" in merged) throw new Error(`unexpected conflict in ${merged.conflicts.join(", ")}`);
  return merged.sha;
}

/** Merges a leaf, which is built anew on the newest base when it conflicts. */
async function mergeLeaf(
  run: Run,
  node: PlanNode,
  head: string,
  sha: string,
  attempt: number,
): Promise<string> {
  const { dir, policy } = run.world;
  const merged = merge(dir, head, sha, "squash");
  if ("sha" in merged) return merged.sha;
  const last = run.played.findLastIndex((item) => item.nodeId === node.id);
  const before = run.played[last];
  if (before) run.played[last] = { ...before, conflicts: merged.conflicts };
  if (attempt >= policy.limits.attempts) throw new Stuck();
  const trouble = `The change of ${node.id} conflicts with what was merged meanwhile, in ${merged.conflicts.join(", ")}.`;
  const again = await buildLeaf(run, node, head, attempt + 1, trouble);
  return mergeLeaf(run, node, head, again, attempt + 1);
}

/** The head of a leaf's branch, with a defect mended where its checks failed. */
async function buildLeaf(
  run: Run,
  node: PlanNode,
  base: string,
  attempt: number,
  trouble?: string,
): Promise<string> {
  const first = await execute(run, node, base, attempt, trouble);
  if (run.played.at(-1)?.draft.files.length === 0) throw new Stuck();
  if (run.played.at(-1)?.qa.verdict === "pass") return first;
  const defect: PlanNode = {
    ...node,
    id: "D1",
    kind: "defect",
    title: `Defect: ${node.title}`,
    parent: node.id,
    changeType: "fix",
  };
  const fixed = await execute(run, defect, first, 1, run.played.at(-1)?.qa.reason);
  return mustMerge(run.world.dir, first, fixed, "squash");
}

async function execute(
  run: Run,
  node: PlanNode,
  base: string,
  attempt: number,
  trouble?: string,
): Promise<string> {
  const { client, policy, dir } = run.world;
  checkOut(dir, base);
  const common = { client, policy, runId: RUN_ID, attempt, node, spec: run.spec };
  const catalog = embeddedCatalog();
  const agent = agentOf(catalog, agentFor("execute", node, catalog));
  const context = await agentContext(agent, { workDir: dir, focus: `${node.title}\n${node.objective}` });
  const limits = { steps: 30, seconds: 120, files: policy.limits.files, bytes: policy.limits.bytes };
  const draft = await executeNode({
    ...common,
    workDir: dir,
    startSha: base,
    context,
    limits,
    ...(trouble === undefined ? {} : { trouble }),
  });
  const head = commitAll(dir, draft.title);
  checkOut(dir, head);
  const qa = await runQa({ workDir: dir, qa: policy.qa, seconds: 120 });
  const files = draft.files
    .filter((file) => file.status === "written")
    .map(({ path }) => ({ path, content: readFileSync(join(dir, path), "utf8") }));
  const review = await reviewChange({ ...common, diff: git(dir, "diff", base, head), files });
  run.played.push({ nodeId: node.id, attempt, draft, qa, review, conflicts: [] });
  return head;
}
