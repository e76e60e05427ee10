/** The jobs of a workflow run and what each needs, as the workflow files have them. */
import type { RunStage } from "@slipway/model";
import type { Flow, Job, Result } from "./flow.ts";
import { defect, execute, gate, publish, settleNode, verify } from "./node.ts";
import { draft, record, release, settleStage, sync } from "./stages.ts";
import { decideTurn } from "./turn.ts";
import type { World } from "./world.ts";

const broke = (result: Result) => result === "failure" || result === "cancelled";

export function jobsOf(world: World, flow: Flow): readonly Job[] {
  const decide: Job = {
    name: "decide",
    needs: [],
    when: () => true,
    work: (own) => decideTurn(world, own),
  };
  const named = flow.jobs.get("decide")?.result === "success" ? flow.named : null;
  if (!named) return [decide];
  return [
    decide,
    ...(named.stage ? stageJobs(world, named.stage.stage, named.stage.claim) : []),
    ...named.nodes.flatMap((node) => nodeJobs(world, node)),
  ];
}

function stageJobs(world: World, stage: RunStage, claim: number): Job[] {
  const work: Job[] =
    stage === "spec" || stage === "plan"
      ? [
          {
            name: "draft",
            needs: ["decide"],
            when: () => true,
            work: (flow) => draft(world, flow, stage, claim),
          },
          {
            name: "record",
            needs: ["draft"],
            when: (result) => result("draft") === "success",
            work: (flow) => record(world, flow, stage, claim),
          },
        ]
      : [
          {
            name: stage,
            needs: ["decide"],
            when: () => true,
            work: () => (stage === "issues" ? sync(world, claim) : release(world, claim)),
          },
        ];
  const names = work.map(({ name }) => name);
  return [
    ...work,
    {
      name: "settle",
      needs: names,
      when: (result) => names.some((name) => broke(result(name))),
      work: (flow) => settleStage(world, flow, stage, claim),
      settles: true,
    },
  ];
}

function nodeJobs(
  world: World,
  { nodeId, mode, claim }: { nodeId: string; mode: "execute" | "verify" | "gate"; claim: number },
): Job[] {
  const own = (name: string) => `${nodeId}/${name}`;
  const on = { nodeId, claim };
  const fine = (result: Result) => result === "success" || result === "skipped";
  const way = ["execute", "publish", "verify", "gate", "defect"].map(own);
  return [
    {
      name: own("execute"),
      needs: ["decide"],
      when: () => mode === "execute",
      work: (flow) => execute(world, flow, on),
    },
    {
      name: own("publish"),
      needs: [own("execute")],
      when: (result) => fine(result(own("execute"))) && mode !== "gate",
      work: (flow) => publish(world, flow, on),
    },
    {
      name: own("verify"),
      needs: [own("publish")],
      when: (_result, output) => output(own("publish")) === "published",
      work: (flow) => verify(world, flow, on),
    },
    {
      // Also where a check broke off: what is missing counts as failed.
      name: own("gate"),
      needs: [own("publish"), own("verify"), own("execute")],
      when: (result, output) =>
        fine(result(own("execute"))) && (mode === "gate" || output(own("publish")) === "published"),
      work: (flow) => gate(world, flow, on, mode === "gate"),
    },
    {
      name: own("defect"),
      needs: [own("gate")],
      when: (_result, output) => output(own("gate")) === "defect",
      work: () => defect(world, on),
    },
    {
      name: own("settle"),
      needs: way,
      when: (result) => way.some((name) => broke(result(name))),
      work: (flow) => settleNode(world, flow, on),
      settles: true,
    },
  ];
}
