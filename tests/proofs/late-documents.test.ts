/** Documents of a specification that GitHub does not take when the tree is drawn: tried again at the end, and never in the way. */
import { afterEach, expect, test } from "@jest/globals";
import type { FaultHook } from "@slipway/local-github";
import type { TestBench } from "../e2e/bench.ts";
import { git } from "../e2e/support.ts";
import { type GateBench, isDone, runGates } from "./gates.ts";

let run: GateBench;
afterEach(() => run?.stop());

const COMMIT = "POST /repos/{owner}/{repo}/git/commits";

/** No commit is taken from jobs whose names end so. */
function refusesCommitsOf(bench: () => TestBench, ...ends: string[]): FaultHook {
  return ({ jobId, method, route }) => {
    if (jobId === undefined || `${method} ${route}` !== COMMIT) return undefined;
    const { github, repository } = bench();
    const jobs = github.repository(repository).runs.flatMap((one) => one.jobs);
    const name = jobs.find(({ id }) => id === jobId)?.name ?? "";
    return ends.some((end) => name.endsWith(end))
      ? { kind: "respond", status: 409, body: { message: "Conflict" } }
      : undefined;
  };
}

const runRefusing = (...ends: string[]) =>
  runGates({
    policy: "qa: { test: grep -q Hello greeting.txt }\nreview: { required: false }\n",
    faults: (bench) => refusesCommitsOf(bench, ...ends),
  });
const documentsOnMain = () =>
  git(run.bench.bare, "log", "--format=%(trailers:key=Slipway-Document,valueonly)", "main")
    .split("\n")
    .filter(Boolean);
const notes = async () => (await run.state()).notes.map(({ text }) => text);

test("refused when the tree is drawn: on the branch, each in a commit of its own, before the root's pull request", async () => {
  run = await runRefusing("Issues / Sync");
  expect(await isDone(run)).toBe(true);
  const written = documentsOnMain();
  expect(written).toEqual([expect.stringMatching(/^spec\/[\w-]+\/prd\.md$/)]);
  expect(git(run.bench.bare, "show", `main:${written[0]}`)).toContain("FR-001");
  expect(await notes()).toEqual([
    expect.stringMatching(
      /^The documents .* could not be committed: POST \S+\/git\/commits: GitHub answered 409: Conflict\. They are in the ledger; the run goes on, and tries again at its end\.$/,
    ),
    expect.stringMatching(/^The documents of the specification were committed to epic\/\d+-/),
  ]);
}, 300_000);

test("refused at the end as well: the run is done without them, and says so", async () => {
  run = await runRefusing("Issues / Sync", "E1 / Integrate / Publish / Publish");
  expect(await isDone(run)).toBe(true);
  expect(documentsOnMain()).toEqual([]);
  expect((await run.state()).spec?.requirements.length).toBeGreaterThan(0);
  expect((await notes()).at(-1)).toMatch(/GitHub answered 409: Conflict\. They are in the ledger alone\.$/);
}, 300_000);
