import { agentNameSchema, CHANGE_TYPES, EFFORTS, executorSchema } from "@slipway/model";
import { z } from "zod";
import { packBudgetSchema } from "../context/budget.ts";

/** The stages that ask an agent, in the order of a run. */
export const AGENT_STAGES = ["spec", "plan", "execute", "review", "qa", "scan", "release", "deploy"] as const;
export type AgentStage = (typeof AGENT_STAGES)[number];

/** Stages whose agents work in a checkout with tools. The others are asked once and answer with one document. */
export const WORKING_STAGES: ReadonlySet<AgentStage> = new Set<AgentStage>(["execute", "deploy"]);

export const AGENT_TOOLS = ["bash", "editor", "submit"] as const;
export type AgentTool = (typeof AGENT_TOOLS)[number];

/** What a repository can tell its agents in documents of its own; several agents may read the same one. */
export const ONBOARDING_DOCUMENTS = [
  "spec-writer",
  "roadmap",
  "dev",
  "tests",
  "reviewer",
  "qa",
  "release",
  "infra",
] as const;
export type OnboardingDocument = (typeof ONBOARDING_DOCUMENTS)[number];

// Schemas are made where they are first used: most jobs read no agent's file.
/** A limit that is null is the policy's. */
const limitsShape = () => ({
  /** Model turns. */
  steps: z.number().int().min(1).max(1_000).nullable(),
  /** Wall time. */
  seconds: z.number().int().min(1).max(21_600).nullable(),
  /** Input and output tokens of all calls. */
  tokens: z.number().int().min(1).nullable(),
  /** Price of all calls, in US dollars. */
  dollars: z.number().positive().nullable(),
});

function shape() {
  const sentence = z.string().trim().min(1).max(1_000);
  return {
    name: agentNameSchema,
    /** What the agent is, in one sentence that begins its system prompt. */
    role: sentence,
    stage: z.enum(AGENT_STAGES),
    goals: z.array(sentence).min(1).max(20),
    tools: z.array(z.enum(AGENT_TOOLS)),
    constraints: z.array(sentence).max(40),
    guardrails: z.array(sentence).max(60),
    /** Null: the policy's. */
    model: z.string().trim().min(1).max(200).nullable(),
    effort: z.enum(EFFORTS),
    limits: z.strictObject(limitsShape()).partial(),
    executor: executorSchema,
    /** Packs of material that it is given unless the caller says otherwise, in this order. */
    context: z
      .array(packBudgetSchema)
      .max(12)
      .superRefine((packs, issues) => {
        const twice = packs.find(({ pack }, index) =>
          packs.some((one, at) => at < index && one.pack === pack),
        );
        if (twice) issues.addIssue({ code: "custom", message: `${twice.pack} stands there twice` });
      }),
    /** The consumer's document that is read after its own text. */
    onboarding: z.enum(ONBOARDING_DOCUMENTS),
    /** For an agent of the consumer's own: the types of change that it does in place of the suite's agent. */
    takes: z.array(z.enum(CHANGE_TYPES)).max(CHANGE_TYPES.length),
  };
}

/** The front matter of `agents/<name>.md`; the body below it is the agent's onboarding text. */
export const agentSchema = z.lazy(() => {
  const { tools, constraints, guardrails, model, effort, limits, executor, context, takes, ...required } =
    shape();
  return z
    .strictObject({
      ...required,
      tools: tools.default([]),
      constraints: constraints.default([]),
      guardrails: guardrails.default([]),
      model: model.default(null),
      effort: effort.default("medium"),
      limits: limits.default({}),
      executor: executor.default("builtin"),
      context: context.default([]),
      takes: takes.default([]),
    })
    .superRefine(({ stage, tools }, issues) => {
      const problem = toolsProblem(stage, tools);
      if (problem) issues.addIssue({ code: "custom", path: ["tools"], message: problem });
    });
});

/** What an override may say: the same keys, each of which may be left out. */
export const overrideSchema = z.lazy(() => z.strictObject(shape()).partial());

export type AgentDefinition = Omit<z.infer<typeof agentSchema>, "limits" | "onboarding"> & {
  readonly limits: AgentLimits;
  readonly onboardingDocument: OnboardingDocument;
  /** The Markdown below the front matter, and after it the consumer's document where there is one. */
  readonly onboarding: string;
};

export interface AgentLimits {
  readonly steps: number | null;
  readonly seconds: number | null;
  readonly tokens: number | null;
  readonly dollars: number | null;
}

export const NO_LIMITS: AgentLimits = { steps: null, seconds: null, tokens: null, dollars: null };

/** The limits of `base`, but for those that are given. */
export function limitsWith(
  base: AgentLimits,
  given: { readonly [Key in keyof AgentLimits]?: AgentLimits[Key] | undefined },
): AgentLimits {
  const { steps = base.steps, seconds = base.seconds, tokens = base.tokens, dollars = base.dollars } = given;
  return { steps, seconds, tokens, dollars };
}

/** The catalog of the suite. */
export const AGENT_NAMES = [
  "spec-writer",
  "acceptance-criteria-author",
  "roadmap-decomposer",
  "issue-planner",
  "developer-implementer",
  "refactorer",
  "test-author",
  "infra-deploy-engineer",
  "code-reviewer",
  "qa-tester",
  "security-auditor",
  "release-manager",
] as const;
export type AgentName = (typeof AGENT_NAMES)[number];
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Why an agent of this stage cannot have these tools; null when it can. */
export function toolsProblem(stage: AgentStage, tools: readonly AgentTool[]): string | null {
  if (!WORKING_STAGES.has(stage))
    return tools.length === 0
      ? null
      : `an agent of stage ${stage} answers with one document and has no tools`;
  return tools.includes("submit")
    ? null
    : `an agent of stage ${stage} needs submit, with which it hands its work over`;
}
