import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { changeArtifactSchema, checkPlan } from "@slipway/model";
import { draftPlan, draftSpec, executeNode, reviewChange } from "./index.ts";
import {
  GREETING,
  type ModelServer,
  makeRepository,
  POLICY,
  type Repository,
  startModel,
} from "./testing/world.ts";

const RUN = { runId: "r-20261121-abc123", attempt: 1 };

/** The fixture file that README.md explains, played against the real stages. */
describe("the worked example", () => {
  let model: ModelServer;
  let repository: Repository;
  beforeAll(async () => {
    model = await startModel();
    model.mock.loadFixtureFile(join(import.meta.dirname, "../fixtures/worked-example.json"));
    repository = await makeRepository(GREETING);
  });
  afterAll(async () => {
    await model.stop();
    await repository.remove();
  });

  test("goes from the idea to a reviewed change", async () => {
    const common = { ...RUN, client: model.client, policy: POLICY };
    const { spec, usage } = await draftSpec({
      ...common,
      idea: "Greet by name",
      repository: { name: "o/greet", description: null },
      context: "",
    });
    expect(spec.title).toBe("Greet by name");
    expect(usage).toMatchObject({ calls: 1, inputTokens: 1_200, outputTokens: 240 });

    const { plan } = await draftPlan({
      ...common,
      spec,
      context: "",
      check: (given) => checkPlan(given, spec, POLICY),
    });
    const node = plan.nodes.find(({ id }) => id === "T1");
    if (!node) throw new Error("the plan lost its task");

    const draft = await executeNode({
      ...common,
      workDir: repository.dir,
      startSha: repository.sha,
      node,
      spec,
      context: "",
      limits: { steps: 10, seconds: 60, files: 100, bytes: 1_000_000 },
    });
    // The submission is confirmed in a turn of its own.
    expect(draft).toMatchObject({ outcome: "finished", ending: "submitted", steps: 4, refused: [] });
    const result = {
      outcome: draft.outcome,
      reason: draft.reason,
      startSha: draft.startSha,
      files: draft.files,
      title: draft.title,
      summary: draft.summary,
      usage: draft.usage,
    };
    const artifact = { kind: "change", runId: RUN.runId, nodeId: node.id, attempt: RUN.attempt, ...result };
    expect(changeArtifactSchema.parse(artifact)).toEqual(artifact);
    expect(draft.files.map(({ path }) => path)).toEqual(["greet.mjs", "greet.test.mjs"]);
    expect(draft.usage).toMatchObject({ calls: 4, inputTokens: 9_700, outputTokens: 400 });

    for (const file of draft.files)
      if (file.status === "written") writeFileSync(join(repository.dir, file.path), file.content);
    execFileSync("node", ["--test"], {
      cwd: repository.dir,
      stdio: "ignore",
      env: { PATH: process.env.PATH ?? "" },
    });

    const diff = await repository.git("diff", "HEAD");
    const files = draft.files.flatMap((file) =>
      file.status === "written" ? [{ path: file.path, content: file.content }] : [],
    );
    const review = await reviewChange({ ...common, node, spec, diff, files });
    expect(review).toMatchObject({
      verdict: "pass",
      findings: [{ severity: "minor", path: "greet.mjs", line: 1 }],
    });
  });

  test("every request begins with the header lines", () => {
    const first = model.mock.getRequests().map((entry) => {
      const body = entry.body as { messages: { role: string; content: string | null }[] };
      return body.messages.find(({ role }) => role === "user")?.content?.split("\n\n")[0];
    });
    expect(new Set(first)).toEqual(
      new Set([
        "Slipway stage: spec\nSlipway run: r-20261121-abc123\nSlipway attempt: 1",
        "Slipway stage: plan\nSlipway run: r-20261121-abc123\nSlipway attempt: 1",
        "Slipway stage: execute\nSlipway run: r-20261121-abc123\nSlipway node: T1\nSlipway attempt: 1\nSlipway node title: Put the name into the greeting",
        "Slipway stage: review\nSlipway run: r-20261121-abc123\nSlipway node: T1\nSlipway attempt: 1\nSlipway node title: Put the name into the greeting",
      ]),
    );
  });
});
