import { expect, test } from "@jest/globals";
import { readWorkflow } from "../load/workflow-file.ts";
import type { PlannedWorkflow } from "../schedule/plan.ts";
import { createPlaces, type Level } from "./places.ts";

async function planned(
  path: string,
  text: string,
  calls: Readonly<Record<string, PlannedWorkflow>> = {},
): Promise<PlannedWorkflow> {
  const repository = { owner: "o", name: "r" };
  return {
    origin: { repository, ref: "refs/heads/main", sha: "0".repeat(40), path },
    definition: await readWorkflow(path, text),
    calls: new Map(Object.entries(calls)),
    permissions: {},
  };
}

const job = "runs-on: ubuntu-latest, steps: [{ run: x }]";
const deepest = await planned(
  ".github/workflows/deep.yml",
  `on: workflow_call\nname: Deep\njobs:\n  do: { name: Do, ${job} }\n`,
);
const middle = await planned(
  ".github/workflows/middle.yml",
  `on: workflow_call\njobs:\n  first: { ${job} }\n  call: { name: Call, uses: ./.github/workflows/deep.yml }\n  do: { name: Other, ${job} }\n`,
  { call: deepest },
);
const top = await planned(
  ".github/workflows/top.yml",
  `on: push\nname: Top / workflow
jobs:
  legs:
    name: \${{ matrix.node.id }}
    strategy: { matrix: { node: [{ id: a-1 }, { id: b }] } }
    uses: ./.github/workflows/middle.yml
  plain:
    strategy: { matrix: { os: [x], version: [1] } }
    runs-on: ubuntu-latest
    steps: [{ run: x }]
`,
  { legs: middle },
);

function place(jobId: string, text: string, matrix: Readonly<Record<string, unknown>> = {}) {
  return { jobId, job: text, matrix };
}

test("finds jobs by the nearest caller, whatever is above it, and names them as GitHub does", () => {
  const left: string[] = [];
  const places = createPlaces(top, {}, ({ shown }: Level) => left.push(shown));
  const shown = (...at: Parameters<typeof place>) => places.find(place(...at))?.shown;
  expect(shown("legs", "Top / workflow/a-1-1", { node: { id: "a-1" } })).toBe("a-1");
  expect(shown("first", "a-1-1/middle.yml/first")).toBe("a-1 / first");
  expect(shown("do", "Call/Deep/Do")).toBe("a-1 / Call / Do");
  expect(shown("do", "a-1-1/middle.yml/Other")).toBe("a-1 / Other");
  expect(left).toEqual([]);
  expect(shown("legs", "Top / workflow/b-2", { node: { id: "b" } })).toBe("b");
  expect(left).toEqual(["a-1"]);
  expect(shown("call", "b-2/middle.yml/Call")).toBe("b / Call");
  expect(shown("do", "Call/Deep/Do")).toBe("b / Call / Do");
  expect(shown("plain", "Top / workflow/plain", { version: 1, os: "x" })).toBe("plain (x, 1)");
});

test("what is in none of the files is not found", () => {
  const places = createPlaces(top, {}, () => undefined);
  expect(places.find(place("nobody", "Top / workflow/Nobody"))).toBeUndefined();
  expect(places.find(place("first", "elsewhere"))).toBeUndefined();
});
