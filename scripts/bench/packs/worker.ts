/**
 * A process that makes context packs and tells what it took: its task as JSON by standard input, the outcome as JSON
 * by standard output. Without a folder it is an idle one, which has loaded the same.
 */
import { text } from "node:stream/consumers";
import { contextPacks, contextText, embeddedCatalog } from "@slipway/agents";
import { z } from "zod";
import { peakBytes } from "../peak-memory.ts";
import { median } from "../stats.ts";
import type { PacksOutcome } from "./figures.ts";
import { packMaterial, widestPacks } from "./material.ts";

const taskSchema = z.object({
  workDir: z.string().nullable(),
  /** Besides one that warms up. */
  times: z.number().int().positive(),
});
export type PacksTask = z.infer<typeof taskSchema>;

const { workDir, times } = taskSchema.parse(JSON.parse(await text(process.stdin)));
const budgets = widestPacks([...embeddedCatalog().values()].map(({ context }) => context));
const wall: number[] = [];
const processor: number[] = [];
let made = "";
for (let time = 0; workDir !== null && time <= times; time += 1) {
  const [began, before] = [performance.now(), process.cpuUsage()];
  made = contextText(await contextPacks(budgets, { workDir, ...packMaterial() }));
  // The first time warms up.
  if (time === 0) continue;
  wall.push(performance.now() - began);
  const { user, system } = process.cpuUsage(before);
  processor.push((user + system) / 1_000);
}
const outcome: PacksOutcome = {
  wallMs: workDir === null ? 0 : median(wall),
  ms: workDir === null ? 0 : median(processor),
  characters: made.length,
  peakBytes: peakBytes(),
};
process.stdout.write(JSON.stringify(outcome));
