import { afterEach, expect, test } from "@jest/globals";
import { type AgentResult, agentResultSchema, changeArtifactSchema } from "@slipway/model";
import { type Bench, bash, openBench, submit } from "../testing/bench.ts";
import { NODE, POLICY, SPEC } from "../testing/world.ts";
import { builtinExecutor } from "./builtin.ts";
import { commandExecutor } from "./command.ts";
import type { Executor } from "./executor.ts";
import { httpExecutor } from "./http/http.ts";
import { changeOf } from "./result.ts";
import { openService, SECRET } from "./testing/service.ts";
import { recordOf, taskFor } from "./testing/task.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** What each of them does: one file, one that is protected, one link. */
const WORK =
  "printf 'export const greet = (name) => name;\\n' > greet.mjs; mkdir -p .github/workflows; echo x > .github/workflows/x.yml; ln -s README.md link";

const EXECUTORS: Record<string, (bench: Bench) => Promise<Executor>> = {
  async builtin(bench) {
    bench.script([bash(WORK)], [submit("Done.")], [submit("Done.")], [submit("Done.")]);
    return builtinExecutor({
      client: bench.model.client,
      policy: POLICY,
      node: NODE,
      spec: SPEC,
      context: "",
      review: false,
    });
  },
  async command() {
    return commandExecutor({ argv: ["bash", "-c", `${WORK}; echo Done.`] });
  },
  async http(bench) {
    const file = (path: string, content: string) =>
      `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${content}\n`;
    const link = file("link", "README.md").replace("100644", "120000");
    const patch = [
      "diff --git a/greet.mjs b/greet.mjs\n--- a/greet.mjs\n+++ b/greet.mjs\n@@ -1 +1 @@\n",
      '-export const greet = () => "Hello!";\n+export const greet = (name) => name;\n',
      file(".github/workflows/x.yml", "x"),
      `${link}\\ No newline at end of file\n`,
    ].join("");
    const said = {
      kind: "agent-result",
      version: 1,
      runId: "r-20261121-abc123",
      nodeId: "T1",
      outcome: "finished",
    };
    const service = await openService(() => ({
      status: 200,
      body: { ...said, startSha: bench.repository.sha, summary: "Done.", patch },
    }));
    closing.push(() => service.close());
    return httpExecutor({ base: service.base, name: "coder", secret: SECRET });
  },
};

test("the same node by each executor leaves the same artifact", async () => {
  const results = new Map<string, AgentResult>();
  for (const [name, make] of Object.entries(EXECUTORS)) {
    const bench = await openBench();
    closing.push(() => bench.close());
    const task = taskFor(bench.repository, { commands: ["grep -q name greet.mjs"] });
    const executor = await make(bench);
    results.set(
      name,
      await executor.execute(task, { workDir: bench.repository.dir, commit: { type: "feat", scope: null } }),
    );
  }
  for (const [name, result] of results) {
    expect(agentResultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ executor: name, outcome: "finished", ending: "submitted", nodeId: "T1" });
    // The same change, the same refusals, the same commit.
    expect(result.changes).toEqual([
      {
        status: "written",
        path: "greet.mjs",
        mode: "100644",
        encoding: "utf-8",
        content: "export const greet = (name) => name;\n",
      },
    ]);
    expect(result.refused.map(({ path }) => path).sort()).toEqual([".github/workflows/x.yml", "link"]);
    expect(result.commits).toEqual([
      { type: "feat", scope: null, subject: expect.any(String), body: "", paths: ["greet.mjs"] },
    ]);
    expect(result.summary).toMatch(/^Done\./);
    // The trajectory begins and ends the same way, and the artifact for the writing job is one.
    const record = recordOf(result);
    expect(record[0]).toMatchObject({ type: "start", nodeId: "T1", attempt: 1, startSha: result.startSha });
    expect(record.at(-1)).toMatchObject({ type: "end", ending: "submitted", usage: result.usage });
    const change = changeArtifactSchema.parse(changeOf(result, { attempt: 1, paused: false }));
    expect(change.summary.match(/Left out of the change:/g)).toHaveLength(1);
    expect(change).not.toHaveProperty("interrupted");
  }
  expect([...results.keys()]).toEqual(["builtin", "command", "http"]);
}, 300_000);
