import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { readJobEnvironment, readTriggerEvent } from "./environment.ts";

const COMPLETE = {
  GITHUB_REPOSITORY: "acme/spans",
  GITHUB_SERVER_URL: "https://github.com/",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_GRAPHQL_URL: "https://api.github.com/graphql",
  GITHUB_RUN_ID: "17",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_ACTOR: "octocat",
  GITHUB_EVENT_NAME: "repository_dispatch",
  GITHUB_EVENT_PATH: "/tmp/event.json",
  GITHUB_WORKSPACE: "/tmp/work",
  RUNNER_TEMP: "/tmp/temp",
};

test("a job's variables are read", () => {
  expect(readJobEnvironment(COMPLETE)).toMatchObject({
    owner: "acme",
    repo: "spans",
    serverUrl: "https://github.com",
    workflowRunId: 17,
    runAttempt: 2,
  });
});

test.each(Object.keys(COMPLETE))("without %s it is not a job, and the message names it", (name) => {
  const { [name as keyof typeof COMPLETE]: _, ...rest } = COMPLETE;
  expect(() => readJobEnvironment(rest)).toThrow(ConfigurationError);
  expect(() => readJobEnvironment(rest)).toThrow(name);
});

describe("the event that started the workflow run", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-event-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (event: unknown) => {
    const path = join(folder, "event.json");
    writeFileSync(path, JSON.stringify(event));
    return readTriggerEvent(readJobEnvironment({ ...COMPLETE, GITHUB_EVENT_PATH: path }));
  };
  const repository = { id: 1, default_branch: "main" };

  test("a dispatch by a client, with and without a payload", () => {
    const event = { action: "orchestrator.start", repository };
    expect(read({ ...event, client_payload: { idea: "x" } }).client_payload).toEqual({ idea: "x" });
    expect(read({ ...event, client_payload: null }).client_payload).toBeNull();
  });

  test("a form that a person sent has inputs, and neither action nor payload", () => {
    const event = read({ inputs: { command: "start" }, ref: "refs/heads/main", repository });
    expect(event).toMatchObject({ inputs: { command: "start" } });
    expect(event.client_payload).toBeUndefined();
    expect(read({ inputs: null, repository }).inputs).toBeNull();
  });

  test("an event without its repository is named as such", () => {
    expect(() => read({ inputs: {} })).toThrow(/event of this workflow run cannot be read: repository/);
  });
});
