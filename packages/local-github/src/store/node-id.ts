/** Global node ids, as GraphQL and the `node_id` fields show them. */

const PREFIXES = {
  User: "U",
  Bot: "BOT",
  Organization: "O",
  Repository: "R",
  Issue: "I",
  PullRequest: "PR",
  IssueComment: "IC",
  Label: "LA",
  IssueType: "IT",
  PullRequestReview: "PRR",
  PullRequestReviewComment: "PRRC",
  PullRequestReviewThread: "PRRT",
  CheckRun: "CR",
  CheckSuite: "CS",
  StatusContext: "SC",
  Release: "RE",
  WorkflowRun: "WFR",
  Workflow: "W",
  Reaction: "REA",
  Ref: "REF",
  Commit: "C",
  Tree: "T",
  Blob: "B",
  Tag: "TA",
  App: "A",
  Team: "TEAM",
  Event: "EV",
  Artifact: "AR",
} as const;

export type NodeKind = keyof typeof PREFIXES;

/** `I_MzAwMDAwMDAwMQ` for (Issue, 3000000001). The key may be any text (a ref, a SHA). */
export function nodeId(kind: NodeKind, key: number | string): string {
  return `${PREFIXES[kind]}_${Buffer.from(String(key)).toString("base64url")}`;
}

/** The inverse of {@link nodeId}; undefined when the text is no node id. */
export function parseNodeId(id: string): { kind: NodeKind; key: string } | undefined {
  const cut = id.indexOf("_");
  const prefix = id.slice(0, cut);
  for (const [kind, known] of Object.entries(PREFIXES)) {
    if (known === prefix) {
      return { kind: kind as NodeKind, key: Buffer.from(id.slice(cut + 1), "base64url").toString("utf8") };
    }
  }
  return undefined;
}
