import { z } from "zod";

const sentence = z.string().trim().min(1).max(1_000);

/** The front matter of `agents/<name>.md`; the body below it is the agent's onboarding text. */
export const agentSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "an agent's name is lower-case words joined by hyphens"),
  /** What the agent is, in one sentence that begins its system prompt. */
  role: sentence,
  stage: z.enum(["spec", "plan", "execute", "review"]),
  goals: z.array(sentence).min(1).max(20),
  tools: z.array(z.enum(["bash", "editor", "submit"])).default([]),
  constraints: z.array(sentence).max(30).default([]),
  guardrails: z.array(sentence).max(30).default([]),
  executor: z.literal("builtin").default("builtin"),
});

export type AgentDefinition = z.infer<typeof agentSchema> & {
  /** The Markdown below the front matter. */
  readonly onboarding: string;
};

export type AgentName = "spec-writer" | "issue-planner" | "developer-implementer" | "code-reviewer";
