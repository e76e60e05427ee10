import { afterEach, describe, expect, test } from "@jest/globals";
import { runQa } from "@slipway/agents";
import { openExample, type Variant, type World } from "./examples/example.ts";
import { checkOut } from "./examples/git.ts";
import { type Play, play } from "./examples/play.ts";

const open: World[] = [];
const start = async (folder: string, variant?: Variant): Promise<World> => {
  const world = await openExample(folder, variant);
  open.push(world);
  return world;
};
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

const outcomes = ({ played }: Play) => played.map(({ nodeId, qa }) => `${nodeId} ${qa.verdict}`);

describe.each(["forward", "backward"] as const)("side by side, merged %s", (order) => {
  test("the sample", async () => {
    const world = await start("sample");
    const result = await play(world, order);
    expect(outcomes(result)).toEqual(["T1 pass", "T2 pass", "T3 fail", "D1 pass", "T4 pass", "T5 pass"]);
    checkOut(world.dir, result.end ?? "");
    expect(await runQa({ workDir: world.dir, qa: world.policy.qa, seconds: 60 })).toMatchObject({
      verdict: "pass",
    });
  });
});
