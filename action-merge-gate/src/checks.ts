import { publicLine, publicText } from "@slipway/agents";
import type { BranchRules, CheckState, RequiredCheck as RuleCheck } from "@slipway/github";
import { type ChangeSize, type Evidence, type RequiredCheck, type Subject, short } from "@slipway/model";

/** Name of the check run that shows our own verdict. */
export const OWN_CHECK = "Slipway";

/** The App that writes what a job's own token writes. Source: `GET https://api.github.com/apps/github-actions`. */
const APP_OF_ACTIONS = 15_368;

export type ChecksEvidence = Extract<Evidence, { kind: "checks" }>;

/** What the gate has read about the branch that a change goes into, and about the change. */
export interface TargetFacts {
  readonly rules: BranchRules;
  /** What reports on the head; empty when the rules ask for nothing. */
  readonly states: readonly CheckState[];
  readonly draft: boolean;
  /** Approving reviews of this head, by people who may write. */
  readonly approvals: number;
  readonly change: ChangeSize;
  /** Why what was read is not the whole. */
  readonly problem: string | null;
}

/**
 * What the rules ask for besides our own verdict, which cannot wait for itself. A check of that name that another App
 * must report is not ours.
 */
export function foreignChecks(rules: BranchRules, ownAppId: number | null): RuleCheck[] {
  const ours = (appId: number | null) => appId === null || appId === APP_OF_ACTIONS || appId === ownAppId;
  return rules.requiredChecks.filter(({ name, appId }) => !(name === OWN_CHECK && ours(appId)));
}

/** How a required check stands. Of several that report under its name the worst counts. */
export function standingOf(required: RuleCheck, states: readonly CheckState[]): RequiredCheck {
  const found = states.filter(
    (state) => state.name === required.name && (required.appId === null || state.appId === required.appId),
  );
  const worst =
    found.find(({ state }) => state === "fail") ?? found.find(({ state }) => state === "pending") ?? found[0];
  return {
    name: required.name,
    state: worst?.state ?? "missing",
    title: worst ? publicLine(worst.title || worst.conclusion, 500, worst.conclusion) : "",
    summary: worst ? publicText(worst.summary, 4_000) : "",
    link: worst?.url && /^https?:\/\//.test(worst.url) ? worst.url : null,
  };
}

export interface ChecksInput {
  readonly nodeId: string;
  readonly subject: Subject;
  readonly facts: TargetFacts;
  readonly ownAppId: number | null;
  readonly at: string;
}

/** What the target branch's own rules make of one exact change. What could not be read counts as failed. */
export function checksEvidence({ nodeId, subject, facts, ownAppId, at }: ChecksInput): ChecksEvidence {
  const checks = foreignChecks(facts.rules, ownAppId)
    .map((required) => standingOf(required, facts.states))
    .slice(0, 100);
  const { verdict, reason } =
    facts.problem === null
      ? verdictOf(checks, short(subject.headSha))
      : { verdict: "fail" as const, reason: facts.problem };
  return {
    kind: "checks",
    nodeId,
    subject,
    verdict,
    reason: reason.slice(0, 1_000),
    at,
    checks,
    approvals: { wanted: facts.rules.approvals, given: facts.approvals },
    draft: facts.draft,
    paths: facts.change.paths.slice(0, 3_000),
    lines: facts.change.lines,
  };
}

function verdictOf(
  checks: readonly RequiredCheck[],
  head: string,
): { verdict: ChecksEvidence["verdict"]; reason: string } {
  const named = (state: RequiredCheck["state"][]) =>
    checks.filter((check) => state.includes(check.state)).map((check) => quoted(check.name));
  const failed = named(["fail"]);
  if (failed.length > 0) return { verdict: "fail", reason: `${listed(failed)} failed on ${head}` };
  const open = named(["pending", "missing"]);
  if (open.length > 0) {
    const missing = named(["missing"]);
    const silent =
      missing.length === 0
        ? ""
        : missing.length === open.length
          ? ", where nothing has reported yet"
          : ` (nothing has reported ${listed(missing)} yet)`;
    return { verdict: "pending", reason: `needs ${listed(open)} on ${head}${silent}` };
  }
  return {
    verdict: "pass",
    reason: checks.length === 0 ? "The target branch requires none." : `${listed(named(["pass"]))} passed.`,
  };
}

/** The same change, which GitHub merges without another request of ours: in the branch's queue, or by and by. */
export function underWay(
  evidence: ChecksEvidence,
  {
    pull,
    base,
    where,
  }: { readonly pull: number; readonly base: string; readonly where: "queue" | "background" },
  at: string,
): ChecksEvidence {
  const reason =
    where === "queue"
      ? `needs the merge queue of ${base} to merge #${pull}: it waits in it`
      : `needs GitHub to finish the merge of #${pull} into ${base}, which is under way`;
  return { ...evidence, verdict: "pending", reason, at };
}

/** What a person should know about checks that nothing reports; undefined when there are none. */
export function silenceNote(evidence: ChecksEvidence, app: boolean): string | undefined {
  const missing = evidence.checks.filter((check) => check.state === "missing");
  if (missing.length === 0) return undefined;
  const names = listed(missing.map((check) => quoted(check.name)));
  const why = app
    ? "Is a workflow or an App still there that reports under this name?"
    : "This run acts with `github.token`: a pull request that is opened with it starts no workflow until someone with write access approves it on the pull request's page. Let Slipway act as a GitHub App to have the repository's own checks start by themselves.";
  return `Nothing has reported ${names} yet. ${why}`;
}

const quoted = (name: string) => `\`${publicLine(name, 100, "a check").replaceAll("`", "'")}\``;

export function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
