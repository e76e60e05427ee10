/** The jobs of one node, in virtual time: what each reads, does on GitHub and records, as the actions do. */
import {
  baseBranchOf,
  branchOf,
  type Evidence,
  isLeaf,
  judge,
  type LedgerEvent,
  NO_USAGE,
  type NodeState,
  newest,
  nextId,
  type RunState,
  type Subject,
  treeOf,
} from "@slipway/model";
import { kept } from "../../../../action-merge-gate/src/evidence.ts";
import { movedSide, staleRounds } from "../../../../action-merge-gate/src/subject.ts";
import { evidenceOf, judgingOf, LOW_RISK, planNode } from "../../../../packages/model/src/testing/samples.ts";
import type { Steps } from "./clock.ts";
import type { Flow } from "./flow.ts";
import { brokeOff, handedOver, handOver, mayFail, pay, takeUp } from "./handed.ts";
import { advance } from "./send.ts";
import {
  append,
  count,
  JobError,
  MINUTE,
  nextNumber,
  nodeIn,
  type Pull,
  SECOND,
  stateOf,
  strikes,
  trip,
  type World,
} from "./world.ts";

export interface On {
  readonly nodeId: string;
  readonly claim: number;
}

interface Held {
  readonly state: RunState;
  readonly node: NodeState;
}

/** The state and node, while the claim is held; null when it is not: nothing is done then. */
function* held(world: World, { nodeId, claim }: On): Steps<Held | null> {
  yield trip(world);
  const state = stateOf(world);
  const node = nodeIn(state, nodeId);
  return node.lease?.claim === claim ? { state, node } : null;
}

type Events = (state: RunState, node: NodeState) => readonly LedgerEvent[];

function* recordHeld(world: World, on: On, events: Events): Steps<{ held: boolean; state: RunState }> {
  let isHeld = false;
  let isLate = false;
  const state = yield* append(world, (now) => {
    if (!now) throw new JobError("There is no run.");
    const node = nodeIn(now, on.nodeId);
    isHeld = node.lease?.claim === on.claim;
    isLate = isHeld && Date.parse(node.lease?.expiresAt ?? "") < world.clock.now;
    return isHeld ? events(now, node) : [];
  });
  if (isLate) count(world, "recorded after the lease had expired");
  return { held: isHeld, state };
}

function* finish(world: World, on: On, events: Events): Steps {
  const after = yield* recordHeld(world, on, events);
  if (!after.held) return;
  yield trip(world);
  world.send(world, advance(world));
}

export function* execute(world: World, flow: Flow, on: On): Steps<string> {
  const now = yield* held(world, on);
  if (now?.state.control !== "RUN") return "stopped";
  const { nodeId, claim } = on;
  yield trip(world);
  if (takeUp(world, flow, nodeId, claim, now.node.left)) return "changed";
  pay(world, nodeId);
  yield world.dice.int(MINUTE, 20 * MINUTE);
  mayFail(world, flow, nodeId, claim);
  yield trip(world);
  handOver(flow, nodeId, claim);
  return "changed";
}

export function* publish(world: World, flow: Flow, on: On): Steps<string> {
  const now = yield* held(world, on);
  if (!now) return "stopped";
  const { state, node } = now;
  const { nodeId, claim } = on;
  const released =
    (reason: string): Events =>
    () => [{ type: "node.released", nodeId, claim, reason }];
  const failed =
    (reason: string): Events =>
    () => [{ type: "node.failed", nodeId, claim, reason, usage: NO_USAGE }];
  if (state.control === "CANCELLED") return yield* stop(world, on, released("The run was cancelled."));
  const change = handedOver(flow, nodeId, claim);
  const [base, branch] = [baseBranchOf(state, node), branchOf(node)];
  yield trip(world);
  const baseSha = world.heads.get(base);
  if (baseSha === undefined) return yield* stop(world, on, failed(`The branch ${base} is gone.`));
  const own = world.heads.get(branch);
  if (!change && isLeaf(node) && (own === undefined || node.pull === null))
    return yield* stop(world, on, (now) =>
      (now.control === "RUN" ? failed("No change was handed over.") : released("The run is paused."))(
        now,
        node,
      ),
    );
  if (change && !world.commits.contentOf(own ?? "").has(change)) {
    yield trip(world);
    world.heads.set(branch, world.commits.make([own ?? baseSha], change));
  } else if (own === undefined) world.heads.set(branch, baseSha);
  const head = world.heads.get(branch) as string;
  if (!isLeaf(node) && world.commits.isIn(head, baseSha)) {
    yield* finish(world, on, () => [{ type: "node.merged", nodeId, claim, pull: null, mergeSha: baseSha }]);
    return "merged";
  }
  if (!world.commits.isIn(baseSha, head)) {
    yield trip(world);
    const before = world.pulls.find(({ number }) => number === node.pull);
    if (before && before.mergeSha !== null && head === own && world.commits.isIn(head, before.mergeSha))
      return yield* takeMerged(world, on, before.mergeSha);
    if (isLeaf(node) && strikes(world, "conflict", 0.1)) {
      if (change) world.used.add(change);
      yield* finish(world, on, () => [
        { type: "node.conflicted", nodeId, claim, baseSha, files: ["a.ts"], usage: NO_USAGE },
      ]);
      return "conflict";
    }
    world.heads.set(branch, world.commits.make([head, baseSha]));
  }
  yield trip(world);
  const pull = openPull(world, nodeId, branch, base);
  const headSha = world.heads.get(branch) as string;
  const subject: Subject = { specHash: state.specHash ?? "", baseSha, headSha };
  const after = yield* recordHeld(world, on, (newest) => {
    const published: LedgerEvent = {
      type: "node.published",
      nodeId,
      claim,
      branch,
      pull: pull.number,
      subject,
      summary: "",
      usage: NO_USAGE,
    };
    // Also what an earlier claim had committed before it broke off.
    for (const made of world.commits.contentOf(headSha)) world.used.add(made);
    if (newest.control === "RUN") return [published];
    return [published, { type: "node.released", nodeId, claim, reason: `The run is ${newest.control}.` }];
  });
  if (!after.held || after.state.control !== "RUN") return "stopped";
  flow.artifacts.set(`subject.${nodeId}.${claim}`, subject);
  return "published";
}

function* stop(world: World, on: On, events: Events): Steps<string> {
  yield* finish(world, on, events);
  return "stopped";
}

/** The one pull request of a branch; a merged one is followed by another. */
function openPull(world: World, nodeId: string, head: string, base: string): Pull {
  const there = world.pulls.find((pull) => pull.head === head && pull.open);
  if (there) return there;
  const pull = { number: nextNumber(world), nodeId, head, base, open: true, mergeSha: null };
  world.pulls.push(pull);
  return pull;
}

/** QA, review and scan; each leaves evidence on exactly the head that was published. */
export function* verify(world: World, flow: Flow, on: On): Steps<string> {
  const subject = flow.artifacts.get(`subject.${on.nodeId}.${on.claim}`) as Subject;
  yield trip(world);
  yield world.dice.int(30 * SECOND, 10 * MINUTE);
  const fails = strikes(world, "finding, filed as a defect", 0.06) ? ["qa"] : [];
  const evidence = evidenceOf(on.nodeId, subject, fails).filter(({ kind }) => kind !== "checks");
  flow.artifacts.set(`evidence.${on.nodeId}.${on.claim}`, evidence);
  return "";
}

export function* gate(world: World, flow: Flow, on: On, again: boolean): Steps<string> {
  const now = yield* held(world, on);
  if (!now) return "stopped";
  const { nodeId, claim } = on;
  const { state, node } = now;
  const handed = (flow.artifacts.get(`evidence.${nodeId}.${claim}`) ?? []) as Evidence[];
  const found = again ? kept(node.evidence) : handed;
  yield trip(world);
  const pull = world.pulls.find(({ number }) => number === node.pull);
  if (!pull) throw new JobError(`${nodeId} has no pull request.`);
  if (pull.mergeSha !== null) return yield* takeMerged(world, on, pull.mergeSha);
  const subject = currentSubject(world, state, node);
  const side = movedSide(node.subject, subject);
  if (side) return yield* giveBackStale(world, on, side);
  const checks = checksOn(world, nodeId, subject);
  const judged = yield* recordHeld(world, on, (newest, node) => {
    const verdict = judge(newest, node, [...found, checks], judgingOf(subject));
    const said: LedgerEvent = {
      type: "node.judged",
      nodeId,
      claim,
      evidence: [...found, checks],
      verdict,
      risk: LOW_RISK,
    };
    if (newest.control === "RUN") return [said];
    const released = {
      type: "node.released",
      nodeId,
      claim,
      reason: `The run is ${newest.control}.`,
    } as const;
    return verdict.outcome === "refused" ? [{ ...released, evidence: [...found, checks] }] : [said, released];
  });
  if (!judged.held || judged.state.control !== "RUN") return "stopped";
  const { verdict } = nodeIn(judged.state, nodeId);
  switch (verdict?.outcome) {
    case "mergeable":
      return yield* merge(world, on, pull, subject);
    case "waiting":
      return yield* stop(world, on, () => [
        { type: "node.released", nodeId, claim, reason: verdict.sentence },
      ]);
    default: {
      const fails = newest(found, "qa")?.verdict === "fail";
      if (fails && node.plan.kind !== "defect") return "defect";
      const reason = verdict?.sentence ?? "Nothing was judged.";
      return yield* stop(world, on, () => [{ type: "node.failed", nodeId, claim, reason, usage: NO_USAGE }]);
    }
  }
}

function currentSubject(world: World, state: RunState, node: NodeState): Subject {
  const nowhere = "0".repeat(40);
  return {
    specHash: state.specHash ?? "",
    baseSha: world.heads.get(baseBranchOf(state, node)) ?? nowhere,
    headSha: world.heads.get(branchOf(node)) ?? nowhere,
  };
}

/** A required check that is pending ends by itself later, and tells so. */
function checksOn(world: World, nodeId: string, subject: Subject): Evidence {
  const [found] = evidenceOf(nodeId, subject).filter(({ kind }) => kind === "checks");
  if (found?.kind !== "checks") throw new JobError("There are no checks.");
  const { headSha } = subject;
  if (!world.checks.has(headSha) && strikes(world, "required check that takes its time", 0.1)) {
    world.checks.set(headSha, "pending");
    world.clock.after(world.dice.int(MINUTE, 90 * MINUTE), () => {
      world.checks.set(headSha, "pass");
      world.send(world, { kind: "reported", headSha });
    });
  }
  const state = world.checks.get(headSha) ?? "pass";
  const checks = [{ name: "CI", state, title: "", summary: "", link: null }];
  return state === "pass"
    ? { ...found, checks }
    : { ...found, checks, verdict: "pending", reason: "needs `CI` to finish" };
}

function* giveBackStale(world: World, { nodeId, claim }: On, side: string): Steps<string> {
  const rounds = 1 + staleRounds(world.records, nodeId);
  const reason = `The ${side} moved ${rounds} times while the change was checked.`;
  yield* finish(world, { nodeId, claim }, () =>
    rounds >= 5
      ? [{ type: "node.blocked", nodeId, reason }]
      : [{ type: "node.released", nodeId, claim, reason, stale: true }],
  );
  return "stale";
}

function* merge(world: World, on: On, pull: Pull, subject: Subject): Steps<string> {
  const { nodeId, claim } = on;
  yield trip(world);
  const state = stateOf(world);
  if (state.control !== "RUN")
    return yield* stop(world, on, () => [
      { type: "node.released", nodeId, claim, reason: `The run is ${state.control}.` },
    ]);
  const side = movedSide(subject, currentSubject(world, state, nodeIn(state, nodeId)));
  if (side) return yield* giveBackStale(world, on, side);
  yield trip(world);
  // GitHub guards the head.
  if (world.heads.get(pull.head) !== subject.headSha) return yield* giveBackStale(world, on, "head");
  if (pull.mergeSha === null) {
    const base = world.heads.get(pull.base) as string;
    pull.mergeSha = world.commits.make([base, subject.headSha]);
    pull.open = false;
    world.heads.set(pull.base, pull.mergeSha);
  }
  yield trip(world);
  return yield* takeMerged(world, on, pull.mergeSha);
}

function* takeMerged(world: World, on: On, mergeSha: string): Steps<string> {
  const { nodeId, claim } = on;
  yield* finish(world, on, (_state, node) => [
    { type: "node.merged", nodeId, claim, pull: node.pull, mergeSha },
  ]);
  return "merged";
}

/** Files a finding under the node; its issue is looked up by its marker before it is made. */
export function* defect(world: World, on: On): Steps<string> {
  const now = yield* held(world, on);
  if (!now) return "stopped";
  const { nodeId, claim } = on;
  const { state, node } = now;
  const released =
    (reason: string): Events =>
    () => [{ type: "node.released", nodeId, claim, reason }];
  if (state.control !== "RUN") return yield* stop(world, on, released(`The run is ${state.control}.`));
  const filed = world.records.filter(
    ({ event }) => event.type === "defect.filed" && event.parentId === nodeId,
  ).length;
  if (filed >= state.policy.limits.defectRounds)
    return yield* stop(world, on, () => [
      { type: "node.blocked", nodeId, reason: `${node.plan.id} does not pass after ${filed} defects.` },
    ]);
  const id = nextId(treeOf(state.nodes), "D");
  yield trip(world);
  // Two findings at once are told apart by the node that they are of.
  const key = `${id} of ${nodeId}`;
  const number = world.issues.get(key) ?? nextNumber(world);
  world.issues.set(key, number);
  yield* finish(world, on, (newest) => [
    {
      type: "defect.filed",
      parentId: nodeId,
      claim,
      node: planNode(nextId(treeOf(newest.nodes), "D"), nodeId, { acceptance: ["The test passes."] }),
      fingerprint: `${nodeId}-${claim}`,
      issue: { number, id: number },
    },
  ]);
  return "";
}

/** Gives the claim of a way that broke off back. */
export function* settleNode(world: World, flow: Flow, on: On): Steps<string> {
  if (!(yield* held(world, on))) return "";
  const { nodeId, claim } = on;
  const reason = `A job of ${nodeId} ended without a result: see workflow run ${flow.id}.`;
  const broke = brokeOff(flow, nodeId, claim);
  yield* finish(world, on, () => [{ type: "node.failed", nodeId, claim, reason, usage: NO_USAGE, ...broke }]);
  return "";
}
