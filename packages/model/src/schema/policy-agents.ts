/** The parts of the policy that say which model does what, and how deep a specification goes. */
import { z } from "zod";
import { agentNameSchema, EXECUTORS, effortSchema } from "./agent.ts";
import { identityPolicySchema } from "./policy-identity.ts";

/** How much is written down before anything is built. */
export const DEPTHS = ["brief", "standard", "full"] as const;
export type Depth = (typeof DEPTHS)[number];

export const PROVIDERS = ["anthropic", "openai"] as const;
export const providerSchema = z.enum(PROVIDERS);
export type ProviderName = z.infer<typeof providerSchema>;

const tokens = z.number().int().min(256).max(128_000);
const perMillion = z.number().min(0).max(10_000);

/** US dollars for a million tokens. */
export const priceSchema = z.lazy(() =>
  z.strictObject({
    input: perMillion,
    output: perMillion,
    cacheRead: perMillion.optional().describe("Default: a tenth of input"),
    cacheWrite: perMillion.optional().describe("Default: one and a quarter of input"),
  }),
);

export const modelPolicySchema = z.lazy(() =>
  z
    .strictObject({
      provider: providerSchema
        .default("anthropic")
        .describe("Protocol that the model is asked in; `openai` is any server that speaks Chat Completions"),
      name: z
        .string()
        .min(1)
        .default("claude-sonnet-5-5")
        .describe("Name of the model that every agent uses unless `agents` says otherwise"),
      effort: effortSchema.optional().describe("How hard models think; default: the agent's own"),
      maxOutputTokens: tokens.default(16_000).describe("Output tokens of one answer"),
      prices: z
        .record(z.string().min(1), priceSchema)
        .default({})
        .describe("US dollars for a million tokens, by model, where they are not known or not yours"),
      identity: identityPolicySchema.optional(),
    })
    .prefault({}),
);

const limit = (what: string, most: number) => z.number().int().min(1).max(most).optional().describe(what);

export const agentPolicySchema = z.lazy(() =>
  z.strictObject({
    provider: providerSchema.optional(),
    model: z.string().min(1).optional(),
    effort: effortSchema.optional(),
    maxOutputTokens: tokens.optional(),
    executor: z.enum(EXECUTORS).optional().describe("What runs the agent; `executors` says how"),
    steps: limit("Model turns of one execution", 200),
    minutes: limit("Wall time of one execution", 100),
    tokens: limit("Input and output tokens of one execution", 100_000_000),
    dollars: z.number().positive().max(10_000).optional().describe("Price of one execution"),
  }),
);

const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,99}$/, "a variable is named in capitals")
  .refine(
    (name) => !/^(?:GITHUB|RUNNER|ACTIONS|INPUT)_/.test(name),
    "variables of the runner are never passed on",
  );

export const executorsPolicySchema = z.lazy(() =>
  z
    .strictObject({
      command: z
        .strictObject({
          recipe: z
            .enum(["cursor", "claude-code", "codex", "gemini", "aider"])
            .optional()
            .describe("How a known CLI is called"),
          argv: z
            .array(z.string().min(1).max(1_000))
            .min(1)
            .max(50)
            .optional()
            .describe(
              "Program and arguments, each as it is; never a shell line. Instead of `recipe`, or to go before it",
            ),
          prompt: z
            .enum(["stdin", "file"])
            .optional()
            .describe("How the prompt gets there; default: the recipe's, or stdin"),
          env: z
            .array(variable)
            .max(20)
            .default([])
            .describe("Variables of the job that the program may see, such as its own key"),
        })
        .refine(({ recipe, argv }) => recipe !== undefined || argv !== undefined, "give `recipe` or `argv`")
        .optional(),
      http: z
        .strictObject({
          url: z.url({ protocol: /^https?$/ }).describe("Address of the server, before `/adapters/…`"),
          adapter: agentNameSchema.describe("Name of the adapter there"),
          bundle: z.boolean().default(false).describe("Send the files along"),
          callback: z
            .strictObject({
              url: z
                .url({ protocol: /^https?$/ })
                .describe("Address at which the server reaches the job's machine"),
              port: z
                .number()
                .int()
                .min(1)
                .max(65_535)
                .optional()
                .describe(
                  "Where the job listens; default: any free port, which is then added to the address",
                ),
            })
            .optional()
            .describe("Let the server post its result; for runners of your own, GitHub's cannot be reached"),
        })
        .optional(),
    })
    .prefault({}),
);

export const specPolicySchema = z.lazy(() =>
  z
    .strictObject({
      depth: z
        .enum(["auto", ...DEPTHS])
        .default("auto")
        .describe("How much is written down; `auto`: by size and risk"),
      questions: z
        .enum(["assume", "ask"])
        .default("assume")
        .describe(
          "What becomes of open questions: the recommended answer is taken and marked, or a person is asked",
        ),
      documents: z.boolean().default(true).describe("Commit the documents of the specification"),
      folder: z
        .string()
        .regex(/^(?!\.)[A-Za-z0-9._-]+(?:\/(?!\.)[A-Za-z0-9._-]+)*$/, "must be a plain folder, as `spec` is")
        .max(100)
        .default("spec")
        .describe("Folder of the documents; each run has its own below it"),
    })
    .prefault({}),
);

/** A command line as a shell takes it. */
export const shellCommandSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1, "must be a command line, or be left out")
    .max(4_000)
    .describe("An ordinary command line, run by bash on a clean checkout of the pull request's head"),
);

export const executePolicySchema = z.lazy(() =>
  z
    .strictObject({
      commands: z
        .array(shellCommandSchema)
        .max(20)
        .optional()
        .describe(
          "What a change has to pass before it is handed over; default: the setup, lint and test commands of `qa`",
        ),
      review: z
        .boolean()
        .default(true)
        .describe("The agent is shown its change once and looks it over before it is handed over"),
      binaries: z
        .boolean()
        .default(false)
        .describe("Files that are no text may be part of a change; compiled programs never are"),
      executables: z
        .boolean()
        .default(true)
        .describe("Scripts may be made executable; what is no script never is"),
      services: z
        .boolean()
        .default(false)
        .describe(
          "The agent's commands reach Docker and other services of the machine, which confine nothing",
        ),
    })
    .prefault({}),
);
