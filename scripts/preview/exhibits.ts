/** Everything that people read, drawn from runs in each state. */
import {
  dryRunIssue,
  issueSection,
  issueTitle,
  type NodeState,
  pullBody,
  type RunState,
  SUMMARY_MAX,
  statusComment,
  statusText,
  verdictText,
} from "@slipway/model";
import { treePlans } from "../../packages/model/src/testing/big-plans.ts";
import { bigScenes } from "../../packages/model/src/testing/big-scenes.ts";
import { HOSTILE_PLAN, moreScenes } from "../../packages/model/src/testing/more-scenes.ts";
import { nodeOf } from "../../packages/model/src/testing/samples.ts";
import { dryRun, planned, SCENE_PLAN, scenes } from "../../packages/model/src/testing/scenes.ts";
import { answers } from "./answers.ts";
import { jobs } from "./jobs.ts";
import type { Place } from "./markdown.ts";

export interface Exhibit {
  readonly group: string;
  readonly name: string;
  readonly place: Place;
  readonly markdown: string;
}

const SERVER = "https://github.com";
const VIEW = {
  serverUrl: SERVER,
  identity:
    "Acted as `github-actions[bot]` with `GITHUB_TOKEN`: pull requests opened with it start no CI of the repository's own until a person approves that.",
};

export function exhibits(): Exhibit[] {
  return [
    ...statuses(),
    ...turns(),
    ...verdicts(),
    ...issues(),
    ...pulls(),
    ...dryRuns(),
    ...jobs(sceneOf),
    ...answers(sceneOf),
  ];
}

const allScenes = () => [...scenes(), ...moreScenes(), ...bigScenes()];

export function sceneOf(name: string): RunState {
  const found = allScenes().find((item) => item.name === name);
  if (!found) throw new Error(`There is no scene ${name}.`);
  return found.state;
}

function statuses(): Exhibit[] {
  const comment = (name: string, markdown: string): Exhibit => ({
    group: "Status comment",
    name,
    place: "comment",
    markdown,
  });
  return [
    ...allScenes().map(({ name, state }) => comment(name, statusComment(state, VIEW))),
    comment(
      "working, as a GitHub App",
      statusComment(sceneOf("working"), {
        ...VIEW,
        identity: "Acted as `durations-builder[bot]`, a GitHub App.",
      }),
    ),
  ];
}

/** What `decide` says of a turn. */
function turns(): Exhibit[] {
  return ["submitted", "working", "paused", "failed", "300 nodes balanced half way", "60 nodes half way"].map(
    (name) => ({
      group: "Job summary",
      name: `decide, ${name}`,
      place: "summary",
      markdown: `${statusText(sceneOf(name), { ...VIEW, max: SUMMARY_MAX })}\n\n**This turn:** Claimed T4 (execute).\n\n<sub>3 API requests in this turn.</sub>`,
    }),
  );
}

/** A check run is a title and a summary; the title is shown as the heading here. */
function verdicts(): Exhibit[] {
  return allScenes()
    .filter(({ name }) => !/^\d/.test(name))
    .flatMap(({ name, state }) =>
      state.nodes.flatMap(({ plan, verdict, status }): Exhibit[] =>
        verdict && status !== "DONE"
          ? [
              {
                group: "Check run",
                name: `${plan.id}, ${name}`,
                place: "summary",
                markdown: `### ${verdict.sentence.slice(0, 250)}\n\n${verdictText(verdict)}`,
              },
            ]
          : [],
      ),
    );
}

const titled = (title: string, body: string) => `<h1>${title.replace(/[<&]/g, "")}</h1>\n\n${body}`;

function issues(): Exhibit[] {
  const draw = (state: RunState, node: NodeState, name: string): Exhibit => {
    const numbers = new Map(
      state.nodes.flatMap((item) => (item.issue ? [[item.plan.id, item.issue.number]] : [])),
    );
    return {
      group: "Issue",
      name,
      place: "comment",
      markdown: titled(issueTitle(node), issueSection(state, node, numbers)),
    };
  };
  const state = sceneOf("working");
  const hostile = planned({}, HOSTILE_PLAN);
  const large = sceneOf("300 nodes balanced planned");
  return [
    ...["E1", "F1", "T4"].map((id) => draw(state, nodeOf(state, id), id)),
    draw(state, printedDefect(state), "D1"),
    draw(hostile, nodeOf(hostile, "E1"), "E1 with hostile titles"),
    draw(large, nodeOf(large, "E1"), "E1 of 300 nodes"),
  ];
}

/** A defect whose finding is what a check printed. */
function printedDefect(state: RunState): NodeState {
  const node = nodeOf(state, "D1");
  const objective =
    'Not mergeable: test ("npm test") failed with exit code 1.\n\n`npm test` exited 1:\nFAIL test/parse.test.js\n  ✕ parses a negative week\n\n    + actual - expected\n    + 7\n    - -7\n    at @scope/pkg (#12) <anonymous>';
  return { ...node, plan: { ...node.plan, objective } };
}

function pulls(): Exhibit[] {
  const state = sceneOf("waiting for approval");
  const told =
    "Weeks are written as `P2W` when the duration is whole weeks.\n\n- `format` looks at the days first.\n\nAll tests and the lint pass.";
  return ["T4", "F1", "E1"].map((id) => {
    const node = nodeOf(state, id);
    const body = pullBody(state, node, id === "T4" ? told : node.plan.objective);
    return { group: "Pull request", name: id, place: "comment", markdown: titled(node.plan.title, body) };
  });
}

function dryRuns(): Exhibit[] {
  const plans = { small: SCENE_PLAN, hostile: HOSTILE_PLAN, ...treePlans() };
  return Object.entries(plans).map(([name, plan]) => {
    const { title, body } = dryRunIssue(dryRun(plan));
    return { group: "Dry run", name, place: "comment", markdown: titled(title, body) };
  });
}
