import { booleanInput, openRun, readInputs, runAction, withGitHub } from "@slipway/action-kit";
import { runIdSchema } from "@slipway/model";
import { z } from "zod";
import { emitAudit } from "./audit.ts";
import { postStatus } from "./post-status.ts";

await runAction("action-callback", async (context) => {
  const inputs = readInputs(context.runner, {
    "run-id": runIdSchema,
    "backend-url": z.url({ protocol: /^https?$/ }).optional(),
    secret: z.string().optional(),
    audit: booleanInput.optional(),
    token: z.string(),
  });
  if (inputs.secret) context.runner.mask(inputs.secret);
  await withGitHub(context, inputs.token, async (github) => {
    const state = await openRun(context, github, inputs["run-id"]).read();
    if (inputs["backend-url"]) await postStatus(context, state, inputs["backend-url"], inputs.secret);
    if (inputs.audit) await emitAudit(context, github, state);
  });
});
