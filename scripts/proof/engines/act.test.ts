import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createActEngine, findAct } from "@slipway/local-runner";
import { openProof, type Proof } from "../bench.ts";

const act = findAct(process.env);
if (act.kind !== "found") console.warn(`Skipped: ${act.problem}`);
const onAct = act.kind === "found" ? describe : describe.skip;

onAct("the suite's own workflows on act, when it is installed", () => {
  let proof: Proof;
  beforeAll(async () => {
    const program = act.kind === "found" ? act.program : "";
    proof = await openProof({ engine: (settings) => createActEngine({ ...settings, program }) });
  }, 180_000);
  afterAll(() => proof.stop());

  test("a turn that has nothing to do ends well, and names every job", async () => {
    await proof.command("sweep", {});
    await proof.bench.engine.idle();
    const { runs } = proof.bench.github.repository(proof.bench.repository);
    const jobs = runs.flatMap((run) => run.jobs.map(({ name, conclusion }) => `${name}: ${conclusion}`));
    expect(runs.map(({ displayTitle, conclusion }) => `${displayTitle}: ${conclusion}`)).toEqual([
      "Slipway orchestrator.sweep: success",
    ]);
    expect(jobs).toEqual([
      "slipway / Decide: success",
      "slipway / Stage: skipped",
      "slipway / Spec: skipped",
      "slipway / Plan: skipped",
      "slipway / Issues: skipped",
      "slipway / node: skipped",
      "slipway / Release: skipped",
      "slipway / Settle: skipped",
      "slipway / Audit: skipped",
    ]);
  }, 180_000);
});
