import { RUN_ID } from "../../../../packages/model/src/testing/samples.ts";
import type { Asked } from "./asked.ts";
import { startFlow } from "./flow.ts";
import { HOUR, MINUTE, nextNumber, SECOND, strikes, type World } from "./world.ts";

/** Hands an event to GitHub, from which it may come late, twice, after others, or not at all. */
export function send(world: World, asked: Asked): void {
  if (strikes(world, "dispatch dropped", 0.04)) return;
  deliver(world, asked);
  if (strikes(world, "dispatch doubled", 0.05)) deliver(world, asked);
}

function deliver(world: World, asked: Asked): void {
  const { dice } = world;
  const late = strikes(world, "dispatch delayed", 0.05);
  const atOnce = !late && strikes(world, "two turns at the same moment", 0.05);
  const wait = late ? dice.int(MINUTE, 5 * HOUR) : dice.int(SECOND, 20 * SECOND);
  // Something else asks for a turn at that very moment: a person did something to an issue, say.
  for (const each of atOnce ? [asked, { kind: "turn" } as const] : [asked]) {
    world.underway += 1;
    world.clock.after(wait, () => {
      world.underway -= 1;
      startFlow(world, each);
    });
  }
}

export const advance = (world: World): Asked => ({
  kind: "command",
  person: false,
  command: { version: 1, command: "advance", runId: RUN_ID, dispatchId: `advance-${nextNumber(world)}` },
});
