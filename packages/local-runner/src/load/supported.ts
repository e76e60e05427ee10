import { isBasicExpression, isMapping, isScalar, isSequence } from "@actions/workflow-parser";
import { InsertExpressionToken, TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import { errorText } from "@slipway/model";
import { unsupportedShell } from "../job/shell.ts";
import { unsupportedLabels } from "./runs-on.ts";
import { child, entries, items, literal, position, type Token } from "./tokens.ts";
import { parseUses } from "./uses.ts";

/**
 * What this engine does, key by key. A key that stands in none of these lists is refused by its name, so
 * that nothing in a file is ever passed over in silence.
 */
const WORKFLOW_KEYS = [
  "on",
  "name",
  "description",
  "run-name",
  "defaults",
  "env",
  "permissions",
  "concurrency",
  "jobs",
];
const JOB_KEYS = [
  "needs",
  "if",
  "strategy",
  "name",
  "runs-on",
  "timeout-minutes",
  "cancel-timeout-minutes",
  "continue-on-error",
  "env",
  "permissions",
  "concurrency",
  "outputs",
  "defaults",
  "steps",
];
const CALL_JOB_KEYS = [
  "needs",
  "if",
  "strategy",
  "name",
  "permissions",
  "concurrency",
  "uses",
  "with",
  "secrets",
];
const RUN_STEP_KEYS = [
  "name",
  "id",
  "if",
  "timeout-minutes",
  "continue-on-error",
  "env",
  "run",
  "shell",
  "working-directory",
];
const USES_STEP_KEYS = ["name", "id", "if", "timeout-minutes", "continue-on-error", "env", "uses", "with"];
const ACTION_KEYS = ["name", "author", "description", "inputs", "outputs", "runs", "branding"];
const NODE_RUNS_KEYS = ["using", "main", "pre", "pre-if", "post", "post-if"];
const COMPOSITE_RUNS_KEYS = ["using", "steps"];
const ACTION_INPUT_KEYS = ["description", "required", "default", "deprecationMessage"];

const BRANCH_FILTERS = ["branches", "branches-ignore"];
const PATH_FILTERS = ["paths", "paths-ignore"];
const TYPES = ["types"];
/** Events and the filters that are applied to them. */
export const EVENT_FILTERS: Readonly<Record<string, readonly string[]>> = {
  branch_protection_rule: TYPES,
  check_run: TYPES,
  check_suite: TYPES,
  create: [],
  delete: [],
  deployment: [],
  deployment_status: [],
  discussion: TYPES,
  discussion_comment: TYPES,
  fork: [],
  gollum: [],
  issue_comment: TYPES,
  issues: TYPES,
  label: TYPES,
  merge_group: [...TYPES, ...BRANCH_FILTERS],
  milestone: TYPES,
  page_build: [],
  public: [],
  pull_request: [...TYPES, ...BRANCH_FILTERS, ...PATH_FILTERS],
  pull_request_review: TYPES,
  pull_request_review_comment: TYPES,
  pull_request_target: [...TYPES, ...BRANCH_FILTERS, ...PATH_FILTERS],
  push: [...BRANCH_FILTERS, "tags", "tags-ignore", ...PATH_FILTERS],
  registry_package: TYPES,
  release: TYPES,
  repository_dispatch: TYPES,
  schedule: [],
  status: [],
  watch: TYPES,
  workflow_call: ["inputs", "secrets", "outputs"],
  workflow_dispatch: ["inputs"],
  workflow_run: [...TYPES, "workflows", ...BRANCH_FILTERS],
};

/** Why a key that GitHub knows is not done here. */
const REASONS: Readonly<Record<string, string>> = {
  container: "jobs run on this machine, never in a container",
  services: "service containers cannot be started",
  environment: "environments, their protection rules, secrets and deployments do not exist here",
  snapshot: "runner images cannot be made",
  background: "background steps are not done",
  parallel: "parallel steps are not done",
};

/** Everything in a workflow file that this engine does not do; empty when it can run. */
export function unsupportedInWorkflow(path: string, root: Token): readonly string[] {
  const problems: string[] = [...unsupportedTokens(path, root)];
  const refuse = (token: Token, text: string): void =>
    void problems.push(`${position(path, token)}: ${text}`);
  keys(root, WORKFLOW_KEYS, "workflow", refuse);
  events(child(root, "on"), refuse);
  defaults(child(root, "defaults"), refuse);
  concurrency(child(root, "concurrency"), refuse);
  for (const { key, value: job } of entries(child(root, "jobs"))) {
    const calls = child(job, "uses") !== undefined;
    keys(job, calls ? CALL_JOB_KEYS : JOB_KEYS, `job '${key}'`, refuse);
    const strategy = child(job, "strategy");
    if (strategy !== undefined)
      keys(strategy, ["matrix", "fail-fast", "max-parallel"], `job '${key}' strategy`, refuse);
    const runsOn = child(job, "runs-on");
    if (runsOn !== undefined) labels(runsOn, key, refuse);
    defaults(child(job, "defaults"), refuse);
    concurrency(child(job, "concurrency"), refuse);
    for (const step of items(child(job, "steps"))) stepKeys(step, refuse);
  }
  return problems;
}

/** Everything in an `action.yml` that this engine does not do; empty when it can run. */
export function unsupportedInAction(path: string, root: Token): readonly string[] {
  const problems: string[] = [...unsupportedTokens(path, root)];
  const refuse = (token: Token, text: string): void =>
    void problems.push(`${position(path, token)}: ${text}`);
  keys(root, ACTION_KEYS, "action", refuse);
  for (const { key, value } of entries(child(root, "inputs"))) {
    keys(value, ACTION_INPUT_KEYS, `input '${key}'`, refuse);
  }
  const runs = child(root, "runs");
  const using = literal(child(runs, "using")) ?? "";
  if (using === "composite") {
    keys(runs, COMPOSITE_RUNS_KEYS, "runs", refuse);
    for (const step of items(child(runs, "steps"))) stepKeys(step, refuse);
  } else if (using === "node24" || using === "node20") {
    keys(runs, NODE_RUNS_KEYS, "runs", refuse);
  } else if (runs !== undefined) {
    refuse(
      child(runs, "using") ?? runs,
      `actions with 'using: ${using}' are not supported (node24, node20 and composite are)`,
    );
  }
  return problems;
}

type Refuse = (token: Token, text: string) => void;

function keys(token: Token | undefined, known: readonly string[], what: string, refuse: Refuse): void {
  for (const { key, keyToken } of entries(token)) {
    if (known.includes(key)) continue;
    const reason = REASONS[key];
    refuse(keyToken, `'${key}' of ${what} is not supported${reason === undefined ? "" : `: ${reason}`}`);
  }
}

function events(on: Token | undefined, refuse: Refuse): void {
  if (on === undefined) return;
  if (!isMapping(on)) {
    for (const item of items(on)) known(item.toString(), item);
    return;
  }
  for (const { key, keyToken, value } of entries(on)) {
    if (!known(key, keyToken)) continue;
    if (key === "schedule") continue;
    keys(value, EVENT_FILTERS[key] ?? [], `event '${key}'`, refuse);
    for (const kind of ["branches", "tags", "paths"]) {
      if (child(value, kind) !== undefined && child(value, `${kind}-ignore`) !== undefined) {
        refuse(keyToken, `you may only define one of '${kind}' and '${kind}-ignore' for the event '${key}'`);
      }
    }
  }

  function known(event: string, token: Token): boolean {
    if (event in EVENT_FILTERS) return true;
    refuse(token, `the event '${event}' is not supported`);
    return false;
  }
}

function concurrency(token: Token | undefined, refuse: Refuse): void {
  if (token === undefined || !isMapping(token)) return;
  keys(token, ["group", "cancel-in-progress", "queue"], "concurrency", refuse);
  const queue = child(token, "queue");
  if (
    queue !== undefined &&
    literal(queue) === "max" &&
    literal(child(token, "cancel-in-progress")) === "true"
  ) {
    refuse(queue, "'queue: max' cannot be combined with 'cancel-in-progress: true'");
  }
}

function defaults(token: Token | undefined, refuse: Refuse): void {
  keys(token, ["run"], "defaults", refuse);
  const run = child(token, "run");
  keys(run, ["shell", "working-directory"], "defaults.run", refuse);
  shell(child(run, "shell"), refuse);
}

function shell(token: Token | undefined, refuse: Refuse): void {
  const text = literal(token);
  const problem = text === undefined ? undefined : unsupportedShell(text);
  if (token !== undefined && problem !== undefined) refuse(token, problem);
}

function labels(token: Token, job: string, refuse: Refuse): void {
  if (isMapping(token)) {
    keys(token, ["labels"], `'runs-on' of job '${job}'`, refuse);
    const inner = child(token, "labels");
    if (inner !== undefined) labels(inner, job, refuse);
    return;
  }
  for (const item of items(token)) {
    const text = literal(item);
    if (text === undefined) continue;
    for (const problem of unsupportedLabels([text])) refuse(item, problem);
  }
}

function stepKeys(step: Token, refuse: Refuse): void {
  const uses = child(step, "uses");
  keys(step, uses === undefined ? RUN_STEP_KEYS : USES_STEP_KEYS, "step", refuse);
  shell(child(step, "shell"), refuse);
  if (uses === undefined) return;
  try {
    parseUses(literal(uses) ?? "");
  } catch (error) {
    refuse(uses, errorText(error));
  }
}

/** Expressions as keys and `${{ insert }}` are in the parser's grammar, but in none of GitHub's documents. */
function* unsupportedTokens(path: string, root: Token): Generator<string> {
  for (const [, token] of TemplateToken.traverse(root)) {
    if (token instanceof InsertExpressionToken) {
      yield `${position(path, token)}: the directive 'insert' is not supported`;
    } else if (isMapping(token)) {
      for (const { keyToken } of entries(token)) {
        if (isBasicExpression(keyToken))
          yield `${position(path, keyToken)}: an expression as a key is not supported`;
      }
    } else if (!isScalar(token) && !isSequence(token)) {
      yield `${position(path, token)}: a ${token.typeName()} is not supported here`;
    }
  }
}
