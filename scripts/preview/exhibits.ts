/** Everything that people read, drawn from runs in each state. */
import {
  changeSummary,
  defectSummary,
  dryRunIssue,
  evidenceSummary,
  failureSummary,
  issueSection,
  issuesSummary,
  NO_USAGE,
  planSummary,
  type RunState,
  releaseSummary,
  SUMMARY_MAX,
  specSummary,
  statusComment,
  statusText,
  verdictText,
} from "@slipway/model";
import { reviewBody } from "../../action-merge-gate/src/review-body.ts";
import { treePlans } from "../../packages/model/src/testing/big-plans.ts";
import { bigScenes } from "../../packages/model/src/testing/big-scenes.ts";
import { nodeOf } from "../../packages/model/src/testing/samples.ts";
import { sceneEvidence } from "../../packages/model/src/testing/scene-evidence.ts";
import { dryRun, SCENE_PLAN, scenes } from "../../packages/model/src/testing/scenes.ts";
import type { Place } from "./markdown.ts";

export interface Exhibit {
  readonly group: string;
  readonly name: string;
  readonly place: Place;
  readonly markdown: string;
}

const VIEW = {
  serverUrl: "https://github.com",
  identity:
    "Acted as `github-actions[bot]` with GITHUB_TOKEN: pull requests that it opens start the repository's own CI only after a person approves that.",
};

export function exhibits(): Exhibit[] {
  return [...statuses(), ...verdicts(), ...issues(), ...dryRuns(), ...jobs()];
}

function statuses(): Exhibit[] {
  return [...scenes(), ...bigScenes()].flatMap(({ name, state }): Exhibit[] => [
    { group: "Status comment", name, place: "comment", markdown: statusComment(state, VIEW) },
    ...(name === "working" || name === "300 nodes balanced half way"
      ? [
          {
            group: "Job summary",
            name: `decide, ${name}`,
            place: "summary" as const,
            markdown: statusText(state, { ...VIEW, max: SUMMARY_MAX }),
          },
        ]
      : []),
  ]);
}

function scene(name: string): RunState {
  const found = scenes().find((item) => item.name === name);
  if (!found) throw new Error(`There is no scene ${name}.`);
  return found.state;
}

function verdicts(): Exhibit[] {
  return [
    ["waiting for approval", "E1"],
    ["waiting for a check", "T1"],
    ["working", "T2"],
    ["merging the whole", "E1"],
  ].flatMap(([name = "", id = ""]) => {
    const { verdict } = nodeOf(scene(name), id);
    return verdict
      ? [
          {
            group: "Check run",
            name: `${id}, ${name}`,
            place: "summary" as const,
            markdown: verdictText(verdict),
          },
        ]
      : [];
  });
}

function issues(): Exhibit[] {
  const state = scene("working");
  const numbers = new Map(
    state.nodes.flatMap((node) => (node.issue ? [[node.plan.id, node.issue.number]] : [])),
  );
  return ["E1", "F1", "T4", "D1"].map((id) => ({
    group: "Issue",
    name: id,
    place: "comment",
    markdown: issueSection(state, nodeOf(state, id), numbers),
  }));
}

function dryRuns(): Exhibit[] {
  const plans = { small: SCENE_PLAN, ...treePlans() };
  return Object.entries(plans).map(([name, plan]) => {
    const { title, body } = dryRunIssue(dryRun(plan));
    return { group: "Dry run", name, place: "comment", markdown: `# ${title}\n\n${body}` };
  });
}

function jobs(): Exhibit[] {
  const state = scene("working");
  const job = (name: string, markdown: string): Exhibit => ({
    group: "Job summary",
    name,
    place: "summary",
    markdown,
  });
  const { spec } = state;
  const { verdict } = nodeOf(state, "T2");
  const review = sceneEvidence().find((item) => item.kind === "review");
  return [
    ...(spec ? [job("spec", specSummary(spec, "recorded"))] : []),
    job("plan", planSummary(SCENE_PLAN, "recorded")),
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
    job(
      "execute",
      changeSummary({
        kind: "change",
        runId: state.runId,
        nodeId: "T4",
        attempt: 1,
        outcome: "finished",
        reason: "The agent submitted after 14 turns.",
        startSha: "0".repeat(40),
        files: [
          { status: "written", path: "src/format.js", mode: "100644", encoding: "utf-8", content: "" },
          { status: "deleted", path: "src/old_format.js" },
        ],
        title: "Write weeks when nothing smaller is there",
        summary:
          "Weeks are written as `P2W` when the duration is whole weeks.\n\n- `format` looks at the days first.",
        usage: { ...NO_USAGE, calls: 14, inputTokens: 12_000, outputTokens: 3_400 },
      }),
    ),
    ...sceneEvidence().map((evidence) => job(evidence.kind, evidenceSummary(evidence))),
    ...(review
      ? [{ ...job("review on the pull request", reviewBody(review, "").body), place: "comment" as const }]
      : []),
    ...(verdict ? [job("defect", defectSummary(nodeOf(state, "D1").plan, 17, verdict))] : []),
    job(
      "settle",
      failureSummary(
        "T4 failed",
        "The agent did not finish: it used all 60 steps.\nSee the artifact change.T4.1.",
      ),
    ),
    job("release", releaseSummary(scene("done").release, "")),
    job("no release", releaseSummary(null, "No commit since the last release reaches users.")),
  ];
}
