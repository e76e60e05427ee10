/** The jobs of the stages, in virtual time. */
import { type LedgerEvent, NO_USAGE, type RunStage, type RunState } from "@slipway/model";
import { SPEC } from "../../../../packages/model/src/testing/samples.ts";
import type { Steps } from "./clock.ts";
import type { Flow } from "./flow.ts";
import { brokeOff, handedOver, handOver, mayFail, pay, takeUp } from "./handed.ts";
import { advance } from "./send.ts";
import { append, MINUTE, nextNumber, stateOf, trip, type World } from "./world.ts";

const holds = (state: RunState | null, stage: RunStage, claim: number): boolean =>
  state?.stages[stage].lease?.claim === claim;

export function* draft(world: World, flow: Flow, stage: RunStage, claim: number): Steps<string> {
  yield trip(world);
  const state = stateOf(world);
  if (!holds(state, stage, claim) || state.control !== "RUN") return "stopped";
  yield trip(world);
  if (takeUp(world, flow, stage, claim, state.stages[stage].left)) return "";
  pay(world, stage);
  yield world.dice.int(MINUTE, 8 * MINUTE);
  mayFail(world, flow, stage, claim);
  yield trip(world);
  handOver(flow, stage, claim);
  return "";
}

export function* record(world: World, flow: Flow, stage: RunStage, claim: number): Steps<string> {
  yield trip(world);
  const drafted = handedOver(flow, stage, claim) !== undefined;
  const state = yield* append(world, (newest) => {
    if (!holds(newest, stage, claim)) return [];
    if (!drafted) return [{ type: "stage.released", stage, claim, reason: "Nothing was drafted." }];
    const done: LedgerEvent =
      stage === "spec"
        ? { type: "spec.recorded", claim, spec: SPEC, usage: NO_USAGE }
        : { type: "plan.recorded", claim, plan: world.plan, usage: NO_USAGE };
    return [done];
  });
  yield trip(world);
  if (state.control === "RUN") world.send(world, advance(world));
  return "";
}

export function* sync(world: World, claim: number): Steps<string> {
  yield trip(world);
  const state = stateOf(world);
  if (!holds(state, "issues", claim)) return "";
  if (state.control !== "RUN") return yield* giveBack(world, "issues", claim);
  for (const { plan } of state.nodes) {
    yield trip(world);
    // Looked up by its marker first.
    if (!world.issues.has(plan.id)) world.issues.set(plan.id, nextNumber(world));
  }
  const issues = state.nodes.map(({ plan }) => {
    const number = world.issues.get(plan.id) ?? 0;
    return { nodeId: plan.id, issue: { number, id: number } };
  });
  yield* append(world, (newest) =>
    holds(newest, "issues", claim) ? [{ type: "issues.synced", claim, issues }] : [],
  );
  yield trip(world);
  world.send(world, advance(world));
  return "";
}

function* giveBack(world: World, stage: RunStage, claim: number): Steps<string> {
  const reason = "The run does not go on.";
  yield* append(world, (newest) =>
    holds(newest, stage, claim) ? [{ type: "stage.released", stage, claim, reason }] : [],
  );
  yield trip(world);
  world.send(world, advance(world));
  return "";
}

export function* release(world: World, claim: number): Steps<string> {
  yield trip(world);
  const state = stateOf(world);
  if (!holds(state, "release", claim)) return "";
  if (state.control !== "RUN") return yield* giveBack(world, "release", claim);
  yield trip(world);
  const sha = world.heads.get(state.integrationBranch) ?? "";
  if (!world.releases.includes(sha)) world.releases.push(sha);
  const version = "0.1.0";
  yield* append(world, (newest) =>
    holds(newest, "release", claim)
      ? [
          {
            type: "release.recorded",
            claim,
            release: {
              version,
              tag: `v${version}`,
              previousTag: null,
              sha,
              bump: "minor",
              entries: [],
              notes: "What is new.",
            },
            reason: "A minor release.",
          },
        ]
      : [],
  );
  yield trip(world);
  world.send(world, advance(world));
  return "";
}

export function* settleStage(world: World, flow: Flow, stage: RunStage, claim: number): Steps<string> {
  yield trip(world);
  if (!holds(stateOf(world), stage, claim)) return "";
  const reason = `The ${stage} stage ended without a result: see workflow run ${flow.id}.`;
  yield* append(world, (newest) =>
    holds(newest, stage, claim)
      ? [{ type: "stage.failed", stage, claim, reason, ...brokeOff(flow, stage, claim) }]
      : [],
  );
  yield trip(world);
  world.send(world, advance(world));
  return "";
}
