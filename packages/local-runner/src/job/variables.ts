import type { JsonObject } from "../expressions/data.ts";

/** The fields of the `github` context that become GITHUB_… variables: the list of GitHub's runner. */
const FROM_GITHUB = [
  "action",
  "action_path",
  "action_ref",
  "action_repository",
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "event_name",
  "event_path",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
  "workspace",
];

/** GITHUB_… variables. Absent and null fields give none. */
export function githubVariables(github: JsonObject): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name of FROM_GITHUB) {
    const value = github[name];
    if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
      result[`GITHUB_${name.toUpperCase()}`] = String(value);
    }
  }
  return result;
}

/** RUNNER_… variables. */
export function runnerVariables(runner: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(runner).map(([name, value]) => [`RUNNER_${name.toUpperCase()}`, value]),
  );
}

/** INPUT_… variables: upper case, spaces become underscores, hyphens stay. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`,
      value,
    ]),
  );
}

/** PATH with folders before it; the folder added last stands first. */
export function prependedPath(path: string, added: readonly string[]): string {
  return [...[...added].reverse(), path].filter((part) => part !== "").join(":");
}

/** The parts of a parent's environment that jobs may see. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "LANG",
  "LC_ALL",
  "TZ",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
];

/** PATH, HOME, LANG and proxies of an environment; nothing else of it. */
export function basicEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
