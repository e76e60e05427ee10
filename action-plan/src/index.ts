import { aloneInputs, orHandFailureOver, readInputs, runAction } from "@slipway/action-kit";
import { z } from "zod";

await runAction("action-plan", async (context) => {
  const { stage } = readInputs(context.runner, { stage: z.enum(["draft", "record", "sync"]) });
  // Loaded apart: the jobs that write must not even load what talks to a model.
  if (stage === "draft") await (await import("./draft.ts")).draft(context);
  else if (stage === "record") await (await import("./record.ts")).record(context);
  else {
    const { claim } = readInputs(context.runner, aloneInputs);
    const sync = async () => (await import("./sync.ts")).sync(context);
    // The job that gives the claim back tells people what this one met.
    await (claim === undefined ? sync() : orHandFailureOver(context.environment, "issues", claim, sync));
  }
});
