import { z } from "zod";

/** Longest idea taken, in characters: fits a `client_payload` (65,535) with room for the rest. */
export const IDEA_MAX = 60_000;

const command = z
  .string()
  .trim()
  .min(1, "must be a command line, or be left out")
  .max(4_000)
  .describe("An ordinary command line, run by bash on a clean checkout of the pull request's head");

const qa = z
  .strictObject({
    setup: command.optional().describe("Prepares the checkout; a failure counts as a failed QA"),
    test: command.optional(),
    lint: command.optional(),
    coverage: command
      .optional()
      .describe("Prints or writes line coverage; see coverageFile and coverageMinimum"),
    coverageFile: z.string().optional().describe("Path of an lcov file that `coverage` writes"),
    coverageMinimum: z.number().min(0).max(100).optional().describe("Lowest line coverage in percent"),
    timeoutMinutes: z.number().int().min(1).max(120).default(15).describe("For each command"),
  })
  .prefault({});

const model = z
  .strictObject({
    name: z.string().min(1).default("claude-sonnet-5-5"),
    maxOutputTokens: z.number().int().min(256).max(128_000).default(16_000),
  })
  .prefault({});

const limits = z
  .strictObject({
    attempts: z
      .number()
      .int()
      .min(1)
      .max(10)
      .default(3)
      .describe("Attempts at a node or stage before it is BLOCKED or FAILED"),
    parallel: z.number().int().min(1).max(50).default(6).describe("Nodes in progress at the same time"),
    nodes: z.number().int().min(1).max(300).default(100).describe("Nodes in a plan"),
    depth: z.number().int().min(2).max(7).default(4).describe("Levels of a plan, the root counted"),
    steps: z.number().int().min(1).max(200).default(60).describe("Model turns in one execution"),
    leaseMinutes: z
      .number()
      .int()
      .min(5)
      .max(2_160)
      .default(120)
      .describe("After this a claim may be taken over if its workflow run has ended"),
    files: z.number().int().min(1).max(1_000).default(100).describe("Files in one change"),
    bytes: z.number().int().min(1_000).max(40_000_000).default(1_000_000).describe("Bytes in one change"),
  })
  .prefault({});

const review = z
  .strictObject({
    required: z.boolean().default(true),
  })
  .prefault({});

const approval = z.enum(["none", "write", "maintain", "admin"]);

const release = z
  .strictObject({
    enabled: z.boolean().default(true),
    tagPrefix: z.string().max(40).default("v"),
    initialVersion: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/)
      .default("0.1.0")
      .describe("Version of the first release of a repository without version tags"),
  })
  .prefault({});

/**
 * The consumer's `.github/slipway.yml`. An unknown key is an error: a misspelt gate must not be a missing gate.
 */
export const policySchema = z.lazy(() =>
  z
    .strictObject({
      version: z.literal(1).default(1),
      integrationBranch: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("Default: the repository's default branch"),
      model,
      limits,
      qa,
      review,
      approval: approval.default("none").describe("Lowest role that must approve the root pull request"),
      release,
      protectedPaths: z
        .array(z.string().min(1))
        .max(200)
        .default([".github/workflows/**", ".github/slipway.yml", ".github/slipway/**"])
        .describe("Globs that no agent's change may touch"),
      submodules: z.boolean().default(false).describe("Check out submodules"),
      lfs: z.boolean().default(false).describe("Check out Git LFS files"),
    })
    .describe("Slipway policy"),
);

export type Policy = z.infer<typeof policySchema>;
