import { describe, expect, test } from "@jest/globals";
import { type Evidence, type NodeState, policySchema, type RunState } from "@slipway/model";
import { changeRisk, nodeRisk } from "./risk.ts";

const policy = policySchema.parse({ risk: { medium: "approve", high: "draft-only" } });
const KINDS = { E: "epic", F: "feature", T: "task", D: "defect" } as const;
const node = (id: string, parent: string | null, more: object = {}) =>
  ({
    plan: {
      id,
      parent,
      kind: KINDS[id[0] as keyof typeof KINDS],
      changeType: "feat",
      breaking: false,
      orderIndex: 0,
    },
    status: "DONE",
    pull: 1,
    risk: null,
    ...more,
  }) as unknown as NodeState;
const run = (...nodes: NodeState[]) => ({ policy, nodes }) as unknown as RunState;
const high = { level: "high", action: "draft-only", reasons: ["it touches .github/x (.github/**)"] } as const;
const low = { level: "low", action: "auto", reasons: [] } as const;
const size = (...paths: string[]) => ({ paths, lines: 10 });

describe("a leaf", () => {
  const leaf = node("T1", "E1");
  test("by its paths, capitals and dots included", () => {
    expect(changeRisk(run(leaf), leaf, size("src/a.ts"))).toEqual(low);
    expect(changeRisk(run(leaf), leaf, size(".GitHub/dependabot.yml"))).toMatchObject({
      level: "high",
      action: "draft-only",
    });
  });
  test("a reviewer raises it, and never lowers it", () => {
    const raised = (level: "low" | "medium") => ({ level, reason: "it deletes what users stored" });
    expect(changeRisk(run(leaf), leaf, size("src/a.ts"), raised("medium"))).toEqual({
      level: "medium",
      action: "approve",
      reasons: ["the reviewer says: it deletes what users stored"],
    });
    expect(changeRisk(run(leaf), leaf, size(".github/x"), raised("low")).level).toBe("high");
  });
});

describe("a parent", () => {
  const parent = node("E1", null, { status: "REVIEW" });
  test("is as risky as its riskiest child, whatever it touches by itself", () => {
    const children = [node("T1", "E1", { risk: low }), node("T2", "E1", { risk: high })];
    const told = changeRisk(run(parent, ...children), parent, size("src/a.ts"));
    expect(told).toMatchObject({ level: "high", reasons: ["T2 is high"] });
    expect(changeRisk(run(parent, node("T1", "E1", { risk: low })), parent, size(".github/x")).level).toBe(
      "low",
    );
  });
  test("a child that a person merged without a verdict is as risky as all that is there", () => {
    const children = [node("T1", "E1", { risk: low }), node("T2", "E1")];
    expect(changeRisk(run(parent, ...children), parent, size(".github/x")).level).toBe("high");
  });
  test("a child without a pull request had nothing to merge", () => {
    const children = [node("T1", "E1", { risk: low }), node("T2", "E1", { pull: null })];
    expect(changeRisk(run(parent, ...children), parent, size(".github/x")).level).toBe("low");
  });
  test("a defect of its own is a part of it like the others; one of a task is part of that task's change", () => {
    const children = [node("T1", "E1", { risk: low }), node("D1", "E1", { risk: high })];
    expect(changeRisk(run(parent, ...children), parent, size("src/a.ts"))).toMatchObject({
      level: "high",
      reasons: ["D1 is high"],
    });
    const task = node("T1", "E1");
    const mended = run(parent, task, node("D1", "T1", { risk: high }));
    expect(changeRisk(mended, task, size("src/a.ts")).level).toBe("low");
  });
});

test("without what the gate reads nobody tells the risk", () => {
  const leaf = node("T1", "E1");
  expect(nodeRisk(run(leaf), leaf, [])).toBeNull();
  const checks = { kind: "checks", paths: [".github/x"], lines: 1 } as unknown as Evidence;
  expect(nodeRisk(run(leaf), leaf, [checks])?.level).toBe("high");
});
