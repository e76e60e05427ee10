import { type Policy, policySchema } from "./policy.ts";

/** The policy of a repository without one. Apart, so that a bundle without it makes no parse at every start. */
export const DEFAULT_POLICY: Policy = policySchema.parse({});
