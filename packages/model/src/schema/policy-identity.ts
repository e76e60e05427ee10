/** The part of the policy by which jobs prove who they are to the model's service, instead of holding a key. */
import { z } from "zod";

/** What Anthropic takes for the audience of a job's token unless the organization says otherwise. */
const AUDIENCE = "https://api.anthropic.com";

const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[A-Za-z0-9]{1,200}$`), `begins with ${prefix}_`);

/** Names of things, none of them a secret. */
export const identityPolicySchema = z.lazy(() =>
  z
    .strictObject({
      federationRule: id("fdrl").describe("Rule of your Anthropic organization that recognizes the jobs"),
      organization: z.uuid().describe("Id of that organization"),
      serviceAccount: id("svac").optional().describe("Account to act as, where the rule names none"),
      workspace: z
        .string()
        .regex(/^(?:default|wrkspc_[A-Za-z0-9]{1,200})$/, "is `default` or begins with wrkspc_")
        .optional()
        .describe("Workspace to pay from, where the rule holds for several"),
      audience: z.string().min(1).max(500).default(AUDIENCE).describe("Audience that the rule asks for"),
    })
    .describe("Jobs prove who they are by their own OIDC token, and need no key of Anthropic's"),
);
export type IdentityPolicy = z.infer<typeof identityPolicySchema>;
