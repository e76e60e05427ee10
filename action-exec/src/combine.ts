import { type QaAnswer, type Review, TEST_DRAFTER } from "@slipway/agents";
import { addUsage, type Finding, type RiskLevel, type Usage } from "@slipway/model";

const HEIGHT: Readonly<Record<RiskLevel, number>> = { low: 0, medium: 1, high: 2 };
const DETAIL_MAX = 4_000;
const DRAFT_MAX = 3_000;
const REASON_MAX = 1_000;

/** Several readers of one change as one review: it passes when all of them let it, and what two found counts once. Pure. */
export function combined(reviews: readonly [Review, ...Review[]]): Review {
  const seen = new Set<string>();
  const findings = reviews
    .flatMap((review) => review.findings)
    .filter(({ path, line, title }) => {
      const key = JSON.stringify([path, line, title.toLowerCase()]);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  const failed = reviews.filter(({ verdict }) => verdict === "fail");
  const risk = reviews
    .flatMap((review) => (review.risk ? [review.risk] : []))
    .sort((a, b) => HEIGHT[b.level] - HEIGHT[a.level])[0];
  const told = failed.length > 0 ? failed : reviews;
  return {
    verdict: failed.length > 0 ? "fail" : "pass",
    reason: told
      .map(({ reason }) => reason)
      .join(" ")
      .slice(0, REASON_MAX),
    findings,
    ...(risk ? { risk } : {}),
    usage: reviews.map(({ usage }) => usage).reduce(addUsage),
    agents: [...new Set(reviews.flatMap(({ agents }) => agents))],
  };
}

/** What no test shows, as findings that block nothing, each with the draft of a test where there is one. Pure. */
export function untested({ criteria, drafts }: QaAnswer): Finding[] {
  return criteria.flatMap(({ id, shown, tests, reason }): Finding[] => {
    if (shown === "test") return [];
    const draft = drafts.find(({ path }) => tests.some((test) => test.path === path));
    const fence = "`".repeat(
      3 + Math.max(0, ...[...(draft?.content ?? "").matchAll(/`+/g)].map(([run]) => run.length)),
    );
    const text = draft
      ? `${reason}\n\nA draft, for \`${draft.path}\`:\n\n${fence}\n${draft.content.slice(0, DRAFT_MAX).trimEnd()}\n${fence}`
      : reason;
    return [
      {
        severity: "minor",
        path: null,
        line: null,
        title: `${id} is shown by no test`.slice(0, 200),
        detail: text.slice(0, DETAIL_MAX),
      },
    ];
  });
}

/** A review with what a tester found beside it. */
export function withUntested(review: Review, answer: QaAnswer, usage: Usage): Review {
  return {
    ...review,
    findings: [...review.findings, ...untested(answer)],
    usage: addUsage(review.usage, usage),
    agents: [...review.agents, TEST_DRAFTER],
  };
}
