/** The same finding under two nodes that are checked at the same time: a defect for each, and nothing mixed up. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { git } from "../e2e/support.ts";
import { createLatches } from "./latches.ts";
import { openScene, planned, type Scene } from "./people.ts";

const latches = createLatches();
const look = (name: string) => `if test -e ${name}.txt; then ${latches.wait(name)}; fi`;
// Prints the same for both files.
const POLICY = `
execute: { commands: [] }
qa: { test: '${look("one")}; ${look("two")}; if grep -hs bad *.txt; then exit 1; fi', timeoutMinutes: 4 }
review: { required: false }
release: { enabled: false }
`;
const PLAN = [
  planned("E1", "epic", null),
  planned("F1", "feature", "E1"),
  planned("T1", "task", "F1"),
  planned("F2", "feature", "E1"),
  planned("T2", "task", "F2"),
];
const MEND = "sed -i s/bad/good/ *.txt";

let scene: Scene;
let runId: string;
beforeAll(async () => {
  const agents = { T1: "echo bad > one.txt", T2: "echo bad > two.txt", D1: MEND, D2: MEND };
  scene = await openScene({ policy: POLICY, plan: PLAN, agents });
  runId = await scene.start();
}, 120_000);
afterAll(async () => {
  await scene?.stop();
  latches.remove();
});

test("each gets a defect of its own, with an issue of its own, and the run comes to its end", async () => {
  await Promise.all([latches.reached("one"), latches.reached("two")]);
  for (const name of ["one", "two"]) latches.open(name);
  await scene.quiet();
  expect(await scene.name(runId)).toBe("DONE");
  const defects = (await scene.state(runId)).nodes.filter(({ plan }) => plan.kind === "defect");
  expect(defects.map(({ plan }) => plan.id).sort()).toEqual(["D1", "D2"]);
  expect(defects.map(({ plan }) => plan.parent).sort()).toEqual(["T1", "T2"]);
  expect(new Set(defects.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  const { issues } = scene.bench.github.repository(scene.bench.repository);
  for (const { plan, issue } of defects) {
    const filed = issues.get(issue?.number ?? 0);
    expect(filed).toMatchObject({ state: "closed", title: plan.title });
    const above = await scene.node(runId, plan.parent ?? "");
    expect(filed?.parent?.number).toBe(above.issue?.number);
    expect(filed?.body).toContain(`nodeId=${plan.id} `);
  }
  expect([...issues.values()].filter(({ title }) => title.startsWith("Fix qa"))).toHaveLength(2);
  expect((await scene.types(runId)).filter((type) => type === "node.failed")).toEqual([]);
  for (const name of ["one", "two"]) expect(git(scene.bench.bare, "show", `main:${name}.txt`)).toBe("good");
}, 400_000);
