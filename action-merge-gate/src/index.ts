import { orHandFailureOver, readInputs, runAction, stageInputs } from "@slipway/action-kit";
import { z } from "zod";

await runAction("action-merge-gate", async (context) => {
  const { stage } = readInputs(context.runner, {
    stage: z.enum(["publish", "gate", "defect", "settle", "release", "notes"]),
  });
  switch (stage) {
    case "publish":
      return (await import("./publish.ts")).publish(context);
    case "gate":
      return (await import("./gate.ts")).gate(context);
    case "defect":
      return (await import("./defect.ts")).defect(context);
    case "settle":
      return (await import("./settle.ts")).settle(context);
    case "release": {
      const { claim } = readInputs(context.runner, stageInputs);
      const release = async () => (await import("./release.ts")).release(context);
      // The job that gives the claim back tells people what this one met.
      return orHandFailureOver(context.environment, "release", claim, release, { keeps: true });
    }
    case "notes":
      return (await import("./release.ts")).notes(context);
  }
});
