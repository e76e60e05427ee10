import { describe, expect, test } from "@jest/globals";
import type { TriggerEvent } from "@slipway/action-kit";
import { markerText, RefusalError } from "@slipway/model";
import { readTrigger } from "./read-trigger.ts";

const RUN = "r-20261120-7f3k2a";
const SHA = "3".repeat(40);
const node = markerText({ what: "node", runId: RUN, nodeId: "T1" });
const pull = markerText({ what: "pull", runId: RUN, nodeId: "T1" });
const ours = { user: { type: "Bot" }, author_association: "NONE" };
const person = { login: "ada", type: "User" };

const event = (fields: Readonly<Record<string, unknown>>): TriggerEvent =>
  ({
    client_payload: undefined,
    repository: { default_branch: "main", full_name: "acme/spans" },
    sender: person,
    ...fields,
  }) as TriggerEvent;

const comment = (more: Readonly<Record<string, unknown>> = {}) =>
  event({
    action: "created",
    comment: { id: 77, body: "/slipway retry" },
    issue: { number: 5, body: `${node}\nText`, ...ours },
    ...more,
  });
const onPull = (more: Readonly<Record<string, unknown>> = {}) => ({
  number: 9,
  body: pull,
  head: { repo: { full_name: "acme/spans" } },
  ...ours,
  ...more,
});
const review = (more: Readonly<Record<string, unknown>> = {}) =>
  event({
    action: "submitted",
    review: { id: 31, state: "approved", commit_id: SHA },
    pull_request: onPull(),
    ...more,
  });
/** Reports are other accounts' doing: bots, as a rule. */
const ci = { login: "acme-ci[bot]", type: "Bot" };
const suite = (more: Readonly<Record<string, unknown>> = {}, action = "completed") =>
  event({ action, check_suite: { head_branch: "task/5-x", head_sha: SHA, ...more }, sender: ci });
const workflowRun = (more: Readonly<Record<string, unknown>> = {}, action = "completed") =>
  event({
    action,
    workflow_run: {
      name: "CI",
      head_branch: "task/5-x",
      head_sha: SHA,
      head_repository: { full_name: "acme/spans" },
      ...more,
    },
    sender: ci,
  });
const status = (more: Readonly<Record<string, unknown>> = {}) =>
  event({
    sha: SHA,
    state: "failure",
    branches: [
      { name: "task/5-x", commit: { sha: SHA } },
      { name: "mine", commit: { sha: SHA } },
      { name: "feature/2-x", commit: { sha: SHA } },
      { name: "task/6-x", commit: { sha: "4".repeat(40) } },
    ],
    sender: ci,
    ...more,
  });
const place = { runId: RUN, nodeId: "T1", number: 5, pull: false };

describe("what an event asks", () => {
  test.each([
    [
      "a command by dispatch",
      "repository_dispatch",
      event({ action: "orchestrator.pause", client_payload: { runId: RUN } }),
      {
        kind: "command",
        command: { version: 1, command: "pause", runId: RUN },
        sender: { login: "ada", bot: false },
      },
    ],
    [
      "a continuation by the suite itself",
      "repository_dispatch",
      event({
        action: "orchestrator.advance",
        client_payload: { runId: RUN },
        sender: { login: "github-actions[bot]", type: "Bot" },
      }),
      { kind: "command", sender: { login: "github-actions[bot]", bot: true } },
    ],
    ["the schedule", "schedule", event({ schedule: "17 * * * *" }), { kind: "sweep" }],
    [
      "a sweep by dispatch",
      "repository_dispatch",
      event({ action: "orchestrator.sweep" }),
      { kind: "sweep" },
    ],
    [
      "a sweep of one run",
      "repository_dispatch",
      event({ action: "orchestrator.sweep", client_payload: { runId: RUN, version: 1, dispatchId: "x" } }),
      { kind: "turn", runId: RUN },
    ],
    [
      "a comment on an issue",
      "issue_comment",
      comment(),
      {
        kind: "comment",
        request: { verb: "retry", nodeId: null },
        place,
        sender: { login: "ada", bot: false },
        commentId: 77,
      },
    ],
    [
      "a comment on a pull request",
      "issue_comment",
      comment({ issue: { number: 9, body: pull, pull_request: { url: "x" }, ...ours } }),
      { kind: "comment", place: { ...place, number: 9, pull: true } },
    ],
    [
      "an approving review",
      "pull_request_review",
      review(),
      { kind: "review", place: { ...place, number: 9, pull: true }, reviewId: 31, headSha: SHA },
    ],
    [
      "a closed pull request",
      "pull_request",
      event({ action: "closed", pull_request: onPull() }),
      { kind: "seen", runId: RUN, doing: { login: "ada", pull: 9 } },
    ],
    [
      "a closed issue",
      "issues",
      event({ action: "closed", issue: { number: 5, body: node, ...ours } }),
      { kind: "seen", runId: RUN, doing: { login: "ada", issue: 5 } },
    ],
    [
      "a push to a node's branch",
      "push",
      event({ ref: "refs/heads/task/5-read-weeks" }),
      { kind: "pushed", issue: 5, doing: { login: "ada", branch: "task/5-read-weeks" } },
    ],
    [
      "an ended check suite of some App",
      "check_suite",
      suite(),
      { kind: "reported", issues: [5], headSha: SHA },
    ],
    ["an ended workflow run", "workflow_run", workflowRun(), { kind: "reported", issues: [5], headSha: SHA }],
    [
      "a commit status, of branches that end with the commit",
      "status",
      status(),
      { kind: "reported", issues: [5, 2], headSha: SHA },
    ],
  ])("%s", (_, name, given, wanted) => {
    expect(readTrigger(name, given)).toMatchObject(wanted);
  });
});

describe("what is not for Slipway, or not by a person, asks nothing", () => {
  const bot = { login: "helper[bot]", type: "Bot" };
  const stranger = { user: { type: "User" }, author_association: "NONE" };
  test.each([
    ["another dispatch", "repository_dispatch", event({ action: "deploy" })],
    ["an edited comment", "issue_comment", comment({ action: "edited" })],
    ["a comment in prose", "issue_comment", comment({ comment: { id: 1, body: "Try /slipway retry" } })],
    ["a bot's comment", "issue_comment", comment({ sender: bot })],
    ["a comment without a sender", "issue_comment", comment({ sender: undefined })],
    [
      "a comment on somebody's issue",
      "issue_comment",
      comment({ issue: { number: 5, body: "Text", ...ours } }),
    ],
    [
      "a marker that a stranger copied",
      "issue_comment",
      comment({ issue: { number: 5, body: node, ...stranger } }),
    ],
    [
      "a marker of another form",
      "issue_comment",
      comment({ issue: { number: 5, body: "<!-- slipway:node runId=../x nodeId=T1 -->", ...ours } }),
    ],
    [
      "a marker that is quoted",
      "issue_comment",
      comment({ issue: { number: 5, body: `> ${node}`, ...ours } }),
    ],
    [
      "a review that asks for changes",
      "pull_request_review",
      review({ review: { id: 1, state: "changes_requested", commit_id: SHA } }),
    ],
    ["a bot's review", "pull_request_review", review({ sender: bot })],
    [
      "a pull request of a fork",
      "pull_request",
      event({ action: "closed", pull_request: onPull({ head: { repo: { full_name: "eve/spans" } } }) }),
    ],
    [
      "a pull request whose fork is gone",
      "pull_request",
      event({ action: "closed", pull_request: onPull({ head: { repo: null } }) }),
    ],
    [
      "our own closing",
      "issues",
      event({ action: "closed", issue: { number: 5, body: node, ...ours }, sender: bot }),
    ],
    ["a push elsewhere", "push", event({ ref: "refs/heads/main" })],
    ["a push of our own", "push", event({ ref: "refs/heads/task/5-read-weeks", sender: bot })],
    ["a suite that begins", "check_suite", suite({}, "requested")],
    ["a suite on another branch", "check_suite", suite({ head_branch: "main" })],
    ["a suite of a fork's commit", "check_suite", suite({ head_branch: null })],
    ["a suite of a branch that only looks like one", "check_suite", suite({ head_branch: "task/x-5" })],
    ["a workflow run that begins", "workflow_run", workflowRun({}, "requested")],
    [
      "a workflow run of a fork",
      "workflow_run",
      workflowRun({ head_repository: { full_name: "eve/spans" } }),
    ],
    ["a status that is pending", "status", status({ state: "pending" })],
    [
      "a status of a commit that no branch of ours ends with",
      "status",
      status({ branches: [{ name: "task/6-x", commit: { sha: "4".repeat(40) } }] }),
    ],
    ["a status of nothing", "status", event({ sender: ci })],
    ["a pushed tag", "push", event({ ref: "refs/tags/task/5-read-weeks" })],
  ])("%s", (_, name, given) => {
    expect(readTrigger(name, given)).toMatchObject({ kind: "nothing", reason: expect.any(String) });
  });
});

test("a sweep with anything else is refused", () => {
  const given = event({ action: "orchestrator.sweep", client_payload: { runId: "../main" } });
  expect(() => readTrigger("repository_dispatch", given)).toThrow(RefusalError);
});
