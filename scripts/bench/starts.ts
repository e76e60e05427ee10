/** The ways in which the actions are started, each up to where it would first reach for the network. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Start {
  readonly action: string;
  /** What is asked of the action; empty where it does one thing only. */
  readonly what: string;
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** How an honest start ends; one that ends otherwise measured something else. */
  readonly ends: { readonly exitCode: number; readonly says: string };
}

const NOT_A_JOB = { exitCode: 1, says: "This program runs as a GitHub Actions step" };
const INPUTS_MISSING = { exitCode: 1, says: "The inputs of this action are not right" };
const NOT_FOR_US = { exitCode: 0, says: "is not for Slipway" };

/** What each action can be asked, by the input that asks it. */
const ASKED: Readonly<Record<string, readonly [input: string, values: readonly string[]]>> = {
  "action-exec": ["STAGE", ["checkout", "checkout-change", "execute", "qa", "review", "scan"]],
  "action-merge-gate": ["STAGE", ["publish", "gate", "defect", "settle", "release", "notes"]],
  "action-orchestrator": ["COMMAND", ["settle", "claim", "give-back"]],
  "action-plan": ["STAGE", ["draft", "record", "sync"]],
  "action-spec": ["STAGE", ["draft", "record"]],
};

/** Every action with a committed dist, started without a job: all static imports, environment refused. */
export function bareStarts(root: string): Start[] {
  const names = readdirSync(root).filter((name) => name.startsWith("action-"));
  return names
    .map((action) => ({ action, entry: join(root, action, "dist", "index.js") }))
    .filter(({ entry }) => existsSync(entry))
    .map((start) => ({ ...start, what: "", env: {}, ends: NOT_A_JOB }));
}

/** `decide` in a complete job, with an event that is not for Slipway: everything before the first request. */
export function decideStart(root: string, scratch: string): Start {
  const entry = join(root, "action-orchestrator", "dist", "index.js");
  const env = { ...jobEnvironment(scratch), INPUT_COMMAND: "decide" };
  return { action: "action-orchestrator", what: "decide", entry, env, ends: NOT_FOR_US };
}

/** Whatever an action can be asked, in a complete job that lacks the inputs of just that. */
export function askedStarts(root: string, scratch: string): Start[] {
  return bareStarts(root).flatMap((bare) => {
    const [input, values] = ASKED[bare.action] ?? ["STAGE", [""]];
    return values.map((what) => {
      const env = { ...jobEnvironment(scratch), [`INPUT_${input}`]: what };
      return { ...bare, what, env, ends: INPUTS_MISSING };
    });
  });
}

function jobEnvironment(scratch: string): Record<string, string> {
  const event = join(scratch, "event.json");
  writeFileSync(
    event,
    JSON.stringify({ action: "something.else", client_payload: {}, repository: { default_branch: "main" } }),
  );
  return {
    GITHUB_REPOSITORY: "acme/spans",
    GITHUB_SERVER_URL: "https://github.invalid",
    GITHUB_API_URL: "https://api.github.invalid",
    GITHUB_GRAPHQL_URL: "https://api.github.invalid/graphql",
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_ACTOR: "octocat",
    GITHUB_EVENT_NAME: "repository_dispatch",
    GITHUB_EVENT_PATH: event,
    GITHUB_WORKSPACE: scratch,
    RUNNER_TEMP: scratch,
    INPUT_TOKEN: "a-token-that-is-never-sent",
  };
}

export const nameOf = ({ action, what }: Start): string => (what ? `${action} ${what}` : action);

/** One whole process. @throws Error when it did not end as a start should */
export function runStart(
  start: Start,
  nodeArguments: readonly string[] = [],
): { ms: number; stderr: string } {
  const { ms, status, stdout, stderr } = spawnNode([...nodeArguments, start.entry], start.env);
  if (status === start.ends.exitCode && stdout.includes(start.ends.says)) return { ms, stderr };
  throw new Error(
    `${nameOf(start)} was to end with ${start.ends.exitCode} and "${start.ends.says}", but ended with ${status}:\n${stdout}${stderr}`,
  );
}

/** Milliseconds of a `node` process that has nothing to do. */
export const runEmpty = (): number => spawnNode(["-e", "0"], {}).ms;

function spawnNode(args: readonly string[], env: Readonly<Record<string, string>>) {
  const began = performance.now();
  const child = spawnSync(process.execPath, args, {
    // Nothing of ours: a compile cache or NODE_OPTIONS would measure another start than a runner's.
    env: { ...env, PATH: process.env.PATH },
    encoding: "utf8",
    timeout: 30_000,
  });
  const ms = performance.now() - began;
  if (child.error) throw child.error;
  return { ms, status: child.status, stdout: child.stdout, stderr: child.stderr };
}
