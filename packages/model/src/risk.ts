import type { Risk } from "./schema/event.ts";
import type { RiskLevel } from "./schema/evidence.ts";
import type { PlanNode } from "./schema/plan.ts";
import type { Policy, RiskAction } from "./schema/policy.ts";

const LEVELS: readonly RiskLevel[] = ["low", "medium", "high"];
const ACTIONS: readonly RiskAction[] = ["auto", "approve", "draft-only"];

/** What a change touches and how much. */
export interface ChangeSize {
  readonly paths: readonly string[];
  /** Lines added and removed. */
  readonly lines: number;
}

export interface RiskInput {
  readonly node: Pick<PlanNode, "changeType" | "breaking">;
  readonly change: ChangeSize;
  /** The change goes into the integration branch itself. */
  readonly intoIntegration: boolean;
  /** What a reviewing agent makes of it; it can raise the level, never lower it. */
  readonly raised: { readonly level: RiskLevel; readonly reason: string } | null;
  /** Risks of the changes that this one is made of: a parent is as risky as its riskiest child. */
  readonly parts: readonly { readonly nodeId: string; readonly risk: Risk }[];
}

interface Mark {
  readonly level: RiskLevel;
  readonly reason: string;
}

/**
 * How risky a change is and what the policy makes of that. Deterministic but for what an agent adds, and that can
 * only raise it.
 *
 * @param matches whether a path matches a glob of the policy
 */
export function riskOf(
  { node, change, intoIntegration, raised, parts }: RiskInput,
  policy: Policy,
  matches: (path: string, glob: string) => boolean,
): Risk {
  const { risk } = policy;
  const own = parts.length === 0;
  const marks: Mark[] = [
    ...(own ? [...pathMarks(change, policy, matches), ...sizeMarks(change, policy)] : []),
    ...kindMarks(node, policy),
    ...(intoIntegration && risk.environment !== "low"
      ? [{ level: risk.environment, reason: "it goes into the integration branch" }]
      : []),
    ...(raised ? [{ level: raised.level, reason: `the reviewer says: ${raised.reason}` }] : []),
    ...parts.map((part) => ({ level: part.risk.level, reason: `${part.nodeId} is ${part.risk.level}` })),
  ];
  const level = highest(marks.map((mark) => mark.level));
  const reasons = level === "low" ? [] : marks.filter((mark) => mark.level === level).map((m) => m.reason);
  return { level, action: risk[level], reasons: reasons.slice(0, 20).map((text) => text.slice(0, 500)) };
}

/** Of two, the one that asks more of people. */
export function stricterAction(a: RiskAction, b: RiskAction): RiskAction {
  return ACTIONS.indexOf(a) >= ACTIONS.indexOf(b) ? a : b;
}

function highest(levels: readonly RiskLevel[]): RiskLevel {
  return LEVELS[Math.max(0, ...levels.map((level) => LEVELS.indexOf(level)))] ?? "high";
}

function pathMarks(
  { paths }: ChangeSize,
  { risk }: Policy,
  matches: (path: string, glob: string) => boolean,
): Mark[] {
  return risk.paths.flatMap(({ glob, level }) => {
    const touched = paths.filter((path) => matches(path, glob));
    const [first] = touched;
    if (first === undefined) return [];
    const more = touched.length > 1 ? ` and ${touched.length - 1} more` : "";
    return [{ level, reason: `it touches ${first}${more} (${glob})` }];
  });
}

function sizeMarks({ paths, lines }: ChangeSize, { risk }: Policy): Mark[] {
  const told = (count: number, limits: { medium: number; high: number }, what: string): Mark[] =>
    count >= limits.high
      ? [{ level: "high", reason: `it changes ${count} ${what}` }]
      : count >= limits.medium
        ? [{ level: "medium", reason: `it changes ${count} ${what}` }]
        : [];
  return [...told(paths.length, risk.files, "files"), ...told(lines, risk.lines, "lines")];
}

function kindMarks(node: RiskInput["node"], { risk }: Policy): Mark[] {
  const level = risk.changeTypes[node.changeType];
  return [
    ...(level ? [{ level, reason: `it is a ${node.changeType} change` }] : []),
    ...(node.breaking ? [{ level: risk.breaking, reason: "it breaks what users rely on" }] : []),
  ];
}
