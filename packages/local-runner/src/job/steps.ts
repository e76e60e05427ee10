import { errorText } from "@slipway/model";
import type { Json } from "../expressions/data.ts";
import { isTruthy, toText } from "../expressions/data.ts";
import {
  holds,
  resolveBoolean,
  resolveNumber,
  resolveText,
  resolveTexts,
  type Scope,
} from "../expressions/template.ts";
import type { CompositeRuns, StepDefinition, UsesStep } from "../load/model.ts";
import type { ResolvedAction } from "./actions.ts";
import { nameCommandFiles } from "./command-files.ts";
import { type Execution, executeNode, executeScript, firstLine } from "./execute.ts";
import { type Frame, type JobSession, jobScopeOf, scopeOf } from "./session.ts";
import type { NodeAction, PostStep, PreStep } from "./stages.ts";
import type { StepOutcome } from "./types.ts";

/** How a step ended: before and after `continue-on-error`. */
export interface StepEnd {
  readonly outcome: StepOutcome;
  readonly conclusion: StepOutcome;
}

const NEVER = new AbortController().signal;

/** The name a step is shown by; expressions that cannot be evaluated yet stay as they are. */
export function stepName(session: JobSession, frame: Frame, step: StepDefinition, prefix = ""): string {
  try {
    const scope = scopeOf(session, frame, { ...session.env, ...frame.env });
    if (step.name !== undefined) return session.masker.mask(prefix + resolveText(step.name, scope));
    if (step.kind === "uses") return `${prefix === "" ? "Run " : prefix}${step.uses.text}`;
    return session.masker.mask(`Run ${firstLine(resolveText(step.run, scope))}`);
  } catch {
    return prefix + (step.name?.toString() ?? step.contextName);
  }
}

/** Runs the steps of a frame one after another; with `outer` they end when the time of the step that holds them is up. */
export async function runSteps(
  session: JobSession,
  frame: Frame,
  steps: readonly StepDefinition[],
  outer: AbortSignal,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (session.control.kill.aborted) return;
    await runStep(session, frame, step, index, outer);
  }
}

/** Runs one main step and keeps its result in the frame. Never throws: a step that cannot run fails. */
export async function runStep(
  session: JobSession,
  frame: Frame,
  step: StepDefinition,
  index: number,
  outer: AbortSignal = NEVER,
): Promise<StepEnd> {
  const base = { ...session.env, ...frame.env };
  const key = `${frame.key}/${index}`;
  const here = ownFrame(session, frame, step);
  let outputs: Record<string, string> = {};
  let outcome: StepOutcome;
  let conclusion: StepOutcome | undefined;
  try {
    const stepEnv = resolveTexts(step.env, scopeOf(session, here, base), "env");
    const env = { ...base, ...stepEnv };
    const scope = scopeOf(session, here, env);
    if (!holds(step.condition, scope)) {
      outcome = "skipped";
    } else {
      const minutes = resolveNumber(step.timeoutMinutes, scope, "timeout-minutes");
      const guard = guardStep(
        session,
        () => holds(step.condition, scopeOf(session, here, env)),
        minutes,
        outer,
      );
      try {
        const end = await perform(session, here, step, { ...frame.env, ...stepEnv }, env, key, guard);
        outputs = end.outputs;
        outcome = end.fine ? "success" : "failure";
      } catch (error) {
        session.log.annotate("error", errorText(error));
        outcome = "failure";
      } finally {
        guard.end();
      }
      if (guard.reason() === "timeout") {
        session.log.annotate(
          "error",
          `The action '${stepName(session, frame, step)}' has timed out after ${minutes} minutes.`,
        );
        outcome = "failure";
      } else if (guard.reason() === "cancelled") {
        session.log.annotate("error", "The operation was canceled.");
        outcome = "cancelled";
      }
    }
    if (outcome === "failure" && continues(step, scope)) conclusion = "success";
  } catch (error) {
    session.log.annotate("error", errorText(error));
    outcome = "failure";
  }
  conclusion ??= outcome;
  if (step.id !== undefined) frame.steps[step.id] = { outputs, outcome, conclusion };
  note(session, frame, conclusion);
  return { outcome, conclusion };
}

/** The frame with what one step alone has in its `github` context: its name, and files of its own to write to. */
function ownFrame(session: JobSession, frame: Frame, step: StepDefinition): Frame {
  const files = nameCommandFiles(session.directories.temp);
  return { ...frame, github: { ...frame.github, ...files, action: step.contextName } };
}

/** Runs a `pre` program. */
export async function runPre(session: JobSession, pre: PreStep): Promise<StepEnd> {
  return besideMain(session, pre.frame, pre.runs.preIf, pre.step, async (frame, env, stepEnv, stop) => {
    const scope = scopeOf(session, frame, env);
    const node: NodeAction = {
      ...pre,
      frame,
      inputs: inputsOf(session, pre.step, pre.action, scope),
      env: stepEnv,
    };
    return executeNode(session, node, "pre", env, stop);
  });
}

/** Runs a `post` program, with the inputs that its main step had. */
export async function runPost(session: JobSession, { node }: PostStep): Promise<StepEnd> {
  return besideMain(session, node.frame, node.runs.postIf, node.step, (frame, env, _stepEnv, stop) =>
    executeNode(session, { ...node, frame }, "post", { ...env, ...node.env }, stop),
  );
}

async function besideMain(
  session: JobSession,
  outside: Frame,
  condition: string,
  step: UsesStep,
  execute: (
    frame: Frame,
    env: Record<string, string>,
    stepEnv: Record<string, string>,
    stop: AbortSignal,
  ) => Promise<Execution>,
): Promise<StepEnd> {
  const frame = ownFrame(session, outside, step);
  const outer = { ...session.env, ...frame.env };
  try {
    const stepEnv = resolveTexts(step.env, jobScopeOf(session, frame, outer), "env");
    const env = { ...outer, ...stepEnv };
    if (!holds(condition, jobScopeOf(session, frame, env)))
      return { outcome: "skipped", conclusion: "skipped" };
    const guard = guardStep(
      session,
      () => holds(condition, jobScopeOf(session, frame, env)),
      undefined,
      NEVER,
    );
    try {
      const { fine } = await execute(frame, env, stepEnv, guard.stop);
      const outcome = guard.reason() === "cancelled" ? "cancelled" : fine ? "success" : "failure";
      note(session, undefined, outcome);
      return { outcome, conclusion: outcome };
    } finally {
      guard.end();
    }
  } catch (error) {
    session.log.annotate("error", errorText(error));
    note(session, undefined, "failure");
    return { outcome: "failure", conclusion: "failure" };
  }
}

async function perform(
  session: JobSession,
  frame: Frame,
  step: StepDefinition,
  overrides: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  key: string,
  guard: Guard,
): Promise<Execution> {
  if (step.kind === "run") return executeScript(session, frame, step, env, key, guard.stop);
  const action = await session.resolver.find(step, frame.origin, session.directories.workspace);
  const inputs = inputsOf(session, step, action, scopeOf(session, frame, env));
  if (action.definition.runs.kind === "composite") {
    session.log.section(`Run ${step.uses.text}`, [
      "with:",
      ...Object.entries(inputs).map(([name, value]) => `  ${name}: ${value}`),
    ]);
    return runComposite(
      session,
      compositeFrame(frame, step, action, inputs, overrides, key),
      action.definition.runs,
      guard.expired,
    );
  }
  const { runs } = action.definition;
  const node: NodeAction = { step, frame, action, runs, key, inputs, env: envOf(overrides, frame.env) };
  if (runs.post !== undefined) session.posts.push({ name: stepName(session, frame, step, "Post "), node });
  return executeNode(session, node, "main", env, guard.stop);
}

/** The frame in which a composite action's steps run. */
export function compositeFrame(
  frame: Frame,
  step: UsesStep,
  action: ResolvedAction,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  key: string,
): Frame {
  const github: Record<string, Json> = {
    ...frame.github,
    action: step.contextName,
    action_path: action.directory,
    action_repository: action.repository,
    action_ref: action.ref,
  };
  return { key, origin: action.origin, inputs, github, env, steps: {}, composite: { status: "success" } };
}

async function runComposite(
  session: JobSession,
  frame: Frame,
  runs: CompositeRuns,
  expired: AbortSignal,
): Promise<Execution> {
  await runSteps(session, frame, runs.steps, expired);
  const outputs: Record<string, string> = {};
  let fine = frame.composite?.status === "success";
  for (const { name, value } of runs.outputs) {
    try {
      outputs[name] = resolveText(value, scopeOf(session, frame, { ...session.env, ...frame.env }));
    } catch (error) {
      session.log.annotate("error", errorText(error));
      fine = false;
    }
  }
  return { fine, outputs };
}

/**
 * Inputs of an action: those given, and the defaults of the others. What GitHub only warns of (an unknown
 * input, a required one that is missing) is only warned of.
 */
export function inputsOf(
  session: JobSession,
  step: UsesStep,
  action: ResolvedAction,
  scope: Scope,
): Readonly<Record<string, string>> {
  const given = resolveTexts(step.with, scope, "with");
  const names = new Map(Object.keys(given).map((name) => [name.toLowerCase(), name]));
  const declared = new Set(action.definition.inputs.map((input) => input.name.toLowerCase()));
  const unknown = [...names.values()].filter((name) => !declared.has(name.toLowerCase()));
  if (unknown.length > 0) {
    const valid = action.definition.inputs.map((input) => input.name).join("', '");
    session.log.annotate(
      "warning",
      `Unexpected input(s) '${unknown.join("', '")}', valid inputs are ['${valid}']`,
    );
  }
  const inputs: Record<string, string> = { ...given };
  for (const input of action.definition.inputs) {
    const name = names.get(input.name.toLowerCase());
    if (name !== undefined) {
      if (input.deprecationMessage !== undefined) {
        session.log.annotate(
          "warning",
          `Input '${name}' has been deprecated with message: ${input.deprecationMessage}`,
        );
      }
      continue;
    }
    if (input.required && input.default === undefined) {
      session.log.annotate(
        "warning",
        `Input '${input.name}' of '${step.uses.text}' is required, but was not given.`,
      );
    }
    inputs[input.name] = input.default === undefined ? "" : resolveText(input.default, scope);
  }
  return inputs;
}

function continues(step: StepDefinition, scope: Scope): boolean {
  return isTruthy(resolveBoolean(step.continueOnError, scope, false, "continue-on-error"));
}

/** A failed step fails its composite action, or the job; a cancelled job is cancelled already. */
function note(session: JobSession, frame: Frame | undefined, conclusion: StepOutcome): void {
  if (conclusion !== "failure" && conclusion !== "cancelled") return;
  if (frame?.composite !== undefined) frame.composite.status = conclusion;
  else if (session.status === "success" && conclusion === "failure") session.status = "failure";
}

function envOf(
  all: Readonly<Record<string, string>>,
  outer: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => toText(outer[name] ?? null) !== value),
  );
}

/** What ends a step before its time. */
interface Guard {
  /** Aborted: the step's own program ends. */
  readonly stop: AbortSignal;
  /**
   * Aborted when the time is up, and not when the job is cancelled: the steps of a composite action then have
   * their own conditions asked, so that its `cancelled()` steps still run.
   */
  readonly expired: AbortSignal;
  readonly end: () => void;
  readonly reason: () => "timeout" | "cancelled" | undefined;
}

/** Stops a step: when its time or that of its outer step is up, or when the job is cancelled and its condition fails. */
function guardStep(
  session: JobSession,
  stillHolds: () => boolean,
  minutes: number | undefined,
  outer: AbortSignal,
): Guard {
  const controller = new AbortController();
  const expiry = new AbortController();
  let reason: "timeout" | "cancelled" | undefined;
  const stop = (why: "timeout" | "cancelled"): void => {
    reason ??= why;
    controller.abort();
  };
  const expire = (why: "timeout" | "cancelled"): void => {
    stop(why);
    expiry.abort();
  };
  const onCancel = (): void => {
    let goOn = false;
    try {
      goOn = stillHolds();
    } catch {
      // A condition that cannot be evaluated does not hold.
    }
    if (!goOn) stop("cancelled");
  };
  const onOuter = (): void => expire("cancelled");
  const onKill = (): void => expire("cancelled");
  const timer =
    minutes !== undefined && minutes > 0 ? setTimeout(() => expire("timeout"), minutes * 60_000) : undefined;
  if (!session.control.cancel.aborted)
    session.control.cancel.addEventListener("abort", onCancel, { once: true });
  session.control.kill.addEventListener("abort", onKill, { once: true });
  outer.addEventListener("abort", onOuter, { once: true });
  if (outer.aborted) onOuter();
  if (session.control.kill.aborted) onKill();
  return {
    stop: controller.signal,
    expired: expiry.signal,
    reason: () => reason,
    end: () => {
      clearTimeout(timer);
      session.control.cancel.removeEventListener("abort", onCancel);
      session.control.kill.removeEventListener("abort", onKill);
      outer.removeEventListener("abort", onOuter);
    },
  };
}
