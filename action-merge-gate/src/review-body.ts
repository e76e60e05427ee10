import { type Evidence, GATE_MARKS, GATE_WORDS } from "@slipway/model";

export interface ReviewComment {
  readonly path: string;
  readonly line: number;
  readonly body: string;
}

/** A review as one body and the comments that stand at a line; texts were made fit for the public by the reviewer's job. */
export function reviewBody(
  review: Extract<Evidence, { kind: "review" }>,
  marker: string,
): { body: string; comments: ReviewComment[] } {
  const comments = review.findings.flatMap((finding) =>
    finding.path !== null && finding.line !== null
      ? [
          {
            path: finding.path,
            line: finding.line,
            body: `**${finding.severity}: ${finding.title}**\n\n${finding.detail}`,
          },
        ]
      : [],
  );
  const loose = review.findings.filter((finding) => finding.path === null || finding.line === null);
  const body = [
    marker,
    `${GATE_MARKS[review.verdict]} **Review ${GATE_WORDS[review.verdict]}.** ${review.reason}`,
    ...loose.map(
      (finding) =>
        `- **${finding.severity}: ${finding.title}**${finding.path ? ` (${finding.path})` : ""} ${finding.detail}`,
    ),
  ].join("\n\n");
  return { body, comments };
}
