import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createWorld, type Ended, type RunOptions, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld({ env: { ...process.env, SECRET_OF_PARENT: "leak" } });
});
afterAll(() => world.close());

/** Runs steps in one job `j`. */
function runSteps(steps: string, options: RunOptions & { head?: string; job?: string } = {}): Promise<Ended> {
  const body = steps
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");
  return world.run(
    `on: repository_dispatch\n${options.head ?? ""}\njobs:\n  j:\n    runs-on: ubuntu-latest\n${options.job ?? ""}\n    steps:\n${body}\n`,
    options,
  );
}

/** Whether a process exists that has not ended (one that nobody has waited for yet has). */
function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

const NODE_ACTION = (extra = "") =>
  `name: A\ndescription: d\n${extra}runs:\n  using: node24\n  main: main.js\n`;

describe("run steps", () => {
  test("shells", async () => {
    const { log, run } = await runSteps(`
- run: false | true; echo "unspecified went on"
- run: |
    set +e
    echo "flags $-"
  shell: bash
- run: print("from python")
  shell: python
- run: console.log("from node", process.argv.length)
  shell: node
- run: echo "custom $0"
  shell: bash -u {0}
- run: false | true
  shell: bash
  id: pipefail
  continue-on-error: true
- run: echo "pipefail \${{ steps.pipefail.outcome }} \${{ steps.pipefail.conclusion }}"
  shell: sh
`);
    expect(run.conclusion).toBe("success");
    expect(log).toContain("unspecified went on");
    expect(log).toContain("from python");
    expect(log).toContain("from node 2");
    expect(log).toContain("pipefail failure success");
  });

  test("multi-line scripts with expressions keep their text", async () => {
    const { log, run } = await runSteps(
      `
- run: |
    if True:
        print("\${{ github.event.client_payload.x }}")
        print('''a
      b''')
  shell: python
- run: >-
    echo "one \${{ github.event.client_payload.x }}
    two"
`,
      { payload: { x: "it's" } },
    );
    expect(log).toContain("\nit's\n");
    expect(log).toContain("a\n  b\n");
    expect(log).toContain("\none it's two\n");
    expect(run.conclusion).toBe("success");
  });

  test("defaults, working directory, env and its order", async () => {
    const { log, run } = await runSteps(
      `
- run: mkdir -p sub/dir
  working-directory: .
- run: echo "in $(basename "$PWD") A=$A B=$B C=$C"
  env:
    C: step-\${{ env.B }}
- run: echo "A=file" >> "$GITHUB_ENV"; echo "$GITHUB_WORKSPACE/bin" >> "$GITHUB_PATH"; mkdir -p "$GITHUB_WORKSPACE/bin"
  working-directory: sub
- run: echo "then A=$A, first in path \${PATH%%:*}, env \${{ env.A }}"
- run: pwd
  working-directory: missing
`,
      {
        head: "env: { A: workflow, B: workflow }\ndefaults: { run: { working-directory: nowhere } }",
        job: "    env: { B: 'job-${{ github.ref_name }}' }\n    defaults: { run: { working-directory: sub/dir } }",
      },
    );
    expect(log).toContain("in dir A=workflow B=job-main C=step-job-main");
    expect(log).toMatch(/then A=file, first in path \S+\/app\/bin, env file/);
    expect(log).toContain("The working directory 'missing' does not exist");
  });

  test("documented variables, an empty workspace, and nothing of the parent", async () => {
    const { log } = await runSteps(`
- run: |
    for name in CI GITHUB_ACTIONS GITHUB_ACTION GITHUB_ACTOR GITHUB_API_URL GITHUB_EVENT_NAME GITHUB_JOB GITHUB_REF \\
      GITHUB_REF_NAME GITHUB_REF_TYPE GITHUB_REPOSITORY GITHUB_REPOSITORY_ID GITHUB_REPOSITORY_OWNER GITHUB_RUN_ATTEMPT \\
      GITHUB_SERVER_URL GITHUB_TRIGGERING_ACTOR GITHUB_WORKFLOW GITHUB_WORKFLOW_REF RUNNER_OS RUNNER_ENVIRONMENT; do
      echo "$name=\${!name}"
    done
    echo "files=$(ls -A | wc -l) sha=\${#GITHUB_SHA} event=$(node -p 'require(process.env.GITHUB_EVENT_PATH).action')"
    echo "parent=[\${SECRET_OF_PARENT:-}] token=[\${GITHUB_TOKEN:-}] runtime=[\${ACTIONS_RUNTIME_TOKEN:-}]"
    test -d "$RUNNER_TEMP" && test -d "$RUNNER_TOOL_CACHE" && test -d "$HOME" && test "$PWD" = "$GITHUB_WORKSPACE"
    echo "job \${{ job.workflow_ref }} \${{ job.workflow_repository }} \${{ job.workflow_file_path }} \${{ job.status }}"
`);
    for (const line of [
      "CI=true",
      "GITHUB_ACTIONS=true",
      "GITHUB_ACTION=__run",
      "GITHUB_ACTOR=octocat",
      "GITHUB_EVENT_NAME=repository_dispatch",
      "GITHUB_JOB=j",
      "GITHUB_REF=refs/heads/main",
      "GITHUB_REF_NAME=main",
      "GITHUB_REF_TYPE=branch",
      "GITHUB_REPOSITORY=octo/app",
      "GITHUB_REPOSITORY_ID=42",
      "GITHUB_RUN_ATTEMPT=1",
      "GITHUB_WORKFLOW=.github/workflows/w.yml",
      "GITHUB_WORKFLOW_REF=octo/app/.github/workflows/w.yml@refs/heads/main",
      "RUNNER_OS=Linux",
      "files=0 sha=40 event=go",
      "parent=[] token=[] runtime=[]",
      "job octo/app/.github/workflows/w.yml@refs/heads/main octo/app .github/workflows/w.yml success",
    ]) {
      expect(log).toContain(`\n${line}\n`);
    }
  });

  test("conditions, outcomes and what comes after a failure", async () => {
    const { jobs, log } = await runSteps(`
- id: a
  run: exit 3
- run: echo never
- if: failure()
  run: echo "after \${{ steps.a.outcome }}"
- if: \${{ always() && steps.a.conclusion == 'failure' }}
  run: echo "always"
- if: cancelled()
  run: echo never
- if: success() || true
  run: echo "or true"
`);
    expect(jobs.get("j")?.conclusion).toBe("failure");
    expect(jobs.get("j")?.steps.map((step) => step.conclusion)).toEqual([
      "success",
      "failure",
      "skipped",
      "success",
      "success",
      "skipped",
      "success",
      "success",
    ]);
    expect(log).toContain("Process completed with exit code 3.");
    expect(log).toContain("after failure");
    expect(log).not.toContain("\nnever");
  });

  test("a hanging step with a background child is killed whole when its time is up", async () => {
    const { jobs, log } = await runSteps(`
- run: |
    trap '' INT TERM
    (trap '' INT TERM; echo "child $BASHPID"; sleep 300) &
    sleep 300
  timeout-minutes: 0.005
- if: always()
  run: echo "still here"
`);
    const child = Number(/child (\d+)/.exec(log)?.[1]);
    expect(child).toBeGreaterThan(0);
    expect(isRunning(child)).toBe(false);
    expect(jobs.get("j")?.conclusion).toBe("failure");
    expect(log).toContain("has timed out after 0.005 minutes");
    expect(log).toContain("still here");
  });

  test("a server left in the background lives for the job, and no longer", async () => {
    const { log, run } = await runSteps(`
- run: |
    setsid sleep 300 > /dev/null 2>&1 &
    echo "server $!"
- run: ps -eo args= | grep -q "^sleep 300$" && echo "found"
`);
    expect(run.conclusion).toBe("success");
    expect(log).toMatch(/Terminated \d process\(es\)/);
    const server = Number(/server (\d+)/.exec(log)?.[1]);
    expect(isRunning(server)).toBe(false);
  });

  test("the time of a job ends it as cancelled; always() steps still run", async () => {
    const { jobs, log } = await runSteps("- run: sleep 300\n- if: always()\n  run: echo cleaned", {
      job: "    timeout-minutes: 0.005",
    });
    expect(jobs.get("j")?.conclusion).toBe("cancelled");
    expect(log).toContain("exceeded the maximum execution time");
    expect(log).toContain("cleaned");
  });

  test("nothing is left on disk", () => {
    expect(readdirSync(join(world.workDir, "jobs"))).toEqual([]);
  });
});

describe("file commands", () => {
  test("hostile values stay values", async () => {
    const { log, run } = await runSteps(`
- id: a
  run: |
    value=$'line one\\nEOF_OTHER\\nsecond=injected\\n::error::not a command'
    { echo "text<<EOF_1"; echo "$value"; echo "EOF_1"; } >> "$GITHUB_OUTPUT"
    echo "equals=a=b<<c" >> "$GITHUB_OUTPUT"
- run: |
    echo "second=[\${{ steps.a.outputs.second }}] equals=[\${{ steps.a.outputs.equals }}]"
    node -e 'console.log("text=" + JSON.stringify(process.env.TEXT))'
  env:
    TEXT: \${{ steps.a.outputs.text }}
`);
    expect(run.conclusion).toBe("success");
    expect(log).toContain("second=[] equals=[a=b<<c]");
    expect(log).toContain('text="line one\\nEOF_OTHER\\nsecond=injected\\n::error::not a command"');
  });

  test.each([
    ["a delimiter that never comes", "echo 'x<<EOF' >> $GITHUB_OUTPUT", "Matching delimiter not found 'EOF'"],
    ["a line of neither form", "echo 'nonsense' >> $GITHUB_ENV", "Invalid format 'nonsense'"],
  ])("%s fails the step", async (_name, script, message) => {
    const { log, run } = await runSteps(`- run: ${script}`);
    expect(run.conclusion).toBe("failure");
    expect(log).toContain(message);
  });

  test("NODE_OPTIONS is refused in GITHUB_ENV", async () => {
    const { log } = await runSteps(`
- run: echo "NODE_OPTIONS=--require /tmp/x" >> "$GITHUB_ENV"
- run: echo "options=[\${NODE_OPTIONS:-}]"
`);
    expect(log).toContain("Can't store NODE_OPTIONS");
    expect(log).toContain("options=[]");
  });

  test("a summary above 1 MiB is left out, with an error", async () => {
    const { jobs, log } = await runSteps(
      `- run: head -c 1048577 /dev/zero | tr '\\0' x > "$GITHUB_STEP_SUMMARY"`,
    );
    expect(jobs.get("j")?.summaries.size).toBe(0);
    expect(jobs.get("j")?.conclusion).toBe("success");
    expect(log).toContain("$GITHUB_STEP_SUMMARY upload aborted");
  });
});

describe("workflow commands", () => {
  test("annotations, groups, stop-commands and refused ones", async () => {
    const { log, run } = await runSteps(`
- run: |
    echo "::error file=a.ts,line=3::bad%0Athing"
    echo "::warning::careful"
    echo "::notice title=T::look"
    echo "::debug::hidden"
    echo "::group::G"
    echo "::endgroup::"
    echo "::add-matcher::m.json"
    echo "::stop-commands::tok3n"
    echo "::error::not one"
    echo "::tok3n::"
    echo "::warning::again"
- id: old
  continue-on-error: true
  run: echo "::set-output name=x::1"
- run: echo "old \${{ steps.old.outcome }} [\${{ steps.old.outputs.x }}]"
`);
    expect(run.conclusion).toBe("success");
    expect(log).toContain("##[error file=a.ts,line=3]bad\nthing\n");
    expect(log).toContain("##[warning]careful\n");
    expect(log).toContain("##[notice title=T]look\n");
    expect(log).not.toContain("##[debug]");
    expect(log).toContain("##[group]G\n##[endgroup]\n");
    expect(log).toContain("Problem matchers are not supported here: '::add-matcher::'");
    expect(log).toContain("\n::error::not one\n");
    expect(log).toContain("##[warning]again\n");
    expect(log).toContain("The `set-output` command is deprecated and has been refused");
    expect(log).toContain("old failure []");
  });

  test("secrets and masks are hidden everywhere", async () => {
    world.host.secretValues.KEY = "s3cr$t.*+?";
    world.host.secretValues.LINES = "first line of key\nsecond line of key";
    const { jobs, log } = await runSteps(
      `
- id: a
  run: |
    echo "key $KEY"
    echo "$KEY" | base64
    echo "$LINES"
    echo "::add-mask::mask me ()"
    echo "then mask me () please"
    echo "token $TOKEN"
    echo "summary $KEY" >> $GITHUB_STEP_SUMMARY
    echo "leak=x$KEY" >> $GITHUB_OUTPUT
    echo "fine=open" >> $GITHUB_OUTPUT
  env:
    KEY: \${{ secrets.KEY }}
    LINES: \${{ secrets.lines }}
    TOKEN: \${{ secrets.GITHUB_TOKEN }}
- run: echo "same \${{ github.token == secrets.GITHUB_TOKEN }}"
- run: echo "leaked [\${{ needs.a.outputs.leak }}]"
`,
      { job: "    outputs: { leak: '${{ steps.a.outputs.leak }}', fine: '${{ steps.a.outputs.fine }}' }" },
    );
    delete world.host.secretValues.KEY;
    delete world.host.secretValues.LINES;
    expect(log).toContain("key ***\n***");
    expect(log).toContain("then *** please");
    expect(log).toContain("token ***");
    expect(log).toContain("same true");
    for (const secret of ["s3cr$t", "czNjciR0", "first line", "second line", "ghs_test"]) {
      expect(log).not.toContain(secret);
    }
    expect([...(jobs.get("j")?.summaries.values() ?? [])]).toEqual(["summary ***\n"]);
    expect(log).toContain("Skip output 'leak' since it may contain secret.");
  });
});

describe("actions", () => {
  test("inputs: defaults, names, warnings; state from pre to main to post, in order", async () => {
    const say = (stage: string) =>
      `console.log(${JSON.stringify(stage)}, process.env["INPUT_WITH SPACE"] ?? "-", process.env["INPUT_WITH_SPACE"], process.env["INPUT_TWO-WORDS"], process.env.STATE_s, process.env.GITHUB_ACTION_PATH.split("/").pop());require("fs").appendFileSync(process.env.GITHUB_STATE, "s=" + (process.env.STATE_s ?? "") + ${JSON.stringify(stage[0])} + "\\n");`;
    const { jobs, log } = await runSteps(
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
          "comp/inner/action.yml": NODE_ACTION("inputs: { n: {} }\noutputs: { r: { description: d } }\n"),
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
      "deep/action.yml": NODE_ACTION(),
      "deep/main.js":
        "console.log('lib one', process.env.GITHUB_ACTION_REPOSITORY, process.env.GITHUB_ACTION_REF)",
    });
    await world.host.tag(lib, "v1", sha);
    await world.host.commit(lib, { "deep/main.js": "console.log('lib two')" });
    const { log, run } = await runSteps(`
- uses: acme/lib/act@v1
- uses: acme/lib/act@main
- uses: acme/lib/act@${sha}
- run: |
    mkdir -p local
    printf 'name: W\\ndescription: d\\nruns:\\n  using: composite\\n  steps:\\n    - run: echo "workspace action $GITHUB_ACTION_PATH"\\n      shell: bash\\n' > local/action.yml
- uses: ./local
- uses: ./absent
`);
    expect(run.conclusion).toBe("failure");
    expect(log.match(/lib one acme\/lib/g)).toHaveLength(2);
    expect(log).toContain("lib two");
    expect(log).toMatch(/workspace action \S+\/app\/local/);
    expect(log).toContain("Can't find 'action.yml' or 'action.yaml' for './absent'");
  });

  test("hashFiles", async () => {
    const { log } = await runSteps(`
- run: mkdir -p a/b && echo one > a/x.lock && echo two > a/b/y.lock && echo three > a/z.txt
- run: echo "[\${{ hashFiles('**/*.lock') }}] [\${{ hashFiles('none') }}] [\${{ hashFiles('**/*.lock', '!a/b/**') == hashFiles('a/x.lock') }}]"
`);
    expect(log).toMatch(/\[[0-9a-f]{64}\] \[\] \[true\]/);
  });
});

describe("job outputs", () => {
  test("more than 1 MB fails the job", async () => {
    const { log, run } = await runSteps(
      `- id: a\n  run: printf 'x=%s\\n' "$(head -c 600000 /dev/zero | tr '\\0' x)" >> $GITHUB_OUTPUT`,
      { job: "    outputs: { x: '${{ steps.a.outputs.x }}' }" },
    );
    expect(run.conclusion).toBe("failure");
    expect(log).toContain("exceed the maximum of 1 MB");
  });
});
