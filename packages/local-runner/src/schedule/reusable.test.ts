import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { workflow } from "../testing/workflow.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("reusable workflows", () => {
  const lib = { owner: "acme", name: "suite" };
  const called = (body: string) => `name: Called\non:\n  workflow_call:\n${body}`;

  test("inputs, secrets, outputs, names, contexts, $/ and nesting", async () => {
    world.host.secretValues.KEY = "topsecret";
    await world.host.commit(lib, {
      ".github/workflows/outer.yml": called(`
    inputs:
      text: { type: string, required: true }
      flag: { type: boolean }
      count: { type: number, default: 7 }
      fallback: { type: string, default: '\${{ github.repository }}' }
    secrets: { key: { required: true } }
    outputs:
      result: { value: '\${{ jobs.inner.outputs.word }}-\${{ jobs.work.result }}' }
env: { OWN: called }
jobs:
  work:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo "text=\${{ inputs.text }} flag=\${{ inputs.flag == false }} count=\${{ inputs.count + 0 == 7 || inputs.count }} fallback=\${{ inputs.fallback }}"
          echo "env=[$CALLER] own=$OWN repo=$GITHUB_REPOSITORY wf=$GITHUB_WORKFLOW"
          echo "job=\${{ job.workflow_repository }} \${{ job.workflow_file_path }} \${{ job.workflow_ref }}"
          echo "key=$KEY other=[\${{ secrets.OTHER }}]"
        env: { KEY: '\${{ secrets.key }}' }
      - uses: $/act
  inner:
    name: Inner job
    needs: work
    uses: $/.github/workflows/inner.yml
    with: { word: deep }
`).replace("${{ inputs.count + 0 == 7 || inputs.count }}", "${{ inputs.count }}"),
      ".github/workflows/inner.yml": called(`
    inputs: { word: { type: string } }
    outputs: { word: { value: '\${{ jobs.one.outputs.word }}' } }
jobs:
  one:
    runs-on: ubuntu-latest
    outputs: { word: '\${{ steps.w.outputs.word }}' }
    steps: [{ id: w, run: 'echo "word=\${{ inputs.word }}" >> $GITHUB_OUTPUT' }]
`),
      "act/action.yml":
        "name: A\ndescription: d\nruns: { using: composite, steps: [{ run: 'echo suite action', shell: bash }] }\n",
    });
    const ended = await world.run(`
name: Caller
on: repository_dispatch
env: { CALLER: yes }
jobs:
  call:
    uses: acme/suite/.github/workflows/outer.yml@main
    with: { text: hi }
    secrets: { key: '\${{ secrets.KEY }}' }
  after:
    needs: call
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "result=\${{ needs.call.outputs.result }}"' }]
`);
    delete world.host.secretValues.KEY;
    expect(ended.run.conclusion).toBe("success");
    expect([...ended.jobs.keys()]).toEqual(["call / work", "call / Inner job / one", "after"]);
    for (const line of [
      "text=hi flag=true count=7 fallback=octo/app",
      "env=[] own=called repo=octo/app wf=Caller",
      "job=acme/suite .github/workflows/outer.yml acme/suite/.github/workflows/outer.yml@refs/heads/main",
      "key=*** other=[]",
      "suite action",
      "result=deep-success",
    ]) {
      expect(ended.log).toContain(line);
    }
  });

  test("secrets: inherit passes everything, nothing passes nothing; matrix of calls", async () => {
    world.host.secretValues.KEY = "topsecret";
    const ended = await world.run(
      `
on: repository_dispatch
jobs:
  some:
    strategy: { matrix: { n: [1, 2] } }
    uses: ./.github/workflows/c.yml
    with: { n: '\${{ matrix.n }}' }
    secrets: inherit
  none:
    uses: ./.github/workflows/c.yml
  last:
    needs: [some]
    runs-on: ubuntu-latest
    steps: [{ run: 'echo "set by \${{ needs.some.outputs.only-two }}"' }]
`,
      {
        files: {
          ".github/workflows/c.yml": called(`
    inputs: { n: { type: string } }
    outputs: { only-two: { value: '\${{ jobs.j.outputs.o }}' } }
jobs:
  j:
    runs-on: ubuntu-latest
    outputs: { o: '\${{ steps.s.outputs.o }}' }
    steps:
      - run: echo "n=\${{ inputs.n }} has=\${{ secrets.KEY != '' }}"
      - { id: s, if: inputs.n == '2', run: 'echo "o=two" >> $GITHUB_OUTPUT' }
`),
        },
      },
    );
    delete world.host.secretValues.KEY;
    expect([...ended.jobs.keys()].sort()).toEqual(["last", "none / j", "some (1) / j", "some (2) / j"]);
    expect(ended.log).toContain("n=1 has=true");
    expect(ended.log).toContain("n= has=false");
    expect(ended.log).toContain("set by two");
  });

  test("a caller's token passed as a secret is each job's own token", async () => {
    const ended = await world.run(
      workflow({ c: "uses: ./.github/workflows/c.yml, secrets: { token: '${{ secrets.GITHUB_TOKEN }}' }" }),
      {
        files: {
          ".github/workflows/c.yml": called(
            "    secrets: { token: { required: true } }\njobs:\n  j:\n    runs-on: ubuntu-latest\n    steps: [{ run: 'echo \"same ${{ secrets.token == github.token }}\"' }]\n",
          ),
        },
      },
    );
    expect(ended.log).toContain("same true");
  });

  test("permissions: defaults, narrowing, and asking for more", async () => {
    const inner = (permissions: string) => ({
      ".github/workflows/c.yml": called(
        `\njobs:\n  j:\n    ${permissions}\n    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]\n`,
      ).replace("workflow_call:\n", "workflow_call:\n"),
    });
    const last = () => world.host.tokens.at(-1)?.request.permissions;
    const call = (keys: string) => workflow({ c: `uses: ./.github/workflows/c.yml${keys}` });

    await world.run(workflow({ a: "" }));
    expect(last()).toEqual({ contents: "read", metadata: "read", packages: "read" });
    await world.run(call(", permissions: { contents: write, issues: write }"), {
      files: inner("permissions: { contents: read }"),
    });
    expect(last()).toEqual({ contents: "read", metadata: "read" });
    await world.run(call(", permissions: { contents: write }"), { files: inner("") });
    expect(last()).toEqual({ contents: "write", metadata: "read" });
    const more = await world.run(call(""), {
      files: inner("permissions: { contents: write, issues: read }"),
    });
    expect(more.run.conclusion).toBe("startup_failure");
    expect(more.log).toContain(
      "Error calling workflow './.github/workflows/c.yml'. The nested job 'j' is requesting 'contents: write, issues: read', but is only allowed 'contents: read, issues: none'.",
    );
  });

  test.each<[string, string, Record<string, string>, string]>([
    [
      "a loop",
      "uses: ./.github/workflows/c.yml",
      { "c.yml": "jobs: { x: { uses: ./.github/workflows/c.yml } }" },
      "cannot form a loop",
    ],
    ["a missing file", "uses: ./.github/workflows/none.yml", {}, "workflow was not found"],
    [
      "an unknown repository",
      "uses: no/body/.github/workflows/c.yml@v1",
      {},
      "There is no repository no/body here",
    ],
    [
      "a workflow that cannot be called",
      "uses: ./.github/workflows/d.yml",
      { "!d.yml": "on: push\njobs: { x: { runs-on: ubuntu-latest, steps: [{ run: a }] } }" },
      "it has no 'on.workflow_call'",
    ],
    [
      "an unknown input",
      "uses: ./.github/workflows/e.yml, with: { y: 1 }",
      { "e.yml": "jobs: { x: { runs-on: ubuntu-latest, steps: [{ run: a }] } }" },
      "Invalid input, y is not defined",
    ],
    ["a file outside the folder", "uses: ./x/y.yml", {}, "names no file directly in .github/workflows"],
    [
      "an unknown action",
      "steps: [{ uses: some/where@v1 }]",
      {},
      "there is no repository some/where here with a ref 'v1'",
    ],
    ["a missing action", "steps: [{ uses: $/nowhere }]", {}, "has no action.yml in 'nowhere'"],
    [
      "a docker action",
      "steps: [{ uses: $/dock }]",
      { "!/dock/action.yml": "name: D\ndescription: d\nruns: { using: docker, image: a }" },
      "actions with 'using: docker' are not supported",
    ],
  ])("%s never starts", async (_name, keys, files, message) => {
    const ended = await world.run(workflow({ a: keys }), {
      files: Object.fromEntries(
        Object.entries(files).map(([name, text]) =>
          name.startsWith("!/")
            ? [name.slice(2), text]
            : name.startsWith("!")
              ? [`.github/workflows/${name.slice(1)}`, text]
              : [`.github/workflows/${name}`, `on: workflow_call\n${text}`],
        ),
      ),
    });
    expect(ended.run.conclusion).toBe("startup_failure");
    expect(ended.log).toContain(message);
  });

  test("ten levels are the most, and fifty called files", async () => {
    const levels = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `.github/workflows/l${index + 1}.yml`,
          `on: workflow_call\njobs: { x: { ${index + 1 === count ? "runs-on: ubuntu-latest, steps: [{ run: 'true' }]" : `uses: ./.github/workflows/l${index + 2}.yml`} } }\n`,
        ]),
      );
    const start = workflow({ a: "uses: ./.github/workflows/l1.yml" });
    expect((await world.run(start, { files: levels(9) })).run.conclusion).toBe("success");
    const deep = await world.run(start, { files: levels(10) });
    expect(deep.run.conclusion).toBe("startup_failure");
    expect(deep.log).toContain("nested more than 10 levels deep");
    const many = Array.from({ length: 51 }, (_, index) => `m${index}`);
    const wide = await world.run(
      workflow(Object.fromEntries(many.map((id) => [id, `uses: ./.github/workflows/${id}.yml`]))),
      {
        files: Object.fromEntries(
          many.map((id) => [
            `.github/workflows/${id}.yml`,
            "on: workflow_call\njobs: { x: { runs-on: ubuntu-latest, steps: [{ run: a }] } }\n",
          ]),
        ),
      },
    );
    expect(wide.log).toContain("51 different reusable workflows are called; 50 is the most");
  });

  test("a value of the wrong type fails the call, with its sentence", async () => {
    const ended = await world.run(
      workflow({ a: 'uses: ./.github/workflows/t.yml, with: { flag: "${{ github.ref }}" }' }),
      {
        files: {
          ".github/workflows/t.yml":
            "on: { workflow_call: { inputs: { flag: { type: boolean } } } }\njobs: { x: { runs-on: ubuntu-latest, steps: [{ run: a }] } }\n",
        },
      },
    );
    expect(ended.run.conclusion).toBe("failure");
    expect(ended.log).toContain("Input 'flag' must be a boolean, but is 'refs/heads/main'.");
  });
});
