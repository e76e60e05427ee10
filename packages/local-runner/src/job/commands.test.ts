import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runSteps } from "../testing/run-steps.ts";
import { createWorld, type World } from "../testing/world.ts";

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

describe("file commands", () => {
  test("hostile values stay values", async () => {
    const { log, run } = await runSteps(
      world,
      `
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
`,
    );
    expect(run.conclusion).toBe("success");
    expect(log).toContain("second=[] equals=[a=b<<c]");
    expect(log).toContain('text="line one\\nEOF_OTHER\\nsecond=injected\\n::error::not a command"');
  });

  test.each([
    ["a delimiter that never comes", "echo 'x<<EOF' >> $GITHUB_OUTPUT", "Matching delimiter not found 'EOF'"],
    ["a line of neither form", "echo 'nonsense' >> $GITHUB_ENV", "Invalid format 'nonsense'"],
  ])("%s fails the step", async (_name, script, message) => {
    const { log, run } = await runSteps(world, `- run: ${script}`);
    expect(run.conclusion).toBe("failure");
    expect(log).toContain(message);
  });

  test("NODE_OPTIONS is refused in GITHUB_ENV", async () => {
    const { log } = await runSteps(
      world,
      `
- run: echo "NODE_OPTIONS=--require /tmp/x" >> "$GITHUB_ENV"
- run: echo "options=[\${NODE_OPTIONS:-}]"
`,
    );
    expect(log).toContain("Can't store NODE_OPTIONS");
    expect(log).toContain("options=[]");
  });

  test("a summary above 1 MiB is left out, with an error", async () => {
    const { jobs, log } = await runSteps(
      world,
      `- run: head -c 1048577 /dev/zero | tr '\\0' x > "$GITHUB_STEP_SUMMARY"`,
    );
    expect(jobs.get("j")?.summaries.size).toBe(0);
    expect(jobs.get("j")?.conclusion).toBe("success");
    expect(log).toContain("$GITHUB_STEP_SUMMARY upload aborted");
  });
});

describe("workflow commands", () => {
  test("annotations, groups, stop-commands and refused ones", async () => {
    const { log, run } = await runSteps(
      world,
      `
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
`,
    );
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
      world,
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

describe("job outputs", () => {
  test("more than 1 MB fails the job", async () => {
    const { log, run } = await runSteps(
      world,
      `- id: a\n  run: printf 'x=%s\\n' "$(head -c 600000 /dev/zero | tr '\\0' x)" >> $GITHUB_OUTPUT`,
      { job: "    outputs: { x: '${{ steps.a.outputs.x }}' }" },
    );
    expect(run.conclusion).toBe("failure");
    expect(log).toContain("exceed the maximum of 1 MB");
  });
});
