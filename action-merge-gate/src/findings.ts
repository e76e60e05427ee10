import { type Evidence, hashOf, type NodeState } from "@slipway/model";

/** One thing that is wrong with a node's change. */
export interface Failure {
  /** The same for the same thing, whatever commit it was found on. */
  readonly key: string;
  /** A few words that name it. */
  readonly title: string;
  /** What was found, for whoever mends it. */
  readonly detail: string;
}

type Judged = Pick<NodeState, "verdict" | "evidence">;

/**
 * Everything that the last verdict holds against the change itself. Evidence that is missing is nothing that a change
 * could mend, so it is not among them.
 */
export function failuresOf({ verdict, evidence }: Judged): Failure[] {
  const found = evidence.filter((item) => item.verdict === "fail").flatMap(failuresIn);
  const coverage = verdict?.gates.find((gate) => gate.name === "coverage" && gate.status === "fail");
  const measured = evidence.some((item) => item.kind === "qa");
  return coverage && measured
    ? [...found, { key: "coverage", title: "line coverage", detail: coverage.reason }]
    : found;
}

/** The same for the same findings on the same node; two nodes with the same finding have two. */
export function fingerprintOf(nodeId: string, failures: readonly Failure[]): string {
  return hashOf({ node: nodeId, failed: failures.map((failure) => failure.key).sort() });
}

/** What the next attempt is told: the sentence, and what the failing checks printed. */
export function troubleText(judged: Judged): string {
  const details = failuresOf(judged).map((failure) => failure.detail);
  return [judged.verdict?.sentence ?? "", ...details].filter(Boolean).join("\n\n").slice(0, 2_000);
}

function failuresIn(item: Evidence): Failure[] {
  switch (item.kind) {
    case "qa":
      return item.commands
        .filter((command) => command.exitCode !== 0)
        .map((command) => ({
          key: `qa ${command.name} ${steady(command.output)}`,
          title: `\`${command.command.slice(0, 100)}\``,
          detail: `\`${command.command}\` exited ${command.exitCode ?? "by force"}:\n${lastLines(command.output)}`,
        }));
    case "checks":
      return item.checks
        .filter((check) => check.state === "fail")
        .map((check) => ({
          key: `check ${check.name}`,
          title: `the check \`${check.name}\``,
          detail: [
            `The repository's own check \`${check.name}\` failed${check.title ? `: ${check.title}` : ""}`,
            ...(check.link ? [check.link] : []),
            check.summary.slice(0, 1_200),
          ]
            .filter(Boolean)
            .join("\n"),
        }));
    default:
      return item.findings.map((finding) => ({
        key: `${item.kind} ${finding.path ?? ""} ${steady(finding.title)}`,
        title: `${item.kind}: ${finding.title}`,
        detail:
          `${finding.path ?? ""}${finding.line === null ? "" : `:${finding.line}`} ${finding.title}: ${finding.detail}`.trim(),
      }));
  }
}

/** The end of an output, in whole lines unless the last one alone is too long. */
function lastLines(output: string): string {
  const end = output.slice(-1_200);
  if (end.length === output.length || output.at(-end.length - 1) === "\n") return end;
  const from = end.indexOf("\n") + 1;
  return from === 0 || from === end.length ? end : end.slice(from);
}

/**
 * Commit names, times, durations and line numbers differ from one time to the next. A commit's name may be all figures,
 * and a number have as many as a name: both become the same.
 */
const steady = (text: string) =>
  text
    .replace(/\b[0-9a-f]{7,40}\b/g, "0")
    .replace(/\d+/g, "0")
    .replace(/\s+/g, " ")
    .slice(0, 4_000);
