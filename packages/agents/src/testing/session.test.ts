import { expect, test } from "@jest/globals";
import { measureSession } from "./session.ts";

test("thirty turns in a repository of five thousand files keep their prefix and a bounded memory", async () => {
  const figures = await measureSession();
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  expect(figures).toMatchObject({ turns: 30, changed: 6, ending: "submitted" });
  expect(figures.prefixShare.median).toBeGreaterThanOrEqual(0.95);
  expect(figures.observations.largest).toBeLessThan(25_000);
  expect(figures.memory.peak - figures.memory.before).toBeLessThan(200e6);
}, 300_000);
