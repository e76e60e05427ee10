/** Work that a read-only job has handed over: it was paid for, and is not paid for again before something is made of it. */
import type { LedgerEvent, Left } from "@slipway/model";
import type { Flow } from "./flow.ts";
import { count, JobError, strikes, type World } from "./world.ts";

const documentName = (what: string, claim: number) => `handed.${what}.${claim}`;
/** With its attempt: what failed in one may have succeeded in a later one. */
const failureName = (flow: Flow, what: string, claim: number) => `failure.${what}.${claim}.${flow.attempt}`;

/** What is handed over is known by its first claim, also where a later one goes on from it. */
export const handedOver = (flow: Flow, what: string, claim: number): string | undefined =>
  flow.artifacts.get(documentName(what, claim)) as string | undefined;

export function handOver(flow: Flow, what: string, claim: number, document = `${what}#${claim}`): void {
  flow.artifacts.set(documentName(what, claim), document);
}

/** Hands over again what an earlier claim had made before it broke off; false when there is nothing of the kind. */
export function takeUp(
  world: World,
  flow: Flow,
  what: string,
  claim: number,
  left: readonly Left[],
): boolean {
  // A job that is run again goes on from what it handed over itself.
  if (handedOver(flow, what, claim) !== undefined) return true;
  for (const by of left.toReversed()) {
    const earlier = world.flows.get(by.workflowRunId);
    const document = earlier && handedOver(earlier, what, by.claim);
    if (document === undefined) continue;
    count(world, "handed-over work gone on from");
    handOver(flow, what, claim, document);
    return true;
  }
  return false;
}

/** A model is asked: nothing may be there that was handed over before and that nothing was made of. */
export function pay(world: World, what: string): void {
  for (const { artifacts } of world.flows.values())
    for (const [name, document] of artifacts) {
      if (!name.startsWith(`handed.${what}.`) || world.used.has(String(document))) continue;
      world.problems.push({
        kind: "doubled",
        text: `${what} is paid for again, though ${document} was handed over.`,
      });
    }
}

/** A model that gives no answer: the job says so before it fails. */
export function mayFail(world: World, flow: Flow, what: string, claim: number): void {
  if (!strikes(world, "job failed by itself", 0.05)) return;
  flow.artifacts.set(failureName(flow, what, claim), true);
  throw new JobError("The model gave no answer.");
}

/** What settles a claim says of it: a job that had something to say has said it, else it broke off. */
export const brokeOff = (
  flow: Flow,
  what: string,
  claim: number,
): Pick<Extract<LedgerEvent, { type: "node.failed" }>, "brokeOff"> =>
  flow.artifacts.has(failureName(flow, what, claim)) ? {} : { brokeOff: true };
