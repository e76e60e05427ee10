import { readInputs, runAction } from "@slipway/action-kit";
import { z } from "zod";

await runAction("action-spec", async (context) => {
  const { stage } = readInputs(context.runner, { stage: z.enum(["draft", "record"]) });
  // Loaded apart: the job that records must not even load what talks to a model.
  if (stage === "draft") await (await import("./draft.ts")).draft(context);
  else await (await import("./record.ts")).record(context);
});
