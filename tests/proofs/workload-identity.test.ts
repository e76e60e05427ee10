/** Jobs that ask a model by their own identity: no model key exists, and none is asked for. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { foldEvents, runStateOf } from "@slipway/model";
import { startRequest } from "../../packages/cli/src/start/dispatch.ts";
import { openBench, type TestBench, type Turn } from "../e2e/bench.ts";
import { ONE_TASK, type Place, repositoryFrom } from "../e2e/repositories.ts";
import { ROOT } from "../e2e/support.ts";
import { createFederation } from "./federation.ts";
import { agentOf, CONTENT_REVIEWER } from "./stages.ts";

const RULE = {
  federationRule: "fdrl_01Spans",
  organization: "2f6b1c1e-8a53-4b7e-9d0f-6a1b2c3d4e5f",
  audience: "https://models.example/spans",
};
const POLICY = `qa: { test: grep -q Hello greeting.txt }\nrelease: { enabled: false }\n`;
const IDENTITY = `model: { identity: ${JSON.stringify(RULE)} }\n`;
/** Does its work, and looks for a way to be the job itself. */
const COMMAND = [
  "echo Goodbye. > farewell.txt",
  "seen=$( (env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n') | grep -c ACTIONS_ID_TOKEN)",
  'echo "It found $seen of them."',
].join("\n");
const FIXTURES = [CONTENT_REVIEWER, ...agentOf("T1", COMMAND)];

interface Opened {
  readonly bench: TestBench;
  stop(): Promise<void>;
}

/** A consumer without a secret of any kind. */
async function open(
  policy: string,
  more: {
    readonly files?: Readonly<Record<string, string>>;
    readonly model?: Parameters<typeof openBench>[0]["model"];
  },
): Promise<Opened> {
  const place: Place = repositoryFrom(join(ONE_TASK, "repository"), (repo) => {
    writeFileSync(join(repo, ".github/slipway.yml"), policy);
    mkdirSync(join(repo, ".github/workflows"), { recursive: true });
    for (const [name, text] of Object.entries(more.files ?? {}))
      writeFileSync(join(repo, ".github/workflows", name), text);
  });
  const fixtures = join(place.folder, "fixtures.json");
  const known = JSON.parse(readFileSync(join(ONE_TASK, "fixtures.json"), "utf8")) as { fixtures: object[] };
  writeFileSync(fixtures, JSON.stringify({ fixtures: [...FIXTURES, ...known.fixtures] }));
  const bench = await openBench({ repo: place.repo, fixtures, ...(more.model ? { model: more.model } : {}) });
  const { secrets } = bench.github.repository(bench.repository);
  secrets.clear();
  return {
    bench,
    async stop() {
      await bench.stop();
      place.remove();
    },
  };
}

const errorsOf = (turns: readonly Turn[]) => turns.flatMap(({ errors }) => errors).join("\n");

describe("with model.identity in the policy", () => {
  // The token of the job that executes is taken back after each request that it was good for.
  const federation = createFederation(RULE, (claims) =>
    /execute/.test(String(claims.job_workflow_ref)) ? 1 : 100,
  );
  const stageOf = (claims: (typeof federation.grants)[number]["claims"]) =>
    /_reusable\.([\w.]+)\.yml@/.exec(String(claims.job_workflow_ref))?.[1];
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(POLICY + IDENTITY, { model: federation.front });
    federation.trust(`${opened.bench.github.url}/_services/token`);
  }, 120_000);
  afterAll(() => opened?.stop());

  test("a run reaches DONE by identities alone, and an expired token is got anew", async () => {
    const { bench } = opened;
    const { runId, dispatchId } = startRequest("Say goodbye.", new Date());
    await bench.dispatch("orchestrator.start", { version: 1, dispatchId, idea: "Say goodbye." });
    const turns = await bench.turns();
    expect(errorsOf(turns)).toBe("");
    const state = foldEvents(null, await bench.events(runId));
    expect(runStateOf(state)).toBe("DONE");
    expect(bench.modelCalls()).toBeGreaterThanOrEqual(5);

    // Each stage that asked a model showed its own identity, which says truly who it was.
    const { grants, refused } = federation;
    const stages = grants.map(({ claims }) => stageOf(claims));
    expect(new Set(stages)).toEqual(new Set(["spec", "plan", "agent.execute", "agent.review"]));
    const { owner, name } = bench.repository;
    const record = bench.github.repository(bench.repository);
    for (const { claims } of grants) {
      expect(claims).toMatchObject({
        repository: `${owner}/${name}`,
        sub: `repo:${owner}/${name}:ref:refs/heads/main`,
        ref: "refs/heads/main",
        event_name: "repository_dispatch",
        workflow: "Slipway",
        aud: RULE.audience,
      });
      expect(String(claims.job_workflow_ref)).toMatch(
        /^slipway-dev\/slipway\/\.github\/workflows\/_reusable\./,
      );
      expect(record.runs.map(({ id }) => String(id))).toContain(claims.run_id);
    }

    // Each token of the agent's job was good for one request: it was refused then, and got anew.
    const executing = grants.filter(({ claims }) => stageOf(claims) === "agent.execute");
    expect(executing.length).toBeGreaterThan(1);
    expect(new Set(executing.map(({ used }) => used))).toEqual(new Set([1]));
    expect(refused).toEqual(executing.slice(1).map(() => "the token has expired"));

    // What the agent ran could not have done the same.
    expect(JSON.stringify(bench.exchanges().map(({ request }) => request))).toContain("It found 0 of them.");
  }, 600_000);

  test("only jobs that ask a model have asked for an identity", () => {
    const { bench } = opened;
    const jobs = bench.github.repository(bench.repository).runs.flatMap((run) => run.jobs);
    const asked = bench.github.journal.filter(({ kind, jobId }) => kind === "identity" && jobId !== null);
    expect(asked.length).toBe(federation.grants.length);
    const names = asked.map(({ jobId }) =>
      jobs
        .find(({ id }) => id === jobId)
        ?.name.split(" / ")
        .at(-1),
    );
    expect(new Set(names)).toEqual(new Set(["Draft", "Execute", "Review"]));
    const granting = jobs
      .filter(({ log }) => /id-token: write/.test(log))
      .map(({ name }) => name.split(" / ").at(-1));
    expect(new Set(granting)).toEqual(new Set(["Draft", "Execute", "Review"]));
  });

  test("no token is left anywhere: logs, summaries, journal, artifacts, repositories, the ledger", async () => {
    const { bench } = opened;
    const { runs } = bench.github.repository(bench.repository);
    const [runId = ""] = bench.runIds();
    const kept = [
      JSON.stringify(
        runs.map(({ jobs }) => jobs.map(({ log, summaries }) => [log, [...summaries.values()]])),
      ),
      JSON.stringify(bench.github.journal),
      JSON.stringify(await bench.events(runId)),
      ...filesBelow(bench.folder),
    ];
    const secrets = federation.grants.flatMap(({ assertion, token }) => [
      assertion.split(".")[2] ?? assertion,
      token,
    ]);
    expect(secrets.length).toBeGreaterThan(8);
    for (const secret of secrets) for (const text of kept) expect(text.includes(secret)).toBe(false);
  }, 120_000);

  test("an identity that the rule does not fit is said, with what to look at", async () => {
    federation.match({ repository: "somebody/else" });
    await opened.bench.dispatch("ai.spec.request", { idea: "Say goodbye." });
    expect(errorsOf(await opened.bench.turns())).toMatch(
      /The job's identity was not accepted.*`id-token: write`.*federation rule fits this repository/s,
    );
  }, 120_000);
});

describe("without key and without identity", () => {
  /** The caller file as it was before there was an identity, under another event. */
  const before = readFileSync(join(ROOT, "examples/caller/slipway.yml"), "utf8")
    .replace(/^on:\n(?: .*\n)+/m, "on: workflow_dispatch\n")
    .replace("id-token: write, ", "");
  let opened: Opened;
  beforeAll(async () => {
    const now = readFileSync(join(ROOT, "examples/caller/slipway.yml"), "utf8");
    opened = await open(POLICY, { files: { "before.yml": before, "slipway.yml": now } });
  }, 120_000);
  afterAll(() => opened?.stop());

  test("a stage says both ways, and asks no model", async () => {
    await opened.bench.dispatch("ai.spec.request", { idea: "Say goodbye." });
    const turns = await opened.bench.turns();
    expect(turns.map(({ summary }) => summary).join("\n")).toContain("Slipway is not set up right");
    expect(errorsOf(turns)).toMatch(/secret ANTHROPIC_API_KEY.*model\.identity.*`id-token: write`/s);
    expect(opened.bench.modelCalls()).toBe(0);
  }, 120_000);

  test("a caller file that grants no id-token starts nothing, and GitHub's words name the line that it lacks", async () => {
    expect(before).not.toContain("id-token");
    const { status } = await opened.bench.post("actions/workflows/before.yml/dispatches", { ref: "main" });
    expect(status).toBe(204);
    const [turn, ...more] = await opened.bench.turns();
    expect([turn?.conclusion, more]).toEqual(["startup_failure", []]);
    expect(turn?.errors.join("\n")).toMatch(
      /requesting '[^']*id-token: write[^']*', but is only allowed '[^']*id-token: none/,
    );
  }, 120_000);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}
