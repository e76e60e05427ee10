/** What people are answered when something is wrong with a command, and how they are asked. */
import { blockedText, type Command, type Commander, type RunState, react } from "@slipway/model";
import { answerText } from "../../action-orchestrator/src/answer.ts";
import { readComment } from "../../action-orchestrator/src/read-comment.ts";
import { nodeOf, sha, withNodes } from "../../packages/model/src/testing/samples.ts";
import type { Exhibit } from "./exhibits.ts";

export function answers(sceneOf: (name: string) => RunState): Exhibit[] {
  return [...refusals(sceneOf), ...unclear(), ...asked(sceneOf)];
}

type Asked = readonly [
  name: string,
  scene: string,
  command: Exclude<Command, { command: "start" }>,
  by?: Commander,
];

const approval = (nodeId: string, headSha: string) => ({ command: "approve", nodeId, headSha }) as Asked[2];
const MAINTAINER: Commander = { role: "maintain", teams: [] };

const ASKED: readonly Asked[] = [
  ["retry of nothing", "working", { command: "retry" } as Asked[2]],
  ["retry of a node in progress", "working", { command: "retry", nodeId: "T4" } as Asked[2]],
  ["no such node", "working", { command: "retry", nodeId: "T99" } as Asked[2]],
  ["advance past a failing gate", "working", { command: "advance", nodeId: "T2" } as Asked[2]],
  ["approval of an older commit", "waiting for approval", approval("E1", sha(5)), MAINTAINER],
  ["approval that nobody asked for", "working", approval("T2", "")],
  [
    "approval by too low a role",
    "waiting for an approval by risk",
    approval("T1", ""),
    { role: "triage", teams: [] },
  ],
  ["a role that may not pause", "working", { command: "pause" } as Asked[2], { role: "read", teams: [] }],
  ["resume of a cancelled run", "cancelled", { command: "resume" } as Asked[2]],
  ["pause of a run that is done", "done", { command: "pause" } as Asked[2]],
];

function refusals(sceneOf: (name: string) => RunState): Exhibit[] {
  return ASKED.map(([name, scene, command, by = { role: "write", teams: [] }]) => {
    const state = sceneOf(scene);
    // An empty commit stands for the one that is there.
    const asked =
      command.command === "approve" && command.headSha === ""
        ? { ...command, headSha: nodeOf(state, command.nodeId).subject?.headSha ?? sha(1) }
        : command;
    const reaction = react(state, asked, by);
    if (reaction.kind !== "refused") throw new Error(`${name} is not refused.`);
    return answer(name, answerText({ kind: "refused", reason: reaction.reason }));
  });
}

function unclear(): Exhibit[] {
  return [
    ["an unknown command", "/slipway ship it @ada #1"],
    ["a word too many", "/slipway pause for #12 now"],
    ["help", "/slipway help"],
  ].map(([name = "", body = ""]) => {
    const request = readComment(body);
    return answer(
      name,
      answerText(
        request?.verb === "unknown" ? { kind: "unclear", reason: request.reason } : { kind: "help" },
      ),
    );
  });
}

const answer = (name: string, text: string | undefined): Exhibit => {
  if (text === undefined) throw new Error(`${name} is not answered.`);
  return { group: "Answer", name, place: "comment", markdown: text };
};

/** The one comment that asks a person to look at a node. */
function asked(sceneOf: (name: string) => RunState): Exhibit[] {
  const printed =
    "D1 was tried 3 times. `npm test` exited 1:\nFAIL test/parse.test.js\n  + 7\n  - -7\nfixes #12 @ada <b>no</b> <!-- slipway:status -->";
  const cases: readonly (readonly [string, RunState, string])[] = [
    ["protected path", sceneOf("blocked"), "T3"],
    ["agent did not finish", sceneOf("blocked"), "T4"],
    ["out of rounds", sceneOf("blocked after its defects"), "T1"],
    ["what a check printed", withNodes(sceneOf("blocked"), { T3: { trouble: printed } }), "T3"],
  ];
  return cases.map(([name, state, id]) => ({
    group: "Blocked",
    name,
    place: "comment",
    markdown: blockedText(state, nodeOf(state, id)),
  }));
}
