import { describe, expect, test } from "@jest/globals";
import type { TriggerEvent } from "@slipway/action-kit";
import { RefusalError } from "@slipway/model";
import { readCommand } from "./read-command.ts";

const RUN = "r-20261120-7f3k2a";
const event = (fields: Partial<TriggerEvent>): TriggerEvent => ({
  client_payload: undefined,
  repository: { default_branch: "main" },
  ...fields,
});

describe("a command is read from", () => {
  test("a repository_dispatch", () => {
    const command = readCommand(
      "repository_dispatch",
      event({ action: "orchestrator.start", client_payload: { version: 1, idea: " Weeks " } }),
    );
    expect(command).toEqual({ version: 1, command: "start", idea: "Weeks" });
  });

  test("the form in the Actions page, its empty fields left out", () => {
    const inputs = { command: "retry", idea: "", "run-id": RUN, "node-id": "T2", "head-sha": "" };
    expect(readCommand("workflow_dispatch", event({ inputs }))).toEqual({
      version: 1,
      command: "retry",
      runId: RUN,
      nodeId: "T2",
    });
  });

  test.each([
    [
      { command: "start", idea: "Weeks", "dry-run": "true" },
      { command: "start", idea: "Weeks", dryRun: true },
    ],
    [
      { command: "start", idea: "Weeks", "dry-run": "false" },
      { command: "start", idea: "Weeks" },
    ],
    [
      { command: "start", idea: "Weeks", "dry-run": true },
      { command: "start", idea: "Weeks", dryRun: true },
    ],
    [
      { command: "pause", "run-id": RUN, "dry-run": "false" },
      { command: "pause", runId: RUN },
    ],
  ])("a form with a box: %j", (inputs, command) => {
    expect(readCommand("workflow_dispatch", event({ inputs }))).toEqual({ version: 1, ...command });
  });
});

test("a dispatch that is not for Slipway is left alone", () => {
  expect(
    readCommand("repository_dispatch", event({ action: "deploy", client_payload: { a: 1 } })),
  ).toBeUndefined();
});

test.each([
  [
    "an unknown command",
    { action: "orchestrator.explode", client_payload: {} },
    /`orchestrator.explode` is not a command/,
  ],
  [
    "a payload that is no object",
    { action: "orchestrator.start", client_payload: ["idea"] },
    /must be a JSON object/,
  ],
  ["an empty idea", { action: "orchestrator.start", client_payload: { idea: "  " } }, /the idea is empty/],
  [
    "an unknown field",
    { action: "orchestrator.pause", client_payload: { runId: RUN, force: true } },
    /force/,
  ],
  [
    "a run id of another shape",
    { action: "orchestrator.pause", client_payload: { runId: "../main" } },
    /a run id looks like/,
  ],
])("%s is refused with its reason", (_, fields, reason) => {
  const read = () => readCommand("repository_dispatch", event(fields));
  expect(read).toThrow(RefusalError);
  expect(read).toThrow(reason);
});

test("another event cannot command", () => {
  expect(() => readCommand("push", event({}))).toThrow(/repository_dispatch or workflow_dispatch/);
});
