/** A consumer's GitHub App: who acts, what that starts, and that nothing of its key or tokens is left anywhere. */
import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { foldEvents, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { type Place, repositoryFrom } from "../e2e/repositories.ts";
import { ROOT } from "../e2e/support.ts";

const SECOND = join(ROOT, "examples/second");
const CI = `name: CI
on: pull_request
permissions: {}
jobs:
  checks:
    name: Own checks
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - name: Look
        run: echo "looked at $GITHUB_HEAD_REF"
`;
const IDEA = readFileSync(join(SECOND, "idea.md"), "utf8").trim();
const PERMISSIONS = {
  actions: "read",
  checks: "write",
  contents: "write",
  issues: "write",
  "pull-requests": "write",
  statuses: "read",
} as const;

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

let place: Place;
let bench: TestBench;
/** Every token that the App was given. */
const tokens: string[] = [];
beforeAll(async () => {
  place = repositoryFrom(join(SECOND, "repository"), (repo) => {
    mkdirSync(join(repo, ".github/workflows"), { recursive: true });
    writeFileSync(join(repo, ".github/workflows/ci.yml"), CI);
  });
  bench = await openBench({
    repo: place.repo,
    policy: join(SECOND, "slipway.yml"),
    fixtures: join(SECOND, "fixtures"),
  });
  const { store } = bench.github as unknown as { store: { mintAppToken(input: unknown): string } };
  const mint = store.mintAppToken.bind(store);
  store.mintAppToken = (input) => {
    const token = mint(input);
    tokens.push(token);
    return token;
  };
}, 60_000);
afterAll(async () => {
  await bench?.stop();
  place?.remove();
});

const stateOf = async (runId: string) => foldEvents(null, await bench.events(runId));
const errorsOf = (turns: readonly Turn[]) => turns.flatMap(({ errors }) => errors).join("\n");
const start = async () => {
  const { runId, dispatchId } = startRequest(IDEA, new Date());
  await bench.dispatch("orchestrator.start", { version: 1, dispatchId, idea: IDEA });
  return runId;
};

test("an App that is set up by half, or is not installed, is named, and nothing is written", async () => {
  const before = bench.written();
  bench.github.setVariable(bench.repository, "SLIPWAY_APP_ID", "4711");
  await start();
  expect(errorsOf(await bench.turns())).toContain(
    "A GitHub App is named (id 4711), but its private key was not handed over",
  );
  bench.github.setSecret(bench.repository, "SLIPWAY_APP_PRIVATE_KEY", pem);
  await start();
  expect(errorsOf(await bench.turns())).toContain("GitHub does not accept the private key for App 4711");
  bench.github.createApp({ appId: 4711, slug: "shipper", key: pem, permissions: PERMISSIONS });
  await start();
  expect(errorsOf(await bench.turns())).toContain('"shipper" is not installed');
  expect(bench.written()).toEqual(before);
}, 120_000);

test("with the App a run reaches DONE, its pull requests start the repository's own CI, and no token outlives its job", async () => {
  const place = `${bench.repository.owner}/${bench.repository.name}`;
  const app = { slug: "slipway-acme", key: pem, permissions: PERMISSIONS, installedOn: [place] };
  bench.github.setVariable(bench.repository, "SLIPWAY_APP_ID", String(bench.github.createApp(app).app.id));
  const runId = await start();
  const turns = await bench.turns();
  expect(errorsOf(turns)).toBe("");
  const state = await stateOf(runId);
  expect(runStateOf(state)).toBe("DONE");

  // What the App did itself is not taken for a person's doing.
  const types = (await bench.events(runId)).map(({ event }) => event.type);
  expect(types.filter((type) => /^(issue|pull|branch)\./.test(type))).toEqual([]);

  // The App opened the pull requests, and each started the repository's own workflow by itself.
  const { issues, runs } = bench.github.repository(bench.repository);
  const pulls = state.nodes.map((node) => issues.get(node.pull ?? 0));
  expect(pulls.map((pull) => pull?.author.login)).toEqual(state.nodes.map(() => "slipway-acme[bot]"));
  const own = runs.filter((run) => run.workflowPath.endsWith("ci.yml"));
  expect(
    own.filter((run) => run.event === "pull_request" && run.conclusion === "success").length,
  ).toBeGreaterThanOrEqual(state.nodes.length);
  expect(own.filter((run) => run.conclusion === "action_required")).toEqual([]);
  expect(turns.some(({ summary }) => summary.includes("Acted as `slipway-acme[bot]`, a GitHub App."))).toBe(
    true,
  );
  expect(turns.some(({ summary }) => summary.includes("start no CI"))).toBe(false);

  // A token for each job that writes, also for one that fails; each of them is dead.
  expect(tokens.length).toBeGreaterThan(10);
  const many = tokens.length;
  await bench.dispatch("orchestrator.pause", { runId: "r-20261120-zzzzzz" });
  expect(errorsOf(await bench.turns())).toContain("There is no run r-20261120-zzzzzz");
  expect(tokens.length).toBe(many + 1);
  const answers = await Promise.all(
    tokens.map((token) =>
      fetch(`${bench.github.apiUrl}/installation/repositories`, {
        headers: { authorization: `Bearer ${token}` },
      }),
    ),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));

  // Nothing of them anywhere: logs, summaries, journal, artifacts, repositories, the ledger.
  const secrets = [...tokens, pem.split("\n")[5] ?? pem];
  const kept = [
    JSON.stringify(runs.map(({ jobs }) => jobs.map(({ log, summaries }) => [log, [...summaries.values()]]))),
    JSON.stringify(bench.github.journal),
    JSON.stringify(await bench.events(runId)),
    ...filesBelow(bench.folder),
  ];
  for (const text of kept) for (const secret of secrets) expect(text.includes(secret)).toBe(false);
}, 300_000);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}
