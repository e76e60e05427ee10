import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Effort, errorText, type PlanNode, type Policy, type Spec, type Usage } from "@slipway/model";
import { agentOf, systemPrompt } from "../catalog/catalog.ts";
import { cleanEnvironment } from "../process/environment.ts";
import { type Confinement, DOORS, detectIsolation, type Isolation } from "../process/isolation.ts";
import { marked } from "../process/landmarks.ts";
import { removeFolder } from "../process/remove-folder.ts";
import { headerLines } from "../prompt/header.ts";
import { catalogOf, modelOf, type StageRequest } from "../stages/common.ts";
import { runChecks } from "./acceptance.ts";
import { assignment } from "./assignment.ts";
import { type Baseline, rememberBaseline } from "./collect.ts";
import { type ChangeDraft, collectOr, type DraftParts, draftOf, objectionsTo } from "./draft.ts";
import { type Earlier, type Resumed, resume } from "./earlier.ts";
import { type LoopEnd, runLoop } from "./loop.ts";
import { SubmissionGate } from "./submission.ts";
import { TOOLS } from "./tools.ts";
import { Trajectory } from "./trajectory.ts";

export type { ChangeDraft } from "./draft.ts";

export interface ExecuteLimits {
  /** Turns of the model. */
  readonly steps: number;
  /** Wall time of the whole execution. */
  readonly seconds: number;
  readonly files: number;
  readonly bytes: number;
  /** Wall time of one command. Default 120. */
  readonly commandSeconds?: number;
  /** Wall time of each of `commands`. Default 600. */
  readonly checkSeconds?: number;
  /** Input, cached or not, and output of all calls. Default: no limit. */
  readonly tokens?: number | null;
  /** US dollars; needs `price`. Default: no limit. */
  readonly dollars?: number | null;
}

export interface Checkpoints {
  /** Milliseconds between two of them, at least. */
  readonly everyMs: number;
  /** Called after a turn, where the work tree would give another change than the last time. */
  readonly save: (draft: ChangeDraft) => void | Promise<void>;
}

export interface ExecuteRequest extends StageRequest {
  /** A checkout of `startSha` that belongs to this execution alone. */
  readonly workDir: string;
  readonly startSha: string;
  readonly node: PlanNode;
  readonly spec: Spec;
  readonly policy: Pick<Policy, "model" | "qa" | "protectedPaths"> & Partial<Pick<Policy, "agents">>;
  /** From `agentContext`: already marked as data. */
  readonly context: string;
  /** Why the last attempt did not get through: output of a failed check, findings, files in conflict. */
  readonly trouble?: string | null;
  /** What an earlier attempt left: applied to the work tree, and told to the model. */
  readonly earlier?: Earlier;
  readonly limits: ExecuteLimits;
  /** An agent of the catalog that works with tools. Default `developer-implementer`. */
  readonly agent?: string;
  /** Default: the policy's, else the agent's. */
  readonly effort?: Effort;
  /** Have to pass before the work counts as finished, in this order. Default: none. */
  readonly commands?: readonly string[];
  /** Whether the first submission gives the change back, to be looked over and confirmed. Default: it does. */
  readonly review?: boolean;
  /** US dollars for these tokens; null when the price is not known. */
  readonly price?: (usage: Usage) => number | null;
  /** What the consumer's setup action exported, for the commands of the agent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Absolute paths that no command may reach: the runner's temporary folder, folders with credentials. */
  readonly hidden?: readonly string[];
  /** Whether commands may talk to Docker, D-Bus and the like, through which they can leave what confines them. Default: not. */
  readonly services?: boolean;
  /** Whether files that are no text, and scripts that are newly executable, may be part of the change. Default: they may. */
  readonly rules?: { readonly binaries?: boolean; readonly executables?: boolean };
  /** Default: the strongest that this machine allows. */
  readonly isolation?: Isolation;
  /** Masked in the trajectory wherever they stand. */
  readonly secrets?: readonly string[];
  /** Asked before each turn: why the work is to be left as it stands, or null to go on. */
  readonly interrupted?: () => Promise<string | null>;
  /** Called with each line of the trajectory as it is written, so that it survives a killed job. */
  readonly onStep?: (line: string) => void;
  /** Told of the work so far, from which another attempt can start. */
  readonly checkpoints?: Checkpoints;
  /** Milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

/** What one execution has for itself. */
interface Place {
  readonly baseline: Baseline;
  readonly home: string;
  readonly temp: string;
  readonly confinement: Confinement;
  readonly resumed: Resumed | null;
  readonly trajectory: Trajectory;
  readonly notes: string[];
}

/**
 * Has a model build one node with shell and editor in a checkout, and collects what it changed. Whatever ends the
 * work (a limit, a failure of the model or of ours, a stop), the draft has all that stands, and says by what.
 *
 * @throws Error only when nothing could be started (the checkout lacks `startSha`, the catalog the agent)
 */
export async function executeNode(request: ExecuteRequest): Promise<ChangeDraft> {
  const agent = agentOf(catalogOf(request), request.agent ?? "developer-implementer");
  const folder = await mkdtemp(join(tmpdir(), "slipway-work-"));
  let place: Place | null = null;
  try {
    place = await prepare(request, folder);
    const stops = stopsOf(request);
    const gate = gateOf(request, place, stops);
    const header = headerLines({
      stage: "execute",
      runId: request.runId,
      attempt: request.attempt,
      nodeId: request.node.id,
      nodeTitle: request.node.title,
    });
    const { trajectory } = place;
    const limits = limitsOf(request);
    const prompt = header + assignment({ ...request, ...resumedParts(request, place), limits });
    const asked = { ...modelOf(request, agent), ...(request.effort ? { effort: request.effort } : {}) };
    const { node, attempt, startSha } = request;
    trajectory.add({ type: "start", nodeId: node.id, attempt, model: asked.model, startSha, prompt });
    for (const text of place.notes) trajectory.add({ type: "note", step: 0, text });
    const end = await runLoop({
      client: request.client,
      ...asked,
      system: systemPrompt(agent),
      tools: TOOLS.filter(
        ({ kind }) => kind === "function" || agent.tools.includes(kind === "shell" ? "bash" : "editor"),
      ),
      header,
      prompt,
      workDir: request.workDir,
      env: environmentOf(request, place),
      confinement: place.confinement,
      ready: place.baseline.ready,
      limits,
      price: request.price ?? (() => null),
      gate,
      trajectory,
      ...stops,
      ...(request.interrupted ? { interrupted: request.interrupted } : {}),
      ...(request.checkpoints ? { onTurn: checkpoints(request, place, request.checkpoints, stops.now) } : {}),
    });
    return await finish(request, place, end, gate);
  } finally {
    await place?.baseline.dispose();
    await removeFolder(folder);
  }
}

async function prepare(request: ExecuteRequest, folder: string): Promise<Place> {
  const { workDir, startSha, limits } = request;
  const protectedPaths = request.policy.protectedPaths;
  const [home, temp] = [join(folder, "home"), join(folder, "tmp")];
  for (const each of [home, temp]) await mkdir(each);
  const baseline = await rememberBaseline({
    workDir,
    startSha,
    protectedPaths,
    // More than may be published is still kept: a person may want it.
    files: 4 * limits.files,
    bytes: 4 * limits.bytes,
    parent: folder,
    ...request.rules,
  });
  const isolation = request.isolation ?? (await detectIsolation());
  const doors = request.services ? [] : DOORS;
  const resumed = request.earlier
    ? await resume(request.earlier, { workDir, startSha, baseline, protectedPaths, home })
    : null;
  return {
    baseline,
    home,
    temp,
    confinement: marked({
      isolation,
      hidden: [...(request.hidden ?? []), ...doors, baseline.folder],
      reachable: [workDir, home, temp],
    }),
    resumed,
    trajectory: new Trajectory(request.secrets ?? [], request.onStep),
    notes: notesOf(isolation, resumed),
  };
}

function notesOf(isolation: Isolation, resumed: Resumed | null): string[] {
  return [
    ...(isolation.kind === "group" ? [isolation.note] : []),
    ...(resumed?.left ?? []).map(
      ({ path, reason }) =>
        `${JSON.stringify(path.slice(0, 200))} of the earlier attempt was not applied: ${reason}.`,
    ),
  ];
}

/** A limit in dollars holds nothing where nobody knows the price of what was used. */
function priceNotes({ limits, price, policy }: ExecuteRequest, { usage }: LoopEnd): string[] {
  const { dollars = null } = limits;
  if (dollars === null || usage.calls === 0 || (price?.(usage) ?? null) !== null) return [];
  return [
    `The price of ${usage.model ?? policy.model.name} is not known, so that the limit of $${dollars} was not kept: set model.prices in .github/slipway.yml.`,
  ];
}

function resumedParts({ earlier }: ExecuteRequest, { resumed }: Place) {
  return earlier && resumed ? { earlier, resumed } : {};
}

function limitsOf({ limits }: ExecuteRequest) {
  const { commandSeconds = 120, checkSeconds = 600, tokens = null, dollars = null } = limits;
  return { ...limits, commandSeconds, checkSeconds, tokens, dollars };
}

interface Stops {
  readonly now: () => number;
  readonly deadline: number;
  readonly signal: AbortSignal;
  readonly stop?: AbortSignal;
}

function stopsOf(request: ExecuteRequest): Stops {
  const now = request.now ?? Date.now;
  const ms = Math.max(1, request.limits.seconds * 1_000);
  const timer = AbortSignal.timeout(ms);
  return {
    now,
    deadline: now() + ms,
    signal: request.signal ? AbortSignal.any([request.signal, timer]) : timer,
    ...(request.signal ? { stop: request.signal } : {}),
  };
}

function environmentOf(request: ExecuteRequest, { home, temp }: Place): Record<string, string> {
  return cleanEnvironment({ home, temp, ...(request.env ? { extra: request.env } : {}) });
}

function gateOf(request: ExecuteRequest, place: Place, { now, deadline, signal }: Stops): SubmissionGate {
  const { baseline, confinement } = place;
  const commands = request.commands ?? [];
  const seconds = limitsOf(request).checkSeconds;
  const where = { cwd: request.workDir, env: environmentOf(request, place), confinement, signal };
  return new SubmissionGate({
    objections: async () => objectionsTo(await collectOr(baseline), pathPolicyOf(request)),
    tree: () => baseline.tree().catch(() => null),
    diff: (each) => baseline.diff(each).catch((error) => errorText(error)),
    check:
      commands.length === 0
        ? null
        : () => runChecks(commands, where, () => Math.min(seconds * 1_000, deadline - now())),
    review: request.review ?? true,
  });
}

function pathPolicyOf({ policy, limits }: ExecuteRequest) {
  return { protectedPaths: policy.protectedPaths, limits };
}

function checkpoints(
  request: ExecuteRequest,
  place: Place,
  { everyMs, save }: Checkpoints,
  now: () => number,
) {
  let saved = place.baseline.startTree;
  let savedAt = now();
  return async (steps: number, usage: Usage) => {
    try {
      if (now() - savedAt < everyMs) return;
      const tree = await place.baseline.tree();
      if (tree === saved) return;
      const draft = await draftNow(request, place, {
        ending: "interrupted",
        reason: "The work was still going on when this was saved.",
        submission: null,
        paused: false,
        steps,
        usage,
        checks: [],
      });
      await save({ ...draft, trajectory: place.trajectory.text });
      saved = tree;
      savedAt = now();
    } catch (error) {
      // The work goes on; the next turn tries again.
      place.trajectory.add({
        type: "note",
        step: steps,
        text: `The work so far could not be saved: ${errorText(error)}`,
      });
    }
  };
}

type Ended = Pick<DraftParts, "ending" | "reason" | "submission" | "paused" | "steps" | "usage" | "checks">;

async function draftNow(request: ExecuteRequest, place: Place, ended: Ended) {
  const { startSha, node } = request;
  const collected = await collectOr(place.baseline);
  return draftOf({ startSha, node, policy: pathPolicyOf(request), collected, notes: place.notes, ...ended });
}

async function finish(
  request: ExecuteRequest,
  place: Place,
  end: LoopEnd,
  gate: SubmissionGate,
): Promise<ChangeDraft> {
  const checks = gate.checks ?? ((request.commands ?? []).length > 0 ? null : []);
  for (const text of priceNotes(request, end)) {
    place.notes.push(text);
    place.trajectory.add({ type: "note", step: end.steps, text });
  }
  const draft = await draftNow(request, place, { ...end, checks });
  const { outcome, ending, reason, usage, steps } = draft;
  place.trajectory.add({ type: "end", step: steps, outcome, ending, reason, usage });
  return { ...draft, trajectory: place.trajectory.text };
}
