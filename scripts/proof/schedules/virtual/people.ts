/** What people do to a run: at any time, and when it stands still and says why. */
import { type Command, outsideWait, react } from "@slipway/model";
import { RUN_ID } from "../../../../packages/model/src/testing/samples.ts";
import { HOUR, MINUTE, nextNumber, strikes, type World } from "./world.ts";

const START: Command = { version: 1, command: "start", idea: "Durations, please.", dispatchId: "start-1" };

export function sendStart(world: World): void {
  world.send(world, { kind: "command", command: START, person: true });
  // Whoever sees nothing come of it sends it again.
  world.clock.after(HOUR, () => {
    if (!world.state) sendStart(world);
  });
}

const VERBS = ["pause", "pause", "resume", "resume", "retry", "retry"] as const;
const CANCELS = 0.01;

/** People pause, resume, retry and, seldom, cancel as they please, until all is to be quiet. */
export function peopleAct(world: World): void {
  const { dice } = world;
  world.clock.after(dice.int(10 * MINUTE, 20 * HOUR), () => {
    if (world.quiet) return;
    const verb = dice.chance(CANCELS) ? "cancel" : dice.pick(VERBS);
    if (strikes(world, `a person's ${verb}`, 1)) say(world, { command: verb });
    peopleAct(world);
  });
}

type Said =
  | { readonly command: "pause" | "resume" | "retry" | "cancel" }
  | { readonly command: "approve"; readonly nodeId: string; readonly headSha: string };

function say(world: World, said: Said): void {
  const on = { version: 1, runId: RUN_ID, dispatchId: `person-${nextNumber(world)}` } as const;
  world.send(world, { kind: "command", command: { ...on, ...said }, person: true });
}

/** What a person does about what is named. */
export function putRight(world: World): void {
  const { state } = world;
  if (!state) {
    sendStart(world);
    return;
  }
  if (state.control === "PAUSED") say(world, { command: "resume" });
  if (react(state, { version: 1, command: "retry", runId: RUN_ID }).kind === "accepted")
    say(world, { command: "retry" });
  for (const node of state.nodes)
    if (node.subject && outsideWait(state, node) === "waiting")
      say(world, { command: "approve", nodeId: node.plan.id, headSha: node.subject.headSha });
}
