/** An engine that takes events in late, twice, out of order or not at all, and whose runs people cancel and start again. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createLocalRunner, type LocalRunnerOptions } from "@slipway/local-runner";
import type { Conclusion, Engine, EngineEvent, EngineHost } from "@slipway/model";
import type { EngineMaker } from "../../../../packages/cli/src/start/bench.ts";
import type { Dice } from "../dice.ts";

export interface Disturbed {
  readonly engine: EngineMaker;
  /** How often each kind of disturbance came. */
  readonly tally: ReadonlyMap<string, number>;
  /** From now on nothing is disturbed; what is on its way still arrives. */
  calm(): void;
}

/** How likely each disturbance is, before the schedule's own intensity. */
const SHARES = {
  dropped: 0.08,
  doubled: 0.12,
  late: 0.15,
  together: 0.12,
  cancelled: 0.1,
  killed: 0.05,
  failedAgain: 0.4,
  allAgain: 0.04,
  slowClock: 0.25,
};

const AGAIN: Partial<Record<Conclusion, number>> = {
  failure: SHARES.failedAgain,
  cancelled: SHARES.failedAgain,
};

export interface Disturbing {
  readonly seed: number;
  readonly dice: Dice;
  /** What each share is multiplied by. */
  readonly intensity: number;
  /** A branch that a person may have pushed to, with its commit; undefined while there is none. */
  readonly aBranch: () => { readonly ref: string; readonly sha: string } | undefined;
  /** Default: the engine of this repository. */
  readonly make?: (options: LocalRunnerOptions) => Engine;
  /** What the waits of disturbances are multiplied by; default 1. */
  readonly pace?: number;
}

export function disturbed(disturbing: Disturbing): Disturbed {
  const { seed, dice, intensity, aBranch, make = createLocalRunner, pace = 1 } = disturbing;
  const tally = new Map<string, number>();
  const pending = new Set<Promise<void>>();
  let calm = false;
  const count = (kind: string) => tally.set(kind, (tally.get(kind) ?? 0) + 1);
  const looms = (share: number) => !calm && dice.chance(Math.min(0.9, share * intensity));
  const later = (ms: number, act: () => void) => {
    const done = new Promise<void>((resolve) => {
      setTimeout(() => {
        act();
        resolve();
      }, ms * pace);
    });
    pending.add(done);
    void done.then(() => pending.delete(done));
  };
  /** Runs that are in progress. */
  const alive = new Set<number>();
  const running = new Set<number>();

  const engine: EngineMaker = (settings) => {
    const inner = make({
      ...settings,
      nodePath: nodeWithClock(settings.workDir, clockUrl(seed, intensity)),
    });
    let deliveries = 0;
    const deliver = (event: EngineEvent) => {
      deliveries += 1;
      inner.deliver(deliveries === 1 ? event : { ...event, deliveryId: `${event.deliveryId}-${deliveries}` });
    };
    return {
      ...inner,
      attach: (host) => inner.attach(watched(host, inner)),
      deliver(event) {
        if (event.name !== "repository_dispatch") return deliver(event);
        // Whoever asked for the run sees when nothing comes of it.
        const first = String(event.payload.action).endsWith(".start");
        if (!first && looms(SHARES.dropped)) {
          count("dispatch dropped");
          return;
        }
        const late = looms(SHARES.late);
        if (late) {
          count("dispatch delayed");
          later(dice.int(500, 20_000), () => deliver(event));
        } else deliver(event);
        if (looms(SHARES.doubled)) {
          count("dispatch doubled");
          later(dice.int(0, 8_000), () => deliver(event));
        }
        const push = looms(SHARES.together) ? pushOf(event, aBranch()) : undefined;
        if (push) {
          count("two turns at the same moment");
          deliver(push);
        }
      },
      async idle() {
        do {
          await Promise.all(pending);
          await inner.idle();
        } while (pending.size > 0);
      },
    };
  };

  function watched(host: EngineHost, inner: Engine): EngineHost {
    return {
      ...host,
      createRun(run) {
        const record = host.createRun(run);
        alive.add(record.id);
        if (looms(SHARES.cancelled))
          later(dice.int(500, 15_000), () => {
            if (!alive.has(record.id)) return;
            count("workflow run cancelled by a person");
            inner.cancelRun(record.id);
          });
        return record;
      },
      createJob(runId, job) {
        const record = host.createJob(runId, job);
        return record;
      },
      updateJob(jobId, change) {
        if (change.status === "in_progress" && !running.has(jobId)) {
          running.add(jobId);
          if (looms(SHARES.killed)) later(dice.int(100, 4_000), () => kill(jobId, inner));
        }
        if (change.status === "completed") running.delete(jobId);
        host.updateJob(jobId, change);
      },
      async updateRun(runId, change) {
        if (change.status !== "completed") {
          alive.add(runId);
          return host.updateRun(runId, change);
        }
        alive.delete(runId);
        await host.updateRun(runId, change);
        again(runId, change.conclusion ?? "success", inner);
      },
    };
  }

  function kill(jobId: number, inner: Engine): void {
    if (!running.has(jobId)) return;
    count("job killed");
    inner.killJob?.(jobId, "machine");
  }

  function again(runId: number, conclusion: Conclusion, inner: Engine): void {
    const failed = AGAIN[conclusion];
    const which = failed !== undefined && looms(failed) ? "failed" : looms(SHARES.allAgain) ? "all" : null;
    if (which === null) return;
    later(dice.int(200, 10_000), () => {
      if (alive.has(runId)) return;
      count(which === "failed" ? "failed jobs run again" : "whole workflow run again");
      inner.rerun(runId, which);
    });
  }

  return {
    engine,
    tally,
    calm() {
      calm = true;
    },
  };
}

/**
 * A `node` that loads something before anything else. No shell stands in between: that of many systems drops
 * variables such as `INPUT_RUN-ID`.
 */
function nodeWithClock(folder: string, url: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "node-with-clock");
  const lines = [
    `#!${process.execPath}`,
    "process.argv.splice(1, 1);",
    `import(${JSON.stringify(url)}).then(() => import(require("node:url").pathToFileURL(process.argv[1])));`,
  ];
  writeFileSync(path, `${lines.join("\n")}\n`, { mode: 0o755 });
  return path;
}

function clockUrl(seed: number, intensity: number): string {
  const url = pathToFileURL(`${import.meta.dirname}/slow-clock.mjs`);
  url.searchParams.set("seed", String(seed));
  url.searchParams.set("share", String(Math.min(0.9, SHARES.slowClock * intensity)));
  return url.href;
}

/** A person's push to a node's branch, told at this moment: a turn in a concurrency group of its own. */
function pushOf(
  event: EngineEvent,
  branch: { readonly ref: string; readonly sha: string } | undefined,
): EngineEvent | undefined {
  if (!branch) return undefined;
  const { repository, organization } = event.payload;
  return {
    ...event,
    name: "push",
    payload: {
      ref: branch.ref,
      before: branch.sha,
      after: branch.sha,
      commits: [],
      head_commit: null,
      deleted: false,
      created: false,
      forced: false,
      repository,
      ...(organization === undefined ? {} : { organization }),
      sender: { login: "developer", id: 1, type: "User" },
    },
    ref: branch.ref,
    sha: branch.sha,
    actor: "developer",
  };
}
