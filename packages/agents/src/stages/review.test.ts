import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Finding } from "@slipway/model";
import { type ModelServer, NODE, POLICY, SPEC, startModel } from "../testing/world.ts";
import { reviewChange } from "./review.ts";

const DIFF = `diff --git a/greet.mjs b/greet.mjs
--- a/greet.mjs
+++ b/greet.mjs
@@ -1 +1,2 @@
-export const greet = () => "Hello!";
+export const greet = (name) =>
+  name + greeting;
diff --git a/old.mjs b/old.mjs
deleted file mode 100644
--- a/old.mjs
+++ /dev/null
@@ -1 +0,0 @@
-export {};
`;
const FILES = [{ path: "greet.mjs", content: "export const greet = (name) =>\n  name + greeting;\n" }];
const finding = (more: Partial<Finding> = {}): Finding => ({
  severity: "blocking",
  path: "greet.mjs",
  line: 2,
  title: "Wrong",
  detail: "Because.",
  ...more,
});

describe("reviewChange", () => {
  let model: ModelServer;
  beforeEach(async () => {
    model = await startModel();
  });
  afterEach(() => model.stop());

  const review = (verdict: "pass" | "fail", findings: readonly Finding[], more: object = {}) => {
    model.mock.on(
      { userMessage: "Slipway stage: review\n" },
      { content: { verdict, reason: "Said @octocat.", findings: [...findings], ...more } },
    );
    return reviewChange({
      client: model.client,
      policy: POLICY,
      runId: "r-20261121-abc123",
      attempt: 1,
      node: NODE,
      spec: SPEC,
      diff: DIFF,
      files: FILES,
    });
  };

  test("a blocking finding on a place that exists fails it", async () => {
    expect(await review("fail", [finding()])).toMatchObject({
      verdict: "fail",
      reason: "Said @\u2060octocat.",
      findings: [finding()],
    });
  });

  test.each([
    [
      "a file that the change does not touch",
      { path: "src/other.mjs" },
      "src/other.mjs, which this change does not touch",
    ],
    ["a line beyond the end", { line: 99 }, "line 99 of greet.mjs, which has 2 lines"],
  ])("a finding on %s is demoted and says so", async (_name, place, note) => {
    const result = await review("fail", [finding(place)]);
    expect(result).toMatchObject({
      verdict: "pass",
      findings: [{ severity: "minor", path: null, line: null }],
    });
    expect(result.findings[0]?.detail).toContain(note);
    expect(result.reason).toMatch(/no blocking finding holds/);
  });

  test("a deleted file and the change as a whole are places, without a line", async () => {
    const result = await review("fail", [
      finding({ path: "old.mjs", line: 1 }),
      finding({ path: null, line: null, title: "No test" }),
    ]);
    expect(result).toMatchObject({
      verdict: "fail",
      findings: [
        { path: "old.mjs", line: null },
        { path: null, line: null },
      ],
    });
  });

  test("blocking findings fail it whatever the verdict says; repeated ones count once", async () => {
    const result = await review("pass", [finding(), finding({ detail: "Again." })]);
    expect(result).toMatchObject({ verdict: "fail", findings: [{ detail: "Because." }] });
    expect(result.reason).toMatch(/1 blocking finding, so it does not pass/);
  });

  test("the reviewer may say how risky the change is, fit for the public, without changing the verdict", async () => {
    const risk = { level: "high", reason: "It deletes what @octocat stored." };
    expect(await review("pass", [], { risk })).toMatchObject({
      verdict: "pass",
      risk: { level: "high", reason: "It deletes what @\u2060octocat stored." },
    });
  });

  test("a review that says nothing of the risk raises none", async () => {
    expect(await review("pass", [])).not.toHaveProperty("risk");
  });

  test("the reviewer sees contract and change, and nothing that pretends to be ours", async () => {
    await review("pass", []);
    const body = model.mock.getRequests()[0]?.body as {
      messages: { role: string; content: string }[];
      tools?: unknown;
    };
    const prompt = body.messages.find(({ role }) => role === "user")?.content ?? "";
    expect([...prompt.matchAll(/<data source="([^"]+)">/g)].map((match) => match[1])).toEqual([
      "contract",
      "diff",
      "file greet.mjs after the change",
    ]);
    expect(prompt).toContain("AC-001: given the name Ada");
    expect(body.tools).toBeUndefined();
  });
});
