import { expect, test } from "@jest/globals";
import { parse } from "yaml";
import { rewriteForEngine } from "./workarounds.ts";

const self = (path: string): string => `o/suite/${path}@v1`;

test("gives nothing for the outputs of a skipped job, in expressions alone", () => {
  const text = `jobs:
  one:
    outputs: { v: "\${{ steps.s.outputs.v }}" }
  call:
    uses: $/x.yml
  two:
    if: needs.one.outputs.v == 'a' # why
    name: 'it is \${{ needs.one.outputs.v }}'
    with:
      long: >-
        \${{ needs.one.outputs.v ||
        needs.call.outputs.w }}
      said: needs.one.outputs.v
    steps:
      - run: echo "needs.one.outputs.v"
`;
  expect(rewriteForEngine(text, self)).toBe(`jobs:
  one:
    outputs: { v: "\${{ steps.s.outputs.v }}" }
  call:
    uses: "o/suite/x.yml@v1"
  two:
    if: (needs.one.result != 'skipped' && needs.one.outputs.v || '') == 'a' # why
    name: 'it is \${{ (needs.one.result != ''skipped'' && needs.one.outputs.v || '''') }}'
    with:
      long: >-
        \${{ (needs.one.result != 'skipped' && needs.one.outputs.v || '') ||
        needs.call.outputs.w }}
      said: needs.one.outputs.v
    steps:
      - run: echo "needs.one.outputs.v"
`);
});

test.each([
  ["jobs:\n  a:\n    strategy:\n      # why\n      fail-fast: false\n      matrix: { v: [1] }\n"],
  ["jobs: { a: { strategy: { fail-fast: false, matrix: { v: [1] } } } }\n"],
  ["jobs:\n  a:\n    strategy: { max-parallel: 3, fail-fast: false, matrix: { v: [1] } }\n"],
])("runs the legs of a matrix one after another: %j", (text) => {
  expect(parse(rewriteForEngine(text, self))).toEqual({
    jobs: { a: { strategy: { "max-parallel": 1, "fail-fast": false, matrix: { v: [1] } } } },
  });
});

test("lets a matrix be empty that the job's `if` keeps from being used", () => {
  const job = (matrix: string): string =>
    `jobs:\n  a: { outputs: { v: x } }\n  b:\n    strategy: ${matrix}\n`;
  const strategy = (matrix: string): unknown =>
    (parse(rewriteForEngine(job(matrix), self)) as { jobs: { b: { strategy: unknown } } }).jobs.b.strategy;
  expect(strategy("{ matrix: { v: '${{ fromJSON(needs.a.outputs.v) }}', w: [1] } }")).toEqual({
    "max-parallel": 1,
    matrix: {
      v: "${{ fromJSON((needs.a.result != 'skipped' && needs.a.outputs.v || '') || '[]') }}",
      w: [1],
    },
  });
  expect(strategy('{ matrix: "${{ fromJson(format(needs.a.outputs.v)) }}" }')).toEqual({
    "max-parallel": 1,
    matrix: "${{ fromJSON(format((needs.a.result != 'skipped' && needs.a.outputs.v || '')) || '{}') }}",
  });
});

test("leaves actions, and what is no YAML", () => {
  const action = "name: A\nruns:\n  using: composite\n  steps: [{ run: 'needs.one.outputs.v' }]\n";
  expect(rewriteForEngine(action, self)).toBe(action);
  expect(rewriteForEngine("a: [\n", self)).toBe("a: [\n");
});
