import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workflow } from "../testing/workflow.ts";
import type { Ended, World } from "../testing/world.ts";
import { createWorld } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const conclusions = ({ jobs }: Ended) =>
  Object.fromEntries([...jobs.values()].map((job) => [job.name, job.conclusion]));

const FAIL = 'steps: [{ run: "exit 1" }]';

describe("needs and conditions", () => {
  test("skips spread, status functions look at all ancestors", async () => {
    const ended = await world.run(
      workflow({
        bad: FAIL,
        skipped: "if: false",
        "after-bad": "needs: bad",
        "after-after": "needs: after-bad",
        "on-failure": "needs: after-bad, if: failure()",
        always: "needs: [bad], if: always()",
        "after-skipped": "needs: skipped",
        "after-always": "needs: always",
        "not-cancelled": "needs: skipped, if: '!cancelled() && needs.skipped.result == ''skipped'''",
        soft: `continue-on-error: true, ${FAIL}`,
        "after-soft": "needs: soft, if: success() && needs.soft.result == 'success'",
      }),
    );
    expect(conclusions(ended)).toEqual({
      bad: "failure",
      skipped: "skipped",
      "after-bad": "skipped",
      "after-after": "skipped",
      "on-failure": "success",
      always: "success",
      "after-skipped": "skipped",
      "after-always": "skipped",
      "not-cancelled": "success",
      soft: "failure",
      "after-soft": "success",
    });
    expect(ended.run.conclusion).toBe("failure");
  });

  test("outputs of skipped jobs are empty; a run of skipped jobs is skipped", async () => {
    const ended = await world.run(
      workflow({
        a: "if: false, outputs: { x: '1' }",
        b: "needs: a, if: always(), steps: [{ run: 'echo \"x=[${{ needs.a.outputs.x }}] ${{ needs.a.result }}\"' }]",
      }),
    );
    expect(ended.log).toContain("x=[] skipped");
    expect((await world.run(workflow({ a: "if: false" }))).run.conclusion).toBe("skipped");
  });

  test("an error in an expression fails the job with its sentence", async () => {
    const ended = await world.run(workflow({ a: `if: "fromJSON('{')"` }));
    expect(conclusions(ended)).toEqual({ a: "failure" });
    expect(ended.log).toContain("The expression ${{ success() && (fromJSON('{')) }} could not be evaluated");
  });
});

describe("matrix", () => {
  test("product, include, exclude, names, strategy context and outputs", async () => {
    const ended = await world.run(`
on: repository_dispatch
jobs:
  list:
    runs-on: ubuntu-latest
    outputs: { os: '\${{ steps.x.outputs.os }}' }
    steps: [{ id: x, run: 'echo ''os=["linux","mac"]'' >> $GITHUB_OUTPUT' }]
  build:
    needs: list
    runs-on: ubuntu-latest
    strategy:
      max-parallel: 2
      matrix:
        os: \${{ fromJSON(needs.list.outputs.os) }}
        node: [20, 24]
        exclude: [{ os: mac, node: 20 }]
        include: [{ os: linux, node: 24, extra: yes }, { os: win, node: 22 }]
    outputs: { o: '\${{ steps.o.outputs.o }}' }
    steps:
      - run: echo "\${{ matrix.os }} \${{ matrix.node }} \${{ matrix.extra }} \${{ strategy.job-total }} \${{ strategy.fail-fast }} \${{ strategy.max-parallel }}"
      - id: o
        if: matrix.os == 'win'
        run: echo "o=from win" >> $GITHUB_OUTPUT
  named:
    name: Named \${{ matrix.a.n }}
    runs-on: ubuntu-latest
    strategy: { matrix: { a: [{ n: 1 }, { n: 2 }] } }
    steps: [{ run: 'true' }]
  last:
    needs: build
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "o=\${{ needs.build.outputs.o }}"' }]
`);
    expect([...ended.jobs.keys()].sort()).toEqual([
      "Named 1",
      "Named 2",
      "build (linux, 20)",
      "build (linux, 24)",
      "build (mac, 24)",
      "build (win, 22)",
      "last",
      "list",
    ]);
    expect(ended.log).toContain("linux 24 yes 4 true 2");
    expect(ended.log).toContain("o=from win");
  });

  test.each([
    ["an empty vector", "{ a: [] }", "Matrix vector 'a' does not contain any values"],
    ["an empty matrix", "${{ fromJSON('{\"include\":[]}') }}", "Matrix must define at least one vector"],
    [
      "257 jobs",
      `\${{ fromJSON('{"a":${JSON.stringify(Array.from({ length: 257 }, (_, i) => i))}}') }}`,
      "256 at most",
    ],
  ])("%s is an error", async (_name, matrix, message) => {
    const ended = await world.run(
      `on: repository_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix: ${matrix}\n    steps: [{ run: 'true' }]\n`,
    );
    expect(conclusions(ended)).toEqual({ a: "failure" });
    expect(ended.log).toContain(message);
  });

  test("fail-fast cancels the others, without it they go on", async () => {
    const matrix = (failFast: boolean) =>
      workflow({
        m: `strategy: { fail-fast: ${failFast}, matrix: { n: [1, 2] } }, steps: [{ run: 'if test \${{ matrix.n }} = 1; then exit 1; else ${failFast ? "sleep 300" : "true"}; fi' }]`,
      });
    const fast = await world.run(matrix(true));
    expect(conclusions(fast)).toEqual({ "m (1)": "failure", "m (2)": "cancelled" });
    expect(fast.run.conclusion).toBe("failure");
    expect(conclusions(await world.run(matrix(false)))).toEqual({ "m (1)": "failure", "m (2)": "success" });
  });
});
