import type { Finding, PlanNode, RiskLevel, Spec, Usage } from "@slipway/model";
import { type ReviewAnswer, reviewAnswerSchema } from "../catalog/answers.ts";
import { publicLine, publicText } from "../prompt/public-text.ts";
import { asData } from "../prompt/sanitize.ts";
import { asking, contractOf, type StageRequest } from "./common.ts";
import { structured } from "./structured.ts";
import { verifyFindings } from "./verify-findings.ts";

export interface ReviewRequest extends StageRequest {
  /** Who reviews. Default: the code reviewer; the auditor of security answers in the same shape. */
  readonly agent?: "code-reviewer" | "security-auditor";
  readonly node: PlanNode;
  readonly spec: Spec;
  /** Unified diff from base to head. */
  readonly diff: string;
  /** Files that the change writes, as they are at its head. Binary ones are left out by the caller. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

export interface Review {
  readonly verdict: "pass" | "fail";
  /** One sentence a person understands. */
  readonly reason: string;
  readonly findings: readonly Finding[];
  /** What the reviewer makes of the change's risk; it can raise what its size and place tell, never lower it. */
  readonly risk?: { readonly level: RiskLevel; readonly reason: string };
  readonly usage: Usage;
  /** Everybody who read the change. */
  readonly agents: readonly string[];
}

const DIFF_MAX = 200_000;
const FILES_MAX = 200_000;

/**
 * A review by a reader who sees the contract and the change, nothing of its making. A finding counts
 * only when its place exists, and the verdict is `fail` exactly when a blocking one is left.
 *
 * @throws ModelAnswerError, ModelFailure
 */
export async function reviewChange(request: ReviewRequest): Promise<Review> {
  const { node } = request;
  const agent = request.agent ?? "code-reviewer";
  const { value, usage } = await structured({
    ...asking(request, agent),
    correlation: {
      stage: agent === "security-auditor" ? "scan" : "review",
      runId: request.runId,
      attempt: request.attempt,
      nodeId: node.id,
      nodeTitle: node.title,
    },
    prompt: [
      "Review the change below against its contract.",
      "",
      asData({ source: "contract", text: contractOf(node, request.spec) }),
      "",
      asData({ source: "diff", text: request.diff, maxCharacters: DIFF_MAX }),
      "",
      ...filesOf(request.files),
    ].join("\n"),
    schema: reviewAnswerSchema,
    schemaName: "review",
    ...(request.signal ? { signal: request.signal } : {}),
  });
  const findings = verifyFindings(value.findings, request.diff, request.files).map(publicFinding);
  const blocking = findings.filter((finding) => finding.severity === "blocking").length;
  const verdict = blocking > 0 ? "fail" : "pass";
  return {
    verdict,
    reason: reasonOf(value, verdict, blocking),
    findings,
    ...(value.risk ? { risk: publicRisk(value.risk) } : {}),
    usage,
    agents: [agent],
  };
}

function publicRisk({ level, reason }: { level: RiskLevel; reason: string }) {
  return { level, reason: publicLine(reason, 500, "No reason was given.") };
}

function filesOf(files: ReviewRequest["files"]): string[] {
  let left = FILES_MAX;
  const shown: string[] = [];
  for (const file of files) {
    if (left <= 0) {
      shown.push(`(${files.length - shown.length} more changed files are in the diff only)`);
      break;
    }
    shown.push(
      asData({ source: `file ${file.path} after the change`, text: file.content, maxCharacters: left }),
    );
    left -= file.content.length;
  }
  return shown;
}

function reasonOf(answer: ReviewAnswer, verdict: "pass" | "fail", blocking: number): string {
  const said = publicLine(answer.reason, 700, "The reviewer gave no reason.");
  if (answer.verdict === verdict) return said;
  return verdict === "fail"
    ? `The review has ${blocking} blocking finding${blocking === 1 ? "" : "s"}, so it does not pass, although the reviewer would let it: ${said}`
    : `The reviewer would not pass it, but no blocking finding holds in the change: ${said}`;
}

function publicFinding(finding: Finding): Finding {
  return {
    ...finding,
    title: publicLine(finding.title, 200, "Finding"),
    detail: publicText(finding.detail, 4_000, "markdown") || "(no detail)",
  };
}
