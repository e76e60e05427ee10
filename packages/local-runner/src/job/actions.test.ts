import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { nodeAction, runSteps } from "../testing/run-steps.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("actions", () => {
  test("inputs: defaults, names, warnings; state from pre to main to post, in order", async () => {
    const say = (stage: string) =>
      `console.log(${JSON.stringify(stage)}, process.env["INPUT_WITH SPACE"] ?? "-", process.env["INPUT_WITH_SPACE"], process.env["INPUT_TWO-WORDS"], process.env.STATE_s, process.env.GITHUB_ACTION_PATH.split("/").pop());require("fs").appendFileSync(process.env.GITHUB_STATE, "s=" + (process.env.STATE_s ?? "") + ${JSON.stringify(stage[0])} + "\\n");`;
    const { jobs, log } = await runSteps(
      world,
      `
- uses: $/first
  id: f
  with: { with space: given, other: 1 }
- uses: $/second
- run: exit 1
`,
      {
        files: {
          "first/action.yml": `name: F\ndescription: d\ninputs:\n  with space: {}\n  two-words: { default: 'ref \${{ github.ref_name }}' }\n  must: { required: true }\n  old: { deprecationMessage: gone }\nruns: { using: node20, main: main.js, pre: pre.js, post: post.js }\n`,
          "first/pre.js": say("pre"),
          "first/main.js": say("main"),
          "first/post.js": say("Post"),
          "second/action.yml": `name: S\ndescription: d\nruns: { using: node24, main: main.js, post: post.js, post-if: failure() }\n`,
          "second/main.js": "",
          "second/post.js": "console.log('second post')",
        },
      },
    );
    expect(log).toContain("pre - given ref main undefined first");
    expect(log).toContain("main - given ref main p first");
    expect(log).toContain("Post - given ref main pm first");
    expect(log).toContain(
      "Unexpected input(s) 'other', valid inputs are ['with space', 'two-words', 'must', 'old']",
    );
    expect(log).toContain("Input 'must' of '$/first' is required, but was not given.");
    expect(jobs.get("j")?.steps.map((step) => step.name)).toEqual([
      "Set up job",
      "Pre $/first",
      "Run $/first",
      "Run $/second",
      "Run exit 1",
      "Post $/second",
      "Post $/first",
      "Complete job",
    ]);
    expect(log.indexOf("second post")).toBeLessThan(log.indexOf("Post - given"));
  });

  test("composite: inputs, outputs, scopes, nested uses, conditions, continue-on-error", async () => {
    const { log, run } = await runSteps(
      world,
      `
- id: same
  run: echo "v=outer" >> $GITHUB_OUTPUT
- id: c
  uses: $/comp
  with: { who: you }
  env: { E: from-step }
- run: echo "out \${{ steps.c.outputs.greeting }} \${{ steps.same.outputs.v }} [\${{ steps.inner.outputs.v }}] $LATER"
`,
      {
        files: {
          "comp/action.yml": `
name: C
description: d
inputs: { who: { required: true }, more: { default: x } }
outputs:
  greeting: { description: d, value: "\${{ steps.same.outputs.v }}-\${{ steps.nested.outputs.r }}" }
runs:
  using: composite
  steps:
    - id: same
      shell: bash
      run: |
        echo "v=hi \${{ inputs.who }} \${{ inputs.more }} $E" >> $GITHUB_OUTPUT
        echo "LATER=set" >> $GITHUB_ENV
        echo "at \${{ github.action_path }} \${{ github.action_repository }} in $(basename $PWD)"
    - id: fails
      shell: bash
      continue-on-error: true
      run: exit 1
    - id: nested
      if: steps.fails.outcome == 'failure'
      uses: $/comp/inner
      with: { n: "\${{ inputs.who }}" }
    - if: failure()
      shell: bash
      run: echo "never here"
`,
          "comp/inner/action.yml": nodeAction("inputs: { n: {} }\noutputs: { r: { description: d } }\n"),
          "comp/inner/main.js": `require("fs").appendFileSync(process.env.GITHUB_OUTPUT, "r=n:" + process.env.INPUT_N + "\\n")`,
        },
      },
    );
    expect(run.conclusion).toBe("success");
    expect(log).toContain("out hi you x from-step-n:you outer [] set");
    expect(log).toMatch(/at \S+\/comp octo\/app in app\n/);
    expect(log).not.toContain("\nnever here");
  });

  test("a failing composite fails its step; its failure() steps run", async () => {
    const { log, run } = await runSteps(
      world,
      '- id: c\n  uses: $/bad\n- if: always()\n  run: echo "c ${{ steps.c.outcome }} ${{ steps.c.outputs.o }}"',
      {
        files: {
          "bad/action.yml": `
name: B
description: d
outputs: { o: { description: d, value: "\${{ steps.x.outputs.o }}" } }
runs:
  using: composite
  steps:
    - { shell: bash, id: x, run: 'echo "o=kept" >> $GITHUB_OUTPUT' }
    - { shell: bash, run: exit 1 }
    - { shell: bash, run: echo skipped-step }
    - { shell: bash, if: failure(), run: echo tidy }
`,
        },
      },
    );
    expect(run.conclusion).toBe("failure");
    expect(log).toContain("\ntidy\n");
    expect(log).not.toContain("\nskipped-step");
    expect(log).toContain("c failure kept");
  });

  test("OWNER/REPO/path@ref comes from that repository at that ref; ./ from the workspace when the step runs", async () => {
    const lib = { owner: "acme", name: "lib" };
    const sha = await world.host.commit(lib, {
      "act/action.yml": `name: L\ndescription: d\nruns:\n  using: composite\n  steps:\n    - uses: $/deep\n`,
      "deep/action.yml": nodeAction(),
      "deep/main.js":
        "console.log('lib one', process.env.GITHUB_ACTION_REPOSITORY, process.env.GITHUB_ACTION_REF)",
    });
    await world.host.tag(lib, "v1", sha);
    await world.host.commit(lib, { "deep/main.js": "console.log('lib two')" });
    const { log, run } = await runSteps(
      world,
      `
- uses: acme/lib/act@v1
- uses: acme/lib/act@main
- uses: acme/lib/act@${sha}
- run: |
    mkdir -p local
    printf 'name: W\\ndescription: d\\nruns:\\n  using: composite\\n  steps:\\n    - run: echo "workspace action $GITHUB_ACTION_PATH"\\n      shell: bash\\n' > local/action.yml
- uses: ./local
- uses: ./absent
`,
    );
    expect(run.conclusion).toBe("failure");
    expect(log.match(/lib one acme\/lib/g)).toHaveLength(2);
    expect(log).toContain("lib two");
    expect(log).toMatch(/workspace action \S+\/app\/local/);
    expect(log).toContain("Can't find 'action.yml' or 'action.yaml' for './absent'");
  });

  test("hashFiles", async () => {
    const { log } = await runSteps(
      world,
      `
- run: mkdir -p a/b && echo one > a/x.lock && echo two > a/b/y.lock && echo three > a/z.txt
- run: echo "[\${{ hashFiles('**/*.lock') }}] [\${{ hashFiles('none') }}] [\${{ hashFiles('**/*.lock', '!a/b/**') == hashFiles('a/x.lock') }}]"
`,
    );
    expect(log).toMatch(/\[[0-9a-f]{64}\] \[\] \[true\]/);
  });
});
