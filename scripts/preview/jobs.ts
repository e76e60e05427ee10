/** The summaries of jobs, as the actions write them. */

import {
  type ChangeArtifact,
  ConfigurationError,
  changeSummary,
  defectSummary,
  evidenceSummary,
  failureSummary,
  issuesSummary,
  judgePlan,
  mergedSummary,
  NO_USAGE,
  noteSummary,
  planSummary,
  planVerdictText,
  publishedSummary,
  RefusalError,
  type ReleaseEntry,
  type RunState,
  releaseNotes,
  releaseSummary,
  specSummary,
  verdictSummary,
} from "@slipway/model";
import { reviewBody } from "../../action-merge-gate/src/review-body.ts";
import { explainError } from "../../packages/action-kit/src/main.ts";
import { nodeOf, sha } from "../../packages/model/src/testing/samples.ts";
import { sceneEvidence } from "../../packages/model/src/testing/scene-evidence.ts";
import { SCENE_PLAN } from "../../packages/model/src/testing/scenes.ts";
import type { Exhibit } from "./exhibits.ts";

export function jobs(sceneOf: (name: string) => RunState): Exhibit[] {
  const state = sceneOf("working");
  const job = (name: string, markdown: string): Exhibit => ({
    group: "Job summary",
    name,
    place: "summary",
    markdown,
  });
  const { spec } = state;
  const t2 = nodeOf(state, "T2");
  const root = nodeOf(sceneOf("merging the whole"), "E1");
  const mergeable = root.verdict;
  const silent = sceneOf("waiting for two checks");
  const { release } = sceneOf("done");
  const review = sceneEvidence().find((item) => item.kind === "review");
  return [
    ...(spec ? [job("spec", specSummary({ spec, agents: ["spec-writer"] }, "recorded"))] : []),
    ...(spec
      ? [
          job(
            "plan",
            `${planSummary({ plan: SCENE_PLAN, agents: ["issue-planner"] }, "recorded")}\n\n${planVerdictText(judgePlan(SCENE_PLAN, spec, state.policy))}`,
          ),
        ]
      : []),
    job(
      "issues.sync",
      issuesSummary({
        issues: state.nodes.flatMap((node) =>
          node.issue ? [{ nodeId: node.plan.id, issue: node.issue }] : [],
        ),
        created: 3,
        updated: 1,
        differences: [{ nodeId: "T2", issue: 12, what: "the title" }],
        notes: ["This repository offers no issue types: labels say what an issue is."],
      }),
    ),
    ...(["finished", "unfinished"] as const).map((outcome) =>
      job(`execute, ${outcome}`, changeSummary(changeOf(state, outcome))),
    ),
    job(
      "execute, paused",
      `${changeSummary({ ...changeOf(state, "unfinished"), reason: "The run was paused.", interrupted: true })}\n\nThe run was paused. The change is kept.`,
    ),
    job("publish", publishedSummary(t2, 22, `3f2c1a9${"0".repeat(33)}`)),
    ...sceneEvidence().map((evidence) =>
      job(`${evidence.kind}, ${evidence.verdict}`, evidenceSummary(evidence)),
    ),
    ...(review
      ? [{ ...job("review on the pull request", reviewBody(review, "").body), place: "comment" as const }]
      : []),
    ...(mergeable
      ? [
          job(
            "gate, merged",
            `${verdictSummary(root, mergeable)}\n${mergedSummary(root, "main", `abcdef1${"0".repeat(33)}`)}`,
          ),
        ]
      : []),
    ...(t2.verdict
      ? [
          job("gate, refused", verdictSummary(t2, t2.verdict)),
          job("defect", defectSummary(nodeOf(state, "D1").plan, 17, t2.verdict)),
        ]
      : []),
    job(
      "gate, waiting",
      verdictSummary(
        nodeOf(silent, "T1"),
        nodeOf(silent, "T1").verdict ?? fail(),
        "Nothing has reported `CI: Tests` yet. This run acts with `github.token`: a pull request that is opened with it starts no workflow until someone with write access approves it on the pull request's page. Let Slipway act as a GitHub App to have the repository's own checks start by themselves.",
      ),
    ),
    job(
      "defect, bounded",
      failureSummary(
        "T2 is BLOCKED",
        "T2 does not pass: `npm test` still fails, and 3 defects were filed. A person has to look at pull request #22: push what is missing to its branch, or change the policy, then `retry T2`.",
      ),
    ),
    job(
      "nothing to do",
      noteSummary(
        "The issues are not all drawn",
        "The run was paused. The issues that are there stay; the rest follows when the run goes on.",
      ),
    ),
    job(
      "settle",
      failureSummary(
        "T4 failed",
        "The agent did not finish: it used all 60 steps.\nSee the artifact change.T4.1.",
      ),
    ),
    ...[
      new RefusalError("There is no run r-20261120-7f3k2a to pause."),
      new ConfigurationError('.github/slipway.yml is not valid: qa: unrecognized key "tst".'),
    ].map((error) => {
      const { title, text } = explainError(error);
      return job(`refusal, ${error.name}`, failureSummary(title, text));
    }),
    job("release", releaseSummary(release && { ...release, notes }, "")),
    job("no release", releaseSummary(null, "No commit since the last release reaches users.")),
    { group: "Release", name: "notes", place: "comment", markdown: notes },
  ];
}

function fail(): never {
  throw new Error("The scene has no verdict.");
}

const changeOf = (state: RunState, outcome: ChangeArtifact["outcome"]): ChangeArtifact => ({
  kind: "change",
  runId: state.runId,
  nodeId: "T4",
  attempt: 1,
  outcome,
  reason:
    outcome === "finished"
      ? "The agent submitted its change."
      : "It used all 60 steps, the last one on a command that did not end.",
  startSha: "0".repeat(40),
  files: [
    { status: "written", path: "src/format.js", mode: "100644", encoding: "utf-8", content: "" },
    { status: "deleted", path: "src/old_format.js" },
  ],
  title: "Write weeks when nothing smaller is there",
  summary:
    "Weeks are written as `P2W` when the duration is whole weeks.\n\n- `format` looks at the days first.",
  usage: { ...NO_USAGE, calls: 14, inputTokens: 12_000, outputTokens: 3_400 },
});

const entry = (type: string, subject: string, more: Partial<ReleaseEntry> = {}): ReleaseEntry => ({
  type,
  scope: null,
  breaking: false,
  subject,
  sha: sha(7),
  requirements: ["FR-001"],
  nodeId: "T1",
  issue: 3,
  pull: 21,
  ...more,
});

const notes = releaseNotes("## v1.1.0: Durations", [
  entry("feat", "read weeks (`P2W`)", { scope: "parse" }),
  entry("feat", "refuse what no unit explains", { breaking: true, issue: 5, pull: 23 }),
  entry("fix", "keep the sign of `-P0DT1H`", { issue: 17, pull: 24, requirements: ["FR-001", "FR-002"] }),
  entry("docs", "describe weeks and signs", { issue: null, pull: null, requirements: [] }),
]);
