import { expect, test } from "@jest/globals";
import { ConfigurationError } from "@slipway/model";
import { readJobEnvironment } from "./environment.ts";

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
