import type { z } from "zod";
import { budgetSpent } from "./budget.ts";
import { approvalWanted, roleSuffices } from "./gates.ts";
import { waitsForAnswers } from "./questions.ts";
import { isLimited, runStateOf } from "./run-state.ts";
import {
  COMMANDS,
  type Command,
  commandSchema,
  PAYLOAD_MAX_CHARACTERS,
  PAYLOAD_MAX_PROPERTIES,
} from "./schema/command.ts";
import type { LedgerEvent } from "./schema/event.ts";
import type { Policy } from "./schema/policy.ts";
import type { RunState } from "./schema/state.ts";

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

export const EVENT_PREFIX = "orchestrator.";

/**
 * Reads a `repository_dispatch` or the inputs of a `workflow_dispatch` as a command.
 *
 * @param eventType `orchestrator.start`, …
 * @param payload the `client_payload`, unread
 */
export function parseCommand(eventType: string, payload: unknown): Parsed<Command> {
  const name = eventType.startsWith(EVENT_PREFIX) ? eventType.slice(EVENT_PREFIX.length) : eventType;
  if (!(COMMANDS as readonly string[]).includes(name)) {
    return refuse(
      `\`${printable(eventType)}\` is not a command. Use one of ${COMMANDS.map((command) => `${EVENT_PREFIX}${command}`).join(", ")}.`,
    );
  }
  const problem = payloadProblem(`${EVENT_PREFIX}${name}`, payload);
  if (problem !== undefined) return refuse(problem);
  const named = (payload as { command?: unknown }).command;
  if (named !== undefined && named !== name) {
    return refuse(
      `The event type says ${name}, the client_payload's \`command\` says ${printable(String(named))}: leave one out.`,
    );
  }
  const parsed = commandSchema.safeParse({ ...(payload as object), command: name });
  if (!parsed.success)
    return refuse(
      `The client_payload of ${EVENT_PREFIX}${name} is not valid: ${explainIssues(parsed.error)}.`,
    );
  return { ok: true, value: parsed.data };
}

/** Why a `client_payload` is not even looked into; undefined when it is. */
export function payloadProblem(eventType: string, payload: unknown): string | undefined {
  if (payload === null || typeof payload !== "object" || Array.isArray(payload))
    return `The client_payload of ${eventType} must be a JSON object.`;
  const count = Object.keys(payload).length;
  if (count > PAYLOAD_MAX_PROPERTIES)
    return `The client_payload has ${count} properties; GitHub allows ${PAYLOAD_MAX_PROPERTIES}.`;
  const size = JSON.stringify(payload).length;
  if (size > PAYLOAD_MAX_CHARACTERS)
    return `The client_payload has ${size} characters; GitHub allows ${PAYLOAD_MAX_CHARACTERS}. Shorten the idea, or commit the long text and refer to it.`;
  return undefined;
}

function refuse(reason: string): { readonly ok: false; readonly reason: string } {
  return { ok: false, reason };
}

/** Text of outside origin, fit to be shown within a sentence. */
export function printable(text: string, max = 80): string {
  const clean = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?").replaceAll("`", "'");
  return clean.length > max ? `${clean.slice(0, max).toWellFormed()}…` : clean;
}

/** Zod's issues as one readable list: `limits.parallel: too big …; qa: unrecognized key "tst"`. */
export function explainIssues(error: z.ZodError, max = 8): string {
  const told = error.issues.slice(0, max).map((issue) => {
    const at = issue.path.map((part) => printable(String(part), 60)).join(".");
    return at ? `${at}: ${printable(issue.message, 300)}` : printable(issue.message, 300);
  });
  const more = error.issues.length - told.length;
  return `${told.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

export interface StartRequest {
  readonly command: Extract<Command, { command: "start" }>;
  readonly runId: string;
  readonly requestedBy: string;
  readonly repository: string;
  readonly integrationBranch: string;
  readonly policy: Policy;
}

export function startEvent(request: StartRequest): LedgerEvent {
  return {
    type: "run.started",
    runId: request.runId,
    dispatchId: request.command.dispatchId ?? null,
    idea: request.command.idea,
    requestedBy: request.requestedBy,
    repository: request.repository,
    integrationBranch: request.integrationBranch,
    policy: request.policy,
    backendUrl: request.command.backendUrl ?? null,
    ...(request.command.dryRun ? { dryRun: true } : {}),
  };
}

export type Reaction =
  | { readonly kind: "accepted"; readonly events: readonly LedgerEvent[] }
  /** Already carried out: nothing to do, and nothing wrong. */
  | { readonly kind: "replayed" }
  | { readonly kind: "refused"; readonly reason: string };

/** Who commands. `none` stands for everybody whose role could not be read: commands fail closed. */
export interface Commander {
  readonly role: string;
  /** Teams of the owning organization, by slug, that the policy names and the person is in. */
  readonly teams: readonly string[];
  /** Named teams of which GitHub does not show to us who is in them. */
  readonly unreadable?: readonly string[];
}

/**
 * What a command does to a run that exists.
 *
 * @param by whoever gave the command; a dispatch can only be sent with write access
 */
export function react(
  state: RunState,
  command: Exclude<Command, { command: "start" }>,
  by: Commander = { role: "write", teams: [] },
): Reaction {
  if (command.dispatchId && state.dispatchIds.includes(command.dispatchId)) return { kind: "replayed" };
  const dispatchId = command.dispatchId ?? null;
  const current = runStateOf(state);
  const refused = (reason: string): Reaction => ({ kind: "refused", reason });
  const accepted = (...events: LedgerEvent[]): Reaction => ({ kind: "accepted", events });
  // What was in progress when the run was cancelled still ends, and continues the run in good faith.
  const quiet = command.command === "cancel" || command.command === "advance";
  if (current === "CANCELLED" && !quiet) return refused(`Run ${state.runId} was cancelled: start a new one.`);
  if (current === "DONE" && command.command !== "advance")
    return refused(`Run ${state.runId} is done: there is nothing to ${command.command}.`);
  // An approval has a rule of its own; asking for a turn is how the suite itself goes on.
  const free = command.command === "approve" || command.command === "advance";
  if (!free && !roleSuffices(by.role, state.policy.commands)) {
    return refused(
      `The policy asks for the role ${state.policy.commands} or above to ${command.command} a run; yours is ${printable(by.role, 40)}.`,
    );
  }
  switch (command.command) {
    // One that finds it done already is remembered all the same: delivered twice, the second time it would undo
    // what was asked for in between.
    case "pause":
      return state.control === "PAUSED" && dispatchId === null
        ? { kind: "replayed" }
        : accepted({ type: "run.paused", dispatchId });
    case "resume":
      return state.control === "RUN" && dispatchId === null
        ? { kind: "replayed" }
        : accepted({ type: "run.resumed", dispatchId });
    case "cancel":
      return state.control === "CANCELLED"
        ? { kind: "replayed" }
        : accepted({ type: "run.cancelled", dispatchId });
    case "advance":
      return advance(state, command.nodeId ?? null);
    case "retry":
      return retry(state, command.nodeId ?? null, dispatchId);
    case "answer":
      return waitsForAnswers(state)
        ? accepted({ type: "spec.answered", dispatchId, answers: command.answers })
        : refused(`Run ${state.runId} asks nothing: there is no question to answer.`);
    case "approve":
      return approve(state, command, dispatchId, by);
  }
}

/** Asking for a turn changes nothing by itself, and a turn claims nothing twice: no record is needed. */
function advance(state: RunState, nodeId: string | null): Reaction {
  if (nodeId === null) return { kind: "accepted", events: [] };
  const node = state.nodes.find((item) => item.plan.id === nodeId);
  if (!node) return { kind: "refused", reason: `Run ${state.runId} has no node ${nodeId}.` };
  const failing = (node.verdict?.gates ?? []).filter((gate) => gate.status === "fail");
  if (node.status !== "DONE" && failing.length > 0) {
    const then =
      node.status === "BLOCKED" ? `\`retry ${nodeId}\` has it tried again.` : "It is tried again by itself.";
    return { kind: "refused", reason: `${nodeId} cannot advance: ${node.verdict?.sentence ?? ""} ${then}` };
  }
  return { kind: "accepted", events: [] };
}

function retry(state: RunState, nodeId: string | null, dispatchId: string | null): Reaction {
  const node = nodeId === null ? undefined : state.nodes.find((item) => item.plan.id === nodeId);
  if (nodeId !== null && !node)
    return { kind: "refused", reason: `Run ${state.runId} has no node ${nodeId}.` };
  if (node && node.status !== "BLOCKED" && !node.hold)
    return {
      kind: "refused",
      reason: `${nodeId} is ${node.status}, not BLOCKED: there is nothing to retry.`,
    };
  const anything =
    state.failure !== null ||
    budgetSpent(state) !== undefined ||
    node?.hold ||
    // A person may know that there is room again: another token, a raised limit.
    isLimited(state, state.updatedAt) ||
    state.nodes.some((item) => item.status === "BLOCKED") ||
    // A stage that failed while the run was paused has not failed the run yet.
    Object.values(state.stages).some((stage) => stage.status === "failed");
  if (!anything)
    return {
      kind: "refused",
      reason: `Nothing in run ${state.runId} has failed: there is nothing to retry.`,
    };
  return { kind: "accepted", events: [{ type: "run.retried", dispatchId, nodeId }] };
}

function approve(
  state: RunState,
  command: Extract<Command, { command: "approve" }>,
  dispatchId: string | null,
  by: Commander,
): Reaction {
  const node = state.nodes.find((item) => item.plan.id === command.nodeId);
  if (!node) return { kind: "refused", reason: `Run ${state.runId} has no node ${command.nodeId}.` };
  if (node.status === "DONE")
    return { kind: "refused", reason: `${command.nodeId} is done: there is nothing to approve.` };
  if (node.subject?.headSha !== command.headSha) {
    return {
      kind: "refused",
      reason: `${command.nodeId} stands at ${node.subject?.headSha.slice(0, 7) ?? "no commit yet"}, not at ${command.headSha.slice(0, 7)}: look at what is there now and approve that.`,
    };
  }
  const wanted = approvalWanted(state.policy, node, node.risk);
  if (wanted === null)
    return {
      kind: "refused",
      reason: `${command.nodeId} needs no approval: neither its risk nor the policy asks for one.`,
    };
  const { teams } = state.policy.approvers;
  const ofTeam = by.teams.find((team) => teams.includes(team));
  if (!roleSuffices(by.role, wanted) && ofTeam === undefined) {
    const orTeam = teams.length > 0 ? `, or membership of ${teams.join(", ")}` : "";
    const unread = by.unreadable ?? [];
    const unknown =
      unread.length > 0
        ? ` Whether you are in ${unread.join(", ")} could not be read: that takes a GitHub App with the organization permission "Members: read".`
        : "";
    return {
      kind: "refused",
      reason: `${command.nodeId} needs an approval by someone with the role ${wanted} or above${orTeam}; yours is ${printable(by.role, 40)}.${unknown}`,
    };
  }
  // A member of a named team stands in for the role that is asked for.
  const role = roleSuffices(by.role, wanted) ? by.role : wanted;
  return {
    kind: "accepted",
    events: [{ type: "node.approved", dispatchId, nodeId: command.nodeId, headSha: command.headSha, role }],
  };
}
