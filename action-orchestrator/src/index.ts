import { readInputs, runAction } from "@slipway/action-kit";
import { z } from "zod";
import { decideTurn } from "./decide-turn.ts";
import { settleStage } from "./settle-stage.ts";

await runAction("action-orchestrator", async (context) => {
  const { command, token } = readInputs(context.runner, {
    command: z.enum(["decide", "settle"]),
    token: z.string(),
  });
  await (command === "decide" ? decideTurn(context, token) : settleStage(context, token));
});
