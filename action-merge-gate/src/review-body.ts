import { publicLine, publicText } from "@slipway/agents";
import { type Evidence, type Finding, GATE_MARKS, GATE_WORDS, plain } from "@slipway/model";

export interface ReviewComment {
  readonly path: string;
  readonly line: number;
  readonly body: string;
}

/**
 * A review as one body and the comments that stand at a line. The reviewer's job made the texts fit for the public; this
 * one takes nobody's word for it, and paths are named by whoever made the files.
 */
export function reviewBody(
  review: Extract<Evidence, { kind: "review" }>,
  marker: string,
): { body: string; comments: ReviewComment[] } {
  const comments = review.findings.flatMap((finding) => {
    const { path, line } = finding;
    return path !== null && line !== null
      ? [{ path, line, body: `${headOf(finding)}\n\n${detailOf(finding)}` }]
      : [];
  });
  const loose = review.findings.filter((finding) => finding.path === null || finding.line === null);
  const reason = publicLine(review.reason, 1_000, "No reason was given.", "markdown");
  const body = [
    marker,
    `${GATE_MARKS[review.verdict]} **Review ${GATE_WORDS[review.verdict]}.** ${reason}`,
    ...loose.map(
      (finding) =>
        `- ${headOf(finding)}${finding.path ? ` (${plain(finding.path)})` : ""} ${detailOf(finding)}`,
    ),
  ].join("\n\n");
  return { body, comments };
}

const headOf = ({ severity, title }: Finding): string =>
  `**${severity}: ${publicLine(title, 200, "Finding", "markdown")}**`;

const detailOf = ({ detail }: Finding): string => publicText(detail, 4_000, "markdown") || "(no detail)";
