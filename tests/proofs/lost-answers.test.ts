/** A network that loses the answer to each kind of request once: everything is done, and nothing twice. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import { git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

let run: GateBench;
afterEach(() => run?.stop());

/** What is written is written, and its answer is lost; what is read fails. Once for each route. */
function losesFirst(lost: Set<string>): FaultHook {
  return ({ jobId, kind, method, route }) => {
    const key = `${method} ${route}`;
    if (jobId === undefined || kind === "artifact" || lost.has(key)) return undefined;
    lost.add(key);
    return method === "GET"
      ? { kind: "respond", status: 502, body: { message: "Server Error" } }
      : { kind: "cut-after" };
  };
}

test("the run ends at DONE; no issue, pull request, comment, commit or release is there twice", async () => {
  const lost = new Set<string>();
  run = await runGates({
    policy: "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n",
    faults: () => losesFirst(lost),
  });
  expect(await isDone(run)).toBe(true);
  for (const route of ["issues", "pulls", "dispatches", "releases", "git/trees", "check-runs"])
    expect([...lost]).toContain(`POST /repos/{owner}/{repo}/${route}`);
  const repository = run.bench.github.repository(run.bench.repository);
  const items = [...repository.issues.values()];
  for (const { plan } of (await run.state()).nodes) {
    const of = (what: string) =>
      items.filter(({ body }) =>
        body?.includes(`<!-- slipway:${what} runId=${run.runId} nodeId=${plan.id} -->`),
      );
    expect([plan.id, of("node").length, of("pull").length]).toEqual([plan.id, 1, 1]);
  }
  const statuses = items
    .flatMap(({ comments }) => comments)
    .filter(({ body }) => body.includes("slipway:status"));
  expect(statuses).toHaveLength(1);
  expect(repository.releases).toHaveLength(1);
  const commits = git(
    run.bench.bare,
    "log",
    "--no-merges",
    "--format=%(trailers:key=Slipway-Node,valueonly)",
    "main",
  );
  expect(commits.split("\n").filter(Boolean)).toEqual(["T1"]);
  const events = await run.bench.events(run.runId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
}, 300_000);
