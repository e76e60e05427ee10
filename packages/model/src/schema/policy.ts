import { z } from "zod";
import { agentNameSchema } from "./agent.ts";
import { CHANGE_TYPES } from "./common.ts";
import {
  agentPolicySchema,
  shellCommandSchema as command,
  executePolicySchema,
  executorsPolicySchema,
  modelPolicySchema,
  specPolicySchema,
} from "./policy-agents.ts";

/** Longest idea taken, in characters: fits a `client_payload` (65,535) with room for the rest. */
export const IDEA_MAX = 60_000;

/** What `git check-ref-format` takes within a name of a branch or tag. */
const isRefText = (text: string): boolean =>
  !/[\p{Cc}\p{Cs} ~^:?*[\\]|\.\.|@\{|\/\/|(?:^|\/)\.|\.lock(?:\/|$)/u.test(text) && !/^[-/]/.test(text);

/** A name that `epic/12-…` and the like can stand beside. */
const isBranchName = (name: string): boolean =>
  isRefText(name) && !/[./]$|^refs\/|^@$/.test(name) && !/^(?:epic|feature|task|defect)$/i.test(name);

const qa = z.lazy(() =>
  z
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
      drafts: z
        .boolean()
        .default(false)
        .describe("An agent says which criteria no test shows, and drafts what is missing"),
    })
    .prefault({}),
);

const limits = z.lazy(() =>
  z
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
      defectRounds: z
        .number()
        .int()
        .min(0)
        .max(10)
        .default(3)
        .describe("Defects filed for one node before it is BLOCKED and a person is asked"),
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
    .prefault({}),
);

const review = z.lazy(() =>
  z
    .strictObject({
      required: z.boolean().default(true).describe("A model that did not write the change reviews each leaf"),
      security: z
        .boolean()
        .default(false)
        .describe("An auditor of security looks at each change as well, in the same job"),
    })
    .prefault({}),
);

/** The roles that GitHub knows, the highest first. */
export const ROLES = ["admin", "maintain", "write", "triage", "read"] as const;
export const roleSchema = z.enum(ROLES);
export type RoleName = z.infer<typeof roleSchema>;

const approval = z.enum(["none", ...ROLES]);

export const riskActionSchema = z.enum(["auto", "approve", "draft-only"]);
export type RiskAction = z.infer<typeof riskActionSchema>;

const level = z.enum(["low", "medium", "high"]);
const threshold = (medium: number, high: number) =>
  z
    .strictObject({
      medium: z.number().int().min(1).default(medium).describe("From here on medium"),
      high: z.number().int().min(1).default(high).describe("From here on high"),
    })
    .prefault({});

const risk = z.lazy(() =>
  z
    .strictObject({
      paths: z
        .array(z.strictObject({ glob: z.string().min(1), level }))
        .max(200)
        .default([
          { glob: ".github/**", level: "high" },
          { glob: "**/migrations/**", level: "high" },
          {
            glob: "**/{package-lock.json,yarn.lock,pnpm-lock.yaml,Cargo.lock,go.sum,poetry.lock,uv.lock}",
            level: "medium",
          },
        ])
        .describe("Globs of paths that make a change at least this risky"),
      files: threshold(20, 60).describe("Files touched from which a change is at least this risky"),
      lines: threshold(400, 1_500).describe(
        "Lines added and removed from which a change is at least this risky",
      ),
      changeTypes: z
        .partialRecord(z.enum(CHANGE_TYPES), level)
        .default({ build: "medium", ci: "medium" })
        .describe("Change types that make a change at least this risky"),
      breaking: level.default("medium").describe("Level of a breaking change"),
      environment: level
        .default("low")
        .describe("Level that everything merged into the integration branch has at least"),
      low: riskActionSchema.default("auto").describe("What follows from a low risk"),
      medium: riskActionSchema.default("auto").describe("What follows from a medium risk"),
      high: riskActionSchema.default("approve").describe("What follows from a high risk"),
      role: roleSchema.default("write").describe("Lowest role that may approve a risky change"),
    })
    .prefault({}),
);

const budget = z.lazy(() =>
  z
    .strictObject({
      calls: z.number().int().min(1).optional().describe("Model calls of the whole run"),
      inputTokens: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe("Input tokens of the whole run, cached ones counted"),
      outputTokens: z.number().int().min(1).optional().describe("Output tokens of the whole run"),
      dollars: z
        .number()
        .positive()
        .optional()
        .describe("Price of the whole run in US dollars, by model.prices"),
    })
    .prefault({}),
);

const pulls = z.lazy(() =>
  z
    .strictObject({
      draft: z
        .boolean()
        .default(false)
        .describe("Open pull requests as drafts; each is merged once a person has marked it ready"),
    })
    .prefault({}),
);

const release = z.lazy(() =>
  z
    .strictObject({
      enabled: z.boolean().default(true).describe("A run that is merged ends with a tag and a release"),
      tagPrefix: z
        .string()
        .max(40)
        .refine(isRefText, "must be what a tag's name may begin with, as `v` or `package/` is")
        .default("v")
        .describe("What stands before the version in a tag"),
      initialVersion: z
        .string()
        .regex(/^\d+\.\d+\.\d+$/)
        .default("0.1.0")
        .describe("Version of the first release of a repository without version tags"),
      notes: z
        .enum(["trace", "agent"])
        .default("trace")
        .describe("Who words the notes: made from the trace alone, or written from it by an agent"),
    })
    .prefault({}),
);

/** What decides over others: what runs with a workflow's rights, what agents keep to, and who has to be asked. */
const PROTECTED = [
  ".github/workflows/**",
  ".github/actions/**",
  ".github/slipway.yml",
  ".github/slipway/**",
  "CODEOWNERS",
  ".github/CODEOWNERS",
  "docs/CODEOWNERS",
] as const;

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
        .refine(isBranchName, "must be the name of a branch, as `main` is, and not that of a kind of node")
        .optional()
        .describe("Default: the repository's default branch"),
      model: modelPolicySchema,
      agents: z
        .record(agentNameSchema, agentPolicySchema)
        .default({})
        .describe("What is different for single agents, by name"),
      executors: executorsPolicySchema,
      spec: specPolicySchema,
      execute: executePolicySchema,
      limits,
      qa,
      review,
      approval: approval.default("none").describe("Lowest role that must approve the root pull request"),
      approvers: z
        .strictObject({
          teams: z
            .array(z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, "a team is named by its slug"))
            .max(20)
            .default([])
            .describe("Slugs of teams of the owning organization whose members may approve"),
        })
        .prefault({}),
      commands: roleSchema
        .default("write")
        .describe("Lowest role whose comments and dispatches are obeyed (pause, resume, cancel, retry)"),
      risk,
      budget: budget.describe("When it is used up, no agent starts until a person asks for a retry"),
      pulls,
      release,
      protectedPaths: z
        .array(z.string().min(1))
        .max(200)
        .default([...PROTECTED])
        .describe("Globs that no agent's change may touch"),
      submodules: z.boolean().default(false).describe("Check out submodules"),
      lfs: z.boolean().default(false).describe("Check out Git LFS files"),
    })
    .describe("Slipway policy"),
);

export type Policy = z.infer<typeof policySchema>;
