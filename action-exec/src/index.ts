import { readInputs, runAction } from "@slipway/action-kit";
import { z } from "zod";

await runAction("action-exec", async (context) => {
  const { stage } = readInputs(context.runner, {
    stage: z.enum(["checkout", "checkout-change", "execute", "qa", "review", "scan", "release"]),
  });
  // Loaded apart: each stage has large libraries of its own.
  switch (stage) {
    case "checkout":
      return (await import("./checkout-stage.ts")).checkoutStart(context);
    case "checkout-change":
      return (await import("./checkout-stage.ts")).checkoutChange(context);
    case "execute":
      return (await import("./execute.ts")).execute(context);
    case "qa":
      return (await import("./qa.ts")).qa(context);
    case "review":
      return (await import("./review.ts")).review(context);
    case "release":
      return (await import("./release.ts")).release(context);
    case "scan":
      return (await import("./scan.ts")).scan(context);
  }
});
