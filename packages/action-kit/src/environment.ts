import { readFileSync } from "node:fs";
import { ConfigurationError, explainIssues } from "@slipway/model";
import { z } from "zod";

const schema = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_API_URL: z.url(),
  GITHUB_GRAPHQL_URL: z.url(),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  GITHUB_ACTOR: z.string().min(1),
  GITHUB_EVENT_NAME: z.string().min(1),
  GITHUB_EVENT_PATH: z.string().min(1),
  GITHUB_WORKSPACE: z.string().min(1),
  RUNNER_TEMP: z.string().min(1),
});

/** What an action knows of the job that it runs in: the documented default variables, read once. */
export interface JobEnvironment {
  readonly owner: string;
  readonly repo: string;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly workflowRunId: number;
  readonly runAttempt: number;
  readonly actor: string;
  readonly eventName: string;
  readonly eventPath: string;
  readonly workspace: string;
  readonly temp: string;
}

/** @throws ConfigurationError when a variable that GitHub sets in every job is missing */
export function readJobEnvironment(env: NodeJS.ProcessEnv): JobEnvironment {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    throw new ConfigurationError(
      `This program runs as a GitHub Actions step. Its environment is not one: ${explainIssues(parsed.error)}.`,
    );
  }
  const values = parsed.data;
  const [owner = "", repo = ""] = values.GITHUB_REPOSITORY.split("/");
  return {
    owner,
    repo,
    serverUrl: values.GITHUB_SERVER_URL.replace(/\/+$/, ""),
    apiUrl: values.GITHUB_API_URL.replace(/\/+$/, ""),
    graphqlUrl: values.GITHUB_GRAPHQL_URL,
    workflowRunId: values.GITHUB_RUN_ID,
    runAttempt: values.GITHUB_RUN_ATTEMPT,
    actor: values.GITHUB_ACTOR,
    eventName: values.GITHUB_EVENT_NAME,
    eventPath: values.GITHUB_EVENT_PATH,
    workspace: values.GITHUB_WORKSPACE,
    temp: values.RUNNER_TEMP,
  };
}

const eventSchema = z.looseObject({
  action: z.string().optional(),
  /** Only of a `repository_dispatch`, and null when the client sent none. */
  client_payload: z.unknown().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  repository: z.looseObject({ default_branch: z.string().min(1) }),
  sender: z.looseObject({ login: z.string() }).optional(),
});
export type TriggerEvent = z.infer<typeof eventSchema>;

/** The event that started this workflow run. */
export function readTriggerEvent(environment: JobEnvironment): TriggerEvent {
  const parsed = eventSchema.safeParse(JSON.parse(readFileSync(environment.eventPath, "utf8")));
  if (!parsed.success)
    throw new ConfigurationError(
      `The event of this workflow run cannot be read: ${explainIssues(parsed.error)}.`,
    );
  return parsed.data;
}
