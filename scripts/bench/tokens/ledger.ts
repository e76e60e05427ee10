/** What a run's stages have cost, from the events of its ledger. Pure. */
import {
  addUsage,
  type EventRecord,
  type LedgerEvent,
  NO_USAGE,
  type Stage,
  type Usage,
} from "@slipway/model";
import { z } from "zod";

/** One payment: the usage that one event puts on the run's account. */
export interface Paid {
  readonly stage: Stage;
  /** As far as the event names them. */
  readonly agents: readonly string[];
  readonly usage: Usage;
}

const agentsSchema = z.array(z.string()).catch([]);
const makingSchema = z.object({ agent: z.string() }).transform(({ agent }) => [agent]);

/** Every payment of the run, oldest first. Events without any usage are none. */
export function paidFor(records: readonly EventRecord[]): Paid[] {
  /** Claims whose change is published, or was when they began: what they still pay for is a review. */
  const published = new Set<string>();
  return records.flatMap(({ event }): Paid[] => {
    if (event.type === "node.claimed" && event.mode !== "execute")
      published.add(keyOf(event.nodeId, event.lease.claim));
    if (event.type === "node.published") published.add(keyOf(event.nodeId, event.claim));
    if (event.type === "node.judged")
      return [
        ...event.evidence.flatMap((item) =>
          item.kind === "review" ? [{ agents: agentsOf(item), usage: item.usage }] : [],
        ),
        ...(event.usage ? [{ agents: [], usage: event.usage }] : []),
      ].map((paid) => ({ stage: "review", ...paid }));
    const usage = "usage" in event ? event.usage : undefined;
    const stage = stageOf(event, published);
    return usage === undefined || stage === null ? [] : [{ stage, agents: agentsOf(event), usage }];
  });
}

const keyOf = (nodeId: string, claim: number) => `${nodeId} ${claim}`;

function stageOf(event: LedgerEvent, published: ReadonlySet<string>): Stage | null {
  switch (event.type) {
    case "spec.recorded":
      return "spec";
    case "plan.recorded":
      return "plan";
    case "stage.failed":
      return event.stage;
    case "release.recorded":
      return "release";
    case "node.published":
    case "node.conflicted":
      return "execute";
    case "node.released":
    case "node.failed": {
      const kept = "evidence" in event && event.evidence !== undefined;
      return kept || published.has(keyOf(event.nodeId, event.claim)) ? "review" : "execute";
    }
    default:
      return null;
  }
}

/** Who was asked: a list of its own, or of a published change the one who made it. */
function agentsOf(of: object): readonly string[] {
  const making = makingSchema.safeParse("made" in of ? of.made : undefined);
  return making.success ? making.data : agentsSchema.parse("agents" in of ? of.agents : []);
}

export interface StageCost {
  readonly stage: Stage;
  readonly agents: readonly string[];
  readonly usage: Usage;
}

/** Payments by stage, in the order in which the stages were first paid for; stages that paid nothing are left out. */
export function costsByStage(paid: readonly Paid[]): StageCost[] {
  const spent = paid.filter(({ usage }) => usage.calls > 0);
  return [...Map.groupBy(spent, ({ stage }) => stage)].map(([stage, list]) => ({
    stage,
    agents: [...new Set(list.flatMap(({ agents }) => agents))],
    usage: sumOf(list.map(({ usage }) => usage)),
  }));
}

export const sumOf = (usages: readonly Usage[]): Usage => usages.reduce(addUsage, NO_USAGE);
