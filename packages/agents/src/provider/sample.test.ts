/** The worked example of README.md, by a model that speaks nothing but Chat Completions. */
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import { expect, test } from "@jest/globals";
import { checkPlan } from "@slipway/model";
import { executeNode } from "../executor/execute.ts";
import { draftPlan } from "../stages/plan.ts";
import { reviewChange } from "../stages/review.ts";
import { draftSpec } from "../stages/spec.ts";
import { GREETING, makeRepository, POLICY } from "../testing/world.ts";
import { createModelClient } from "./client.ts";

test("the worked example goes from the idea to a reviewed change over Chat Completions alone", async () => {
  const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
  mock.loadFixtureFile(join(import.meta.dirname, "../../fixtures/worked-example.json"));
  await mock.start();
  const repository = await makeRepository(GREETING);
  try {
    const client = createModelClient({ provider: "openai", baseUrl: mock.url, maxRetries: 0 });
    const common = { client, policy: POLICY, runId: "r-20261121-abc123", attempt: 1 };
    const about = { repository: { name: "o/greet", description: null }, context: "" };
    const { spec } = await draftSpec({ ...common, ...about, idea: "Greet by name" });
    const check = (given: Parameters<typeof checkPlan>[0]) => checkPlan(given, spec, POLICY);
    const { plan } = await draftPlan({ ...common, spec, context: "", check });
    const node = plan.nodes.find(({ id }) => id === "T1");
    if (!node) throw new Error("the plan lost its task");
    const draft = await executeNode({
      ...common,
      workDir: repository.dir,
      startSha: repository.sha,
      node,
      spec,
      context: "",
      limits: { steps: 10, seconds: 120, files: 100, bytes: 1_000_000 },
    });
    expect(draft).toMatchObject({ outcome: "finished", refused: [] });
    expect(draft.files.map(({ path }) => path)).toEqual(["greet.mjs", "greet.test.mjs"]);
    const files = draft.files.flatMap((file) =>
      file.status === "written" ? [{ path: file.path, content: file.content }] : [],
    );
    const review = await reviewChange({ ...common, node, spec, diff: "", files });
    expect(review.verdict).toBe("pass");
    expect([...new Set(mock.getRequests().map(({ path }) => path))]).toEqual(["/v1/chat/completions"]);
  } finally {
    await mock.stop();
    await repository.remove();
  }
}, 120_000);
