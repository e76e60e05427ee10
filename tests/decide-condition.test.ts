/** Which events cost a runner: the condition of the job that each of them reaches first, on GitHub's own evaluator. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { dictionary, type JsonObject } from "../packages/local-runner/src/expressions/data.ts";
import { statusFunctions } from "../packages/local-runner/src/expressions/functions.ts";
import { holds } from "../packages/local-runner/src/expressions/template.ts";
import { readWorkflow } from "../packages/local-runner/src/load/workflow-file.ts";

const FILE = ".github/workflows/orchestrator.yml";
const functions = statusFunctions({ success: () => true, failure: () => false, cancelled: () => false });
let condition: string;
beforeAll(async () => {
  const text = readFileSync(join(import.meta.dirname, "..", FILE), "utf8");
  const file = await readWorkflow(FILE, text);
  condition = file.jobs.find(({ id }) => id === "decide")?.condition ?? "";
});

const starts = (name: string, event: JsonObject, vars: JsonObject = {}): boolean =>
  holds(condition, {
    contexts: {
      github: dictionary({
        event_name: name,
        repository: "acme/spans",
        event: { repository: { default_branch: "main" }, ...event },
      }),
      vars: dictionary(vars),
    },
    functions,
  });

const bot = { type: "Bot" };
const suite = (head_branch: string | null, app = 7): JsonObject => ({
  action: "completed",
  check_suite: { head_branch, head_sha: "1", app: { id: app } },
  sender: bot,
});
const status = (state: string, ...names: string[]): JsonObject => ({
  sha: "1",
  state,
  branches: names.map((name) => ({ name, commit: { sha: "1" } })),
  sender: bot,
});
const workflowRun = (head_branch: string, full_name = "acme/spans"): JsonObject => ({
  action: "completed",
  workflow_run: { head_branch, head_sha: "1", head_repository: { full_name } },
  sender: bot,
});

describe("decide starts", () => {
  test.each<[string, string, JsonObject]>([
    ["for the schedule", "schedule", { schedule: "17 * * * *" }],
    ["for a command", "repository_dispatch", { action: "orchestrator.advance", sender: bot }],
    ["for a person's push", "push", { ref: "refs/heads/task/3-x", sender: { type: "User" } }],
    ["for a suite on a task's branch", "check_suite", suite("task/3-x")],
    ["for a suite on an epic's branch", "check_suite", suite("epic/1-x")],
    ["for a workflow run on a feature's branch", "workflow_run", workflowRun("feature/2-x")],
    ["for a status on a defect's branch", "status", status("success", "defect/9-x")],
    ["for a status on one of several branches", "status", status("failure", "mine", "task/3-x")],
  ])("%s", (_, name, event) => {
    expect(starts(name, event)).toBe(true);
    expect(starts(name, event, { SLIPWAY_APP_ID: "12" })).toBe(true);
  });
});

describe("decide does not start", () => {
  test.each<[string, string, JsonObject]>([
    ["for a stage by itself", "repository_dispatch", { action: "qa.run.request" }],
    ["for a bot's push", "push", { ref: "refs/heads/task/3-x", sender: bot }],
    ["for a suite elsewhere", "check_suite", suite("main")],
    ["for a suite on a branch that sounds alike", "check_suite", suite("mine/task/3-x")],
    ["for a suite on no branch", "check_suite", suite(null)],
    ["for the suite of the App that we act as", "check_suite", suite("task/3-x", 12)],
    ["for a workflow run elsewhere", "workflow_run", workflowRun("main")],
    ["for a workflow run of a fork", "workflow_run", workflowRun("task/3-x", "eve/spans")],
    ["for a status that is pending", "status", status("pending", "task/3-x")],
    ["for a status elsewhere", "status", status("success", "mine")],
    [
      "for a status of a commit that no branch ends with",
      "status",
      { ...status("success", "task/3-x"), sha: "0" },
    ],
    ["for a status of no branch", "status", status("success")],
    ["for a status of what is in the default branch", "status", status("success", "main", "task/3-x")],
  ])("%s", (_, name, event) => {
    expect(starts(name, event, { SLIPWAY_APP_ID: "12" })).toBe(false);
  });
});
