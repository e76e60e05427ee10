import { z } from "zod";
import { nodeIdSchema, textSchema, timeSchema } from "./common.ts";
import { subjectSchema } from "./evidence.ts";

export const GATES = [
  "children",
  "defects",
  "checks",
  "qa",
  "coverage",
  "review",
  "scan",
  "approval",
  "risk",
  "budget",
] as const;
export const gateNameSchema = z.enum(GATES);
export type GateName = z.infer<typeof gateNameSchema>;

export const gateSchema = z.lazy(() =>
  z.strictObject({
    name: gateNameSchema,
    status: z.enum(["pending", "pass", "fail", "skipped"]),
    reason: textSchema(1_000),
    /** Where a person can see more, or act. */
    link: z.string().nullable(),
  }),
);
export type Gate = z.infer<typeof gateSchema>;

/** Whether one node may merge, and why not, computed from evidence for one exact change. */
export const verdictSchema = z.lazy(() =>
  z.strictObject({
    nodeId: nodeIdSchema,
    subject: subjectSchema,
    outcome: z.enum(["mergeable", "waiting", "refused"]),
    sentence: textSchema(2_000),
    gates: z.array(gateSchema),
    at: timeSchema,
  }),
);
export type Verdict = z.infer<typeof verdictSchema>;
