import { readInputs, runAction } from "@slipway/action-kit";
import { z } from "zod";
import { decideTurn } from "./decide-turn.ts";
import { settleStage } from "./settle-stage.ts";

await runAction("action-orchestrator", async (context) => {
  const { command, token } = readInputs(context.runner, {
    command: z.enum(["decide", "settle", "claim", "give-back"]),
    token: z.string(),
  });
  switch (command) {
    case "decide":
      return decideTurn(context, token);
    case "settle":
      return settleStage(context, token);
    case "claim":
      return (await import("./claim-node.ts")).claimNode(context, token);
    case "give-back":
      return (await import("./claim-node.ts")).giveBack(context, token);
  }
});
