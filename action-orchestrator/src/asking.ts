import type { ActionContext } from "@slipway/action-kit";
import { type GitHub, readIssuePlace } from "@slipway/github";
import { type Command, RefusalError, type RunState, roleSuffices, runIdSchema } from "@slipway/model";
import { type Asker, isHeard, mayApprove, readAsker } from "./authority.ts";
import { belongs, type Meaning, meaningOf, needsRole, type RunCommand } from "./meaning.ts";
import type { Doing, Sender, Trigger } from "./read-trigger.ts";

/** What a trigger asks of one run. */
export type Asking =
  | { readonly kind: "start"; readonly command: Extract<Command, { command: "start" }> }
  | { readonly kind: "dispatched"; readonly command: RunCommand; readonly sender: Sender }
  | Extract<Trigger, { kind: "comment" | "review" }>
  | { readonly kind: "look"; readonly doing: Doing | null }
  /** Whether what a node waits for on this commit is there. */
  | { readonly kind: "reported"; readonly headSha: string };

/**
 * The run that a trigger is about; null with a word why when there is none. Requests: 1 for a push, 1 or more for a
 * report, else none.
 */
export async function runAsked(
  github: GitHub,
  trigger: Exclude<Trigger, { kind: "nothing" | "sweep" }>,
): Promise<{ readonly runId: string | null; readonly asking: Asking } | { readonly nothing: string }> {
  switch (trigger.kind) {
    case "command": {
      const { command, sender } = trigger;
      return command.command === "start"
        ? { runId: null, asking: { kind: "start", command } }
        : { runId: command.runId, asking: { kind: "dispatched", command, sender } };
    }
    case "comment":
    case "review":
      return { runId: trigger.place.runId, asking: trigger };
    case "seen":
      return { runId: trigger.runId, asking: { kind: "look", doing: trigger.doing } };
    case "turn":
      return { runId: trigger.runId, asking: { kind: "look", doing: null } };
    case "pushed": {
      const place = await placeOfIssue(github, trigger.issue);
      return place
        ? { runId: place.runId, asking: { kind: "look", doing: trigger.doing } }
        : { nothing: `Issue #${trigger.issue} is none of Slipway's.` };
    }
    case "reported": {
      const { issues, headSha } = trigger;
      for (const issue of issues) {
        const place = await placeOfIssue(github, issue);
        if (place) return { runId: place.runId, asking: { kind: "reported", headSha } };
      }
      return { nothing: `No issue of Slipway's stands behind ${headSha.slice(0, 7)}.` };
    }
  }
}

/** The place of a node's issue, if it may be one of ours. */
async function placeOfIssue(github: GitHub, issue: number): Promise<{ runId: string } | undefined> {
  const place = await readIssuePlace(github, issue);
  return place && runIdSchema.safeParse(place.runId).success ? place : undefined;
}

/** How a command is to be taken. */
export type Hearing =
  | { readonly kind: "heard"; readonly asker: Asker | null }
  /** Nothing is changed and nothing is written, but for a line in the summary. */
  | { readonly kind: "silent"; readonly reason: string };

/**
 * Whether whoever asks is heard. Requests: 1 for a comment, a review and a dispatched approval, and those for teams.
 *
 * @throws RefusalError when a dispatched command needs a role that could not be read
 */
export async function hear(github: GitHub, state: RunState, asking: Asking): Promise<Hearing> {
  const { policy } = state;
  if (asking.kind === "dispatched") {
    const { command, sender } = asking;
    if (!needsRole(state, command)) return { kind: "heard", asker: null };
    const teams = command.command === "approve" ? policy.approvers.teams : [];
    const asker = await readAsker(github, sender, teams, suffices(state, asking));
    if (asker.problem !== null)
      throw new RefusalError(`The command ${command.command} is not taken: ${asker.problem}`);
    return { kind: "heard", asker };
  }
  if (asking.kind !== "comment" && asking.kind !== "review") return { kind: "heard", asker: null };
  if (!belongs(state, asking.place))
    return {
      kind: "silent",
      reason: `#${asking.place.number} is not known as ${asking.place.nodeId ?? "the questions"} of run ${state.runId}.`,
    };
  const approves = asking.kind === "review" || asking.request.verb === "approve";
  const teams = approves ? policy.approvers.teams : [];
  const asker = await readAsker(github, asking.sender, teams, suffices(state, asking));
  if (asker.problem !== null) return { kind: "silent", reason: asker.problem };
  const heard =
    isHeard(policy, asker) ||
    (approves && mayApprove(state, nodeApproved(asking), asker)) ||
    // A reviewer counts for the branch's own rules with write access.
    (asking.kind === "review" && roleSuffices(asker.role, "write"));
  return heard
    ? { kind: "heard", asker }
    : {
        kind: "silent",
        reason: `${asker.login} has the role ${asker.role}; commands are taken from ${policy.commands} or above.`,
      };
}

function nodeApproved(asking: Extract<Asking, { kind: "comment" | "review" }>): string {
  const named = asking.kind === "comment" && asking.request.verb === "approve" ? asking.request.nodeId : null;
  return named ?? asking.place.nodeId ?? "";
}

/** Whether the role alone is enough, so that no team has to be asked for. */
function suffices(state: RunState, asking: Asking): (role: string) => boolean {
  const approved =
    asking.kind === "dispatched" && asking.command.command === "approve"
      ? asking.command.nodeId
      : asking.kind === "comment" || asking.kind === "review"
        ? nodeApproved(asking)
        : "";
  return (role) => mayApprove(state, approved, { login: "", role, teams: [], problem: null });
}

/** The command that is to be carried out, if one is. */
export type Asked =
  | { readonly kind: "command"; readonly command: Command | null }
  | { readonly kind: "words"; readonly outcome: Exclude<Meaning, { kind: "command" }> };

export function commandAsked(
  asking: Asking,
  state: RunState | null,
  heads: ReadonlyMap<string, string>,
): Asked {
  switch (asking.kind) {
    case "start":
    case "dispatched":
      return { kind: "command", command: asking.command };
    case "look":
    case "reported":
      return { kind: "command", command: null };
    case "review": {
      const { place, reviewId, headSha } = asking;
      const on = { version: 1, runId: place.runId, dispatchId: `review-${reviewId}` } as const;
      return { kind: "command", command: { ...on, command: "approve", nodeId: place.nodeId, headSha } };
    }
    case "comment": {
      if (!state) return { kind: "command", command: null };
      const { request, place, commentId } = asking;
      const meaning = meaningOf(request, place, state, heads, `comment-${commentId}`);
      return meaning.kind === "command" ? meaning : { kind: "words", outcome: meaning };
    }
  }
}

/** Login under which a turn is recorded. */
export function recordedBy({ environment }: ActionContext, asking: Asking): string {
  if (asking.kind === "comment" || asking.kind === "review") return asking.sender.login;
  if (asking.kind === "look" && asking.doing) return asking.doing.login;
  return environment.actor;
}

/** Whether a turn looks at everything: when a person caused it or the sweep did, not when a job goes on. */
export function isThorough(asking: Asking): boolean {
  if (asking.kind === "dispatched") return !asking.sender.bot;
  return asking.kind !== "start" && asking.kind !== "reported";
}

/** Whether claims that have not expired are asked after: who begins again must not wait for what was killed. */
export function asksAllHolders(asking: Asking, command: Command | null): boolean {
  if (asking.kind === "look") return asking.doing === null;
  return command?.command === "retry" || command?.command === "resume";
}
