import type { Policy } from "../schema/policy.ts";
import { DEPTHS, type Depth } from "../schema/policy-agents.ts";
import type { Spec } from "../schema/spec.ts";

/** The documents of a specification, in the order in which they are written and read. */
export const DOCUMENTS = [
  "constitution",
  "prd",
  "design-brief",
  "engineering-spec",
  "gtm-brief",
  "plan",
  "tasks",
] as const;
export type DocumentName = (typeof DOCUMENTS)[number];

/** Half a page for a change of one place; what a team of readers needs for several features, and only then. */
const OF_DEPTH: Readonly<Record<Depth, readonly DocumentName[]>> = {
  brief: ["prd"],
  standard: ["prd", "engineering-spec", "plan", "tasks"],
  full: DOCUMENTS,
};

export const documentsOfDepth = (depth: Depth): readonly DocumentName[] => OF_DEPTH[depth];

/** From so many requirements on; the numbers are those that the spec writer is told for its own sizes. */
const STANDARD_FROM = 4;
const FULL_FROM = 13;

/**
 * How deep a specification goes: by the policy, else by its size; what is risky is written down more fully than its
 * size asks for. An agent's word about risk can raise the depth, never lower it.
 */
export function depthOf(spec: Pick<Spec, "requirements" | "risk">, policy: Pick<Policy, "spec">): Depth {
  if (policy.spec.depth !== "auto") return policy.spec.depth;
  const count = spec.requirements.length;
  const bySize = count >= FULL_FROM ? 2 : count >= STANDARD_FROM ? 1 : 0;
  const breaks = spec.requirements.some(({ text }) => /^breaking:/i.test(text.trim()));
  const byRisk = spec.risk?.level === "high" ? 2 : spec.risk?.level === "medium" || breaks ? 1 : 0;
  return DEPTHS[Math.max(bySize, byRisk)] ?? "full";
}
