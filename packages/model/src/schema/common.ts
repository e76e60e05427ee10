import { z } from "zod";

// Building a schema costs every start of every action: what is used more than once is built once.
export const countSchema = z.number().int().nonnegative();
export const numberSchema = z.number().int().positive();

/** The stages of a run, in the order in which the status chips show them. */
export const STAGES = [
  "spec",
  "plan",
  "issues",
  "execute",
  "review",
  "qa",
  "scan",
  "merge",
  "release",
  "deploy",
] as const;
export const stageSchema = z.enum(STAGES);
export type Stage = z.infer<typeof stageSchema>;

/** Conventional-commit types (conventionalcommits.org, and Angular's list). */
export const CHANGE_TYPES = [
  "feat",
  "fix",
  "perf",
  "refactor",
  "docs",
  "test",
  "build",
  "ci",
  "chore",
] as const;

/** Stages that a run does once, as a whole, rather than node by node. */
export const runStageSchema = z.enum(["spec", "plan", "issues", "release"]);
export type RunStage = z.infer<typeof runStageSchema>;

export const RUN_STATES = [
  "IDEA_SUBMITTED",
  "SPEC_WRITING",
  "ISSUE_TREE",
  "EXECUTION_LOOP",
  "QA",
  "MERGE",
  "RELEASE",
  "DONE",
  "PAUSED",
  "CANCELLED",
  "FAILED",
] as const;
export const runStateSchema = z.enum(RUN_STATES);
export type RunStateName = z.infer<typeof runStateSchema>;

export const nodeKindSchema = z.enum(["epic", "feature", "task", "defect"]);
export type NodeKind = z.infer<typeof nodeKindSchema>;

export const nodeStatusSchema = z.enum(["NEW", "IN_PROGRESS", "REVIEW", "QA", "BLOCKED", "DONE"]);
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

/** `r-20261120-7f3k2a` */
export const runIdSchema = z.string().regex(/^r-\d{8}-[a-z0-9]{6}$/, "a run id looks like r-20261120-7f3k2a");

/** `E1`, `F2`, `T12`, `D3`: a letter for the kind and a number, never reused within a run. */
export const nodeIdSchema = z.string().regex(/^[EFTD][1-9]\d{0,4}$/, "a node id looks like T12");

export const shaSchema = z.string().regex(/^[0-9a-f]{40}$/, "a full commit SHA has 40 hex digits");
export const hashSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/);
export const timeSchema = z.iso.datetime({ offset: true });

/** A line of text for people: no line breaks, no control characters. */
export const lineSchema = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !/[\p{Cc}\u2028\u2029]/u.test(text), "must be one line without control characters");

export const textSchema = (max: number) => z.string().trim().min(1).max(max);

/** Tokens and money of model calls, in the provider's own numbers. */
export const usageSchema = z.lazy(() =>
  z.strictObject({
    model: z.string().optional(),
    calls: countSchema,
    inputTokens: countSchema,
    outputTokens: countSchema,
    cacheReadTokens: countSchema,
    cacheWriteTokens: countSchema,
    /** Price in US dollars; left out where it is not known of every call. */
    dollars: z.number().nonnegative().optional(),
  }),
);
export type Usage = z.infer<typeof usageSchema>;

export const NO_USAGE: Usage = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

export function addUsage(a: Usage, b: Usage): Usage {
  const dollars = addDollars(a, b);
  return {
    ...((b.model ?? a.model) ? { model: b.model ?? a.model } : {}),
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    ...(dollars === undefined ? {} : { dollars }),
  };
}

/** What of one side is not known is not known of both; nothing was asked where there were no calls. */
function addDollars(a: Usage, b: Usage): number | undefined {
  if (a.calls === 0) return b.dollars;
  if (b.calls === 0) return a.dollars;
  if (a.dollars === undefined || b.dollars === undefined) return undefined;
  return roundedDollars(a.dollars + b.dollars);
}

/** To a ten-thousandth of a cent: sums in another order are the same sum. */
export const roundedDollars = (dollars: number): number => Math.round(dollars * 1e6) / 1e6;
