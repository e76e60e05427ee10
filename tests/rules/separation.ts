/**
 * Rule 4: no job holds both a model key and a write token, and jobs that write run no foreign code. The private key of
 * a GitHub App makes write tokens, so it is a write credential itself: it reaches jobs that write, and no other.
 * `id-token: write` writes nothing to the repository; with it a job shows who it is in place of a model key, so it
 * counts as one, and goes where a model is asked and nowhere else. What other executors of agents are handed (a key of
 * an OpenAI-compatible service, variables of a program, what signs requests to an adapter) are model keys, too. Jobs
 * are looked at as they run: through the tree of reusable workflows, with the permissions that callers leave them and
 * the secrets that reach them under whatever name.
 */
import { type Content, type Job, jobsOf, record, type WorkflowFile } from "./workflow-file.ts";

export interface RunningJob {
  /** Job ids from the first workflow to the job: `orchestrator.yml > node > execute`. */
  readonly path: string;
  /** What it may write to the repository. */
  readonly writes: readonly string[];
  /** Whether it may ask for an OIDC token of its own: no trigger gives that by itself, only a file that names it. */
  readonly identity: boolean;
  /** Where a model key is found. */
  readonly key: string | undefined;
  /** Where the private key of a GitHub App is found. */
  readonly appKey: string | undefined;
  readonly foreign: readonly string[];
}

const LEVELS = ["none", "read", "write"];
const rank = (level: unknown) => Math.max(0, LEVELS.indexOf(String(level)));
/** A trigger gives a workflow at most this; `write-all` in a file stays what it is. */
const ALL: Grant = { rest: 2, named: {} };
const IDENTITY = "id-token";

interface Grant {
  readonly rest: number;
  readonly named: Readonly<Record<string, number>>;
}

function grantOf(value: unknown): Grant | undefined {
  if (value === undefined) return undefined;
  if (value === "write-all") return { rest: 2, named: { [IDENTITY]: 2 } };
  if (value === "read-all") return { rest: 1, named: {} };
  return {
    rest: 0,
    named: Object.fromEntries(Object.entries(record(value)).map(([name, level]) => [name, rank(level)])),
  };
}

function narrowed(outer: Grant, inner: Grant): Grant {
  const names = new Set([...Object.keys(outer.named), ...Object.keys(inner.named)]);
  const level = (grant: Grant, name: string) => grant.named[name] ?? grant.rest;
  return {
    rest: Math.min(outer.rest, inner.rest),
    named: Object.fromEntries(
      [...names].map((name) => [name, Math.min(level(outer, name), level(inner, name))]),
    ),
  };
}

const writesOf = ({ rest, named }: Grant): string[] => [
  ...(rest === 2 ? ["everything"] : []),
  ...Object.entries(named).flatMap(([name, level]) => (level === 2 && name !== IDENTITY ? [name] : [])),
];

/** Names under which keys are known inside one workflow. */
interface Known {
  readonly secrets: ReadonlyMap<string, KeyKind>;
  readonly inputs: ReadonlyMap<string, KeyKind>;
}

type KeyKind = "model" | "app";
/**
 * Whatever is called a key counts as a model's unless its name says that it is a GitHub App's; so does what an executor is
 * given, which holds the keys of other programs.
 */
const APP_KEY = /app[-_]?(private[-_]?)?key/i;
const KEY = /key|anthropic|openai|executor/i;
const kindOf = (name: string): KeyKind | undefined =>
  APP_KEY.test(name) ? "app" : KEY.test(name) ? "model" : undefined;

/** Where keys are handed in, by kind; the whole context of secrets holds both. */
function keysIn(value: unknown, known: Known): Partial<Record<KeyKind, string>> {
  const found: Partial<Record<KeyKind, string>> = {};
  for (const [, expression = ""] of JSON.stringify(value ?? null).matchAll(/\$\{\{(.*?)\}\}/g)) {
    // The whole context holds every secret.
    if (/\bsecrets\b(?!\s*(\.|\[\s*(\\?["'])))/.test(expression))
      Object.assign(found, { model: "all secrets", app: "all secrets" });
    for (const [, dotted, quoted] of expression.matchAll(
      /\bsecrets\s*(?:\.\s*([\w-]+)|\[\s*\\?["']([\w-]+))/g,
    )) {
      const name = (dotted ?? quoted ?? "").toLowerCase();
      const kind = known.secrets.get(name) ?? kindOf(name);
      if (kind) found[kind] ??= `secrets.${name}`;
    }
    for (const [, name = ""] of expression.matchAll(/\binputs\s*\.\s*([\w-]+)/g)) {
      const kind = known.inputs.get(name.toLowerCase()) ?? kindOf(name);
      if (kind) found[kind] ??= `inputs.${name}`;
    }
  }
  return found;
}

/** Under one name both kinds may come: then it counts as the one that is worse in more places. */
const taken = (value: unknown, known: Known): Map<string, KeyKind> =>
  new Map(
    Object.entries(record(value)).flatMap(([name, inner]): [string, KeyKind][] => {
      const { model, app } = keysIn(inner, known);
      const kind = model !== undefined ? "model" : app !== undefined ? "app" : undefined;
      return kind ? [[name.toLowerCase(), kind]] : [];
    }),
  );

function foreignCode({ content, steps }: Job): string[] {
  const stepCode = (step: Content): string[] => {
    const uses = String(step.uses ?? "");
    if (step.run !== undefined) return ["a `run:` step"];
    if (uses.startsWith("./") || uses.startsWith("docker:")) return [`uses: ${uses}`];
    // This action is there to run the repository's code and the agent's commands.
    return uses === "$/action-exec" ? [`uses: ${uses}`] : [];
  };
  const images = ["container", "services"].filter((name) => content[name] !== undefined);
  return [...steps.flatMap(stepCode), ...images.map((name) => `\`${name}:\``)];
}

/** Every job that a workflow starts, by whatever way. */
export function runningJobs(files: readonly WorkflowFile[]): RunningJob[] {
  const visit = (file: WorkflowFile, path: string, outer: Grant, known: Known, depth: number): RunningJob[] =>
    jobsOf(file).flatMap((job) => {
      const here = `${path} > ${job.id}`;
      const own = grantOf(job.content.permissions) ?? grantOf(file.content.permissions) ?? ALL;
      const grant = narrowed(outer, own);
      if (job.calls !== undefined) {
        const target = files.find((other) => other.path === job.calls);
        if (!target || depth > 10) return [];
        const inherits = job.content.secrets === "inherit";
        const inner: Known = {
          secrets: inherits ? known.secrets : taken(job.content.secrets, known),
          inputs: taken(job.content.with, known),
        };
        return visit(target, here, grant, inner, depth + 1);
      }
      const given = { env: file.content.env, job: job.content };
      const { model: key, app: appKey } = keysIn(given, known);
      const identity = grant.named[IDENTITY] === 2;
      return [{ path: here, writes: writesOf(grant), identity, key, appKey, foreign: foreignCode(job) }];
    });
  const nothing: Known = { secrets: new Map(), inputs: new Map() };
  return files.flatMap((file) => visit(file, file.path, ALL, nothing, 0));
}

export function keepsKeysFromWriters(files: readonly WorkflowFile[]): string[] {
  return runningJobs(files)
    .filter((job) => job.writes.length > 0 && job.key !== undefined)
    .map((job) => `${job.path} may write ${job.writes.join(", ")} and holds ${job.key}.`);
}

/** Who may show an identity asks a model and writes nothing; who is handed a model key may show one instead. */
export function keepsIdentityToModelJobs(files: readonly WorkflowFile[]): string[] {
  return runningJobs(files).flatMap(({ path, identity, key, writes, appKey }) => {
    if (!identity)
      return key === undefined ? [] : [`${path} holds ${key}, and could not do without: it lacks id-token.`];
    return [
      ...(key === undefined ? [`${path} may show an identity (id-token) and asks no model.`] : []),
      ...(writes.length === 0
        ? []
        : [`${path} may show an identity (id-token) and may write ${writes.join(", ")}.`]),
      ...(appKey === undefined ? [] : [`${path} may show an identity (id-token) and holds ${appKey}.`]),
    ];
  });
}

/** The App's key reaches no job that reads only, none with a model key and none that runs foreign code. */
export function keepsAppKeysToWriters(files: readonly WorkflowFile[]): string[] {
  return runningJobs(files).flatMap(({ path, appKey, writes, key, foreign }) => {
    if (appKey === undefined) return [];
    return [
      ...(writes.length === 0
        ? [`${path} may write nothing and holds ${appKey}, which makes write tokens.`]
        : []),
      ...(key === undefined ? [] : [`${path} holds ${appKey} beside ${key}.`]),
      ...(foreign.length === 0
        ? []
        : [`${path} holds ${appKey} and runs foreign code: ${foreign.join(", ")}.`]),
    ];
  });
}

export function keepsForeignCodeFromWriters(files: readonly WorkflowFile[]): string[] {
  return runningJobs(files)
    .filter((job) => job.writes.length > 0 && job.foreign.length > 0)
    .map(
      (job) =>
        `${job.path} may write ${job.writes.join(", ")} and runs foreign code: ${job.foreign.join(", ")}.`,
    );
}
