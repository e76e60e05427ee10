/** GitHub's hourly limit is used up for longer than a job waits: the run stops by name, loses nothing, and goes on. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { type GateBench, isDone, runGates } from "./gates.ts";

const LIMIT_MS = 480_000;
const POLICY = `
qa: { test: grep -q Hello greeting.txt, timeoutMinutes: 2 }
review: { required: false }
`;
/** Longer than any job waits for the limit but the one that publishes. */
const LONG_MS = 58 * 60_000;

let run: GateBench;
afterEach(() => run?.stop());

/** From the first request of this kind on every answer says that there is no room, until it is let go. */
function usedUp(method: string, route: RegExp) {
  const reset = Math.ceil((Date.now() + LONG_MS) / 1_000);
  const limit = { reached: false, over: false, until: new Date((reset + 1) * 1_000), asked: 0 };
  const faults: FaultHook = (request) => {
    if (request.kind !== "rest" || request.jobId === undefined || limit.over) return undefined;
    if (!limit.reached && !(request.method === method && route.test(request.path))) return undefined;
    limit.reached = true;
    limit.asked += 1;
    return {
      kind: "respond",
      status: 403,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
      body: { message: "API rate limit exceeded for installation ID 1." },
    };
  };
  return { limit, faults };
}

test.each([
  ["the issues are drawn", "POST", /\/issues$/, "issues"],
  ["a change is merged", "PUT", /\/merge(-async)?$/, "T1"],
  ["the release is made", "POST", /\/releases$/, "release"],
])(
  "used up when %s: nobody's failure, and nothing is begun before there is room",
  async (_when, method, route, work) => {
    const { limit, faults } = usedUp(method, route);
    run = await runGates({ policy: POLICY, faults: () => faults });
    const stopped = await run.state();
    expect(limit.reached).toBe(true);
    expect(Math.abs(Date.parse(stopped.limitedUntil ?? "") - limit.until.getTime())).toBeLessThan(2_000);
    const types = (await run.bench.events(run.runId)).map(({ event }) => event.type);
    expect(types.filter((type) => /failed|blocked/.test(type))).toEqual([]);
    const held = [...stopped.nodes, ...Object.values(stopped.stages)].filter(({ lease }) => lease !== null);
    expect(held).toEqual([]);

    const asked = limit.asked;
    const swept = await run.command("orchestrator.advance");
    expect(swept.flatMap(({ ran }) => ran)).toEqual(["slipway / Decide"]);
    expect((await run.bench.events(run.runId)).length).toBe(stopped.seq);
    expect(limit.asked - asked).toBeLessThan(10);

    const calls = run.bench.modelCalls();
    limit.over = true;
    await run.command("orchestrator.retry");
    expect(await isDone(run)).toBe(true);
    const { issues, releases } = run.bench.github.repository(run.bench.repository);
    const titles = [...issues.values()].map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(releases.length).toBeLessThan(2);
    // What the agent had made and handed over is on its branch, or it was never begun.
    if (work === "T1" && method === "PUT") expect(run.bench.modelCalls()).toBe(calls);
  },
  LIMIT_MS,
);
