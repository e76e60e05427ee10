/** Runs of 300 nodes, for the snapshots of what people read and for the preview. Not exported by the package. */
import type { NodeState, RunState } from "../schema/state.ts";
import { mediumPlan, treePlans } from "./big-plans.ts";
import { lease, withNodes } from "./samples.ts";
import { done, onCheck, planned, pull, type Scene } from "./scenes.ts";

/** 300 nodes in three shapes, each planned, half way, and stuck everywhere; and 60 nodes half way. */
export const bigScenes = (): Scene[] => [
  ...Object.entries(treePlans()).flatMap(([shape, plan]) => {
    const state = planned({ limits: { nodes: 300, parallel: 20 } }, plan);
    return [
      { name: `300 nodes ${shape} planned`, state },
      { name: `300 nodes ${shape} half way`, state: halfWay(state) },
      { name: `300 nodes ${shape} stuck`, state: stuck(state) },
    ];
  }),
  { name: "60 nodes half way", state: halfWay(planned({}, mediumPlan())) },
];

/** The first half is merged, then come some that wait, run, or are blocked; the rest has not started. */
function halfWay(state: RunState): RunState {
  const tasks = state.nodes.filter(({ plan }) => plan.kind === "task");
  const half = Math.floor(tasks.length / 2);
  const changes = new Map<string, Partial<NodeState>>();
  tasks.forEach(({ plan: { id } }, at) => {
    const number = 1_000 + at;
    if (at < half) changes.set(id, done(number));
    else if (at < half + 6)
      changes.set(id, { status: "IN_PROGRESS", claims: 1, lease: lease(1, 9_100 + at) });
    else if (at < half + 10) changes.set(id, pull(number, { lease: lease(1, 9_100 + at) }));
    else if (at < half + 14)
      changes.set(
        id,
        pull(number, {
          status: "QA",
          verdict: { ...onCheck, nodeId: id, subject: pull(number).subject ?? onCheck.subject },
        }),
      );
    else if (at < half + 16)
      changes.set(id, {
        status: "BLOCKED",
        trouble: "The agent did not finish: 3 attempts used all 60 steps.",
      });
  });
  const isDone = (id: string): boolean => {
    const below = state.nodes.filter(({ plan }) => plan.parent === id);
    return below.length === 0
      ? changes.get(id)?.status === "DONE"
      : below.every(({ plan }) => isDone(plan.id));
  };
  for (const { plan } of state.nodes)
    if (plan.kind !== "task" && isDone(plan.id)) changes.set(plan.id, done(2_000 + Number(plan.id.slice(1))));
  return withNodes(state, Object.fromEntries(changes));
}

function stuck(state: RunState): RunState {
  const trouble =
    "The change conflicts with what was merged meanwhile, in packages/parser/src/index.ts. ".repeat(10);
  return withNodes(
    state,
    Object.fromEntries(state.nodes.map(({ plan }) => [plan.id, { status: "BLOCKED" as const, trouble }])),
  );
}
