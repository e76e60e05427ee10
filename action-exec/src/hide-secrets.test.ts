/** What a command of an agent can find of the secrets of the job that runs it: looked for from inside, every way. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const place = (path: string) => JSON.stringify(join(ROOT, path));

/** Each value can be told from any other text. */
const SECRETS = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:9/where-identity-is-asked-for?v=1",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "token-that-asks-for-an-identity",
  ACTIONS_RUNTIME_TOKEN: "token-of-the-artifact-service",
  "INPUT_MODEL-API-KEY": "sk-ant-of-the-job",
  "INPUT_OPENAI-API-KEY": "sk-proj-of-the-job",
  "INPUT_EXECUTOR-VARIABLES": "CLI_KEY=key-of-a-program",
  "INPUT_HTTP-EXECUTOR-SECRET": "what-signs-requests",
  INPUT_TOKEN: "ghs_of_the_job",
};

/** Prints all that it can read of anybody's variables. */
const LOOK = [
  "env",
  "cat /proc/*/environ /proc/*/task/*/environ | tr '\\0' '\\n'",
  "cat /proc/$PPID/environ /proc/self/environ /proc/1/environ",
  "cat /proc/*/cmdline; ps auxeww",
  'echo "asked: $ACTIONS_ID_TOKEN_REQUEST_URL $ACTIONS_ID_TOKEN_REQUEST_TOKEN"',
  "echo looked",
].join("\n");

const sightSchema = z.object({
  /** What the command printed: kept apart by the strongest means of this machine, and by a process group alone. */
  strongest: z.string(),
  group: z.string(),
  held: z.array(z.string()),
  /** What the process has in its environment afterwards. */
  left: z.record(z.string(), z.string()),
});

/** Starts a job's process with all the secrets, has it run the command, and gives what that saw. */
async function look(hide: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "slipway-hide-"));
  const program = `
    import { hideSecrets } from ${place("action-exec/src/hide-secrets.ts")};
    import { cleanEnvironment, detectIsolation } from "@slipway/agents";
    import { runCommand } from ${place("packages/agents/src/process/command.ts")};
    const held = ${hide ? "hideSecrets(process.env)" : "[]"};
    const home = ${JSON.stringify(folder)};
    const seen = async (isolation) => (await runCommand(${JSON.stringify(LOOK)}, {
      cwd: home,
      env: cleanEnvironment({ home, extra: process.env }),
      timeoutMs: 30_000,
      keep: { head: 2_000_000, tail: 1_000 },
      confinement: { isolation, hidden: [], reachable: [] },
    })).output;
    const strongest = await seen(await detectIsolation());
    const group = await seen({ kind: "group", note: "" });
    console.log(JSON.stringify({ strongest, group, held, left: process.env }));`;
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", join(ROOT, "scripts/json-imports.mjs"), "--input-type=module", "-e", program],
      { cwd: join(ROOT, "action-exec"), env: { PATH: process.env.PATH, ...SECRETS }, maxBuffer: 1e8 },
    );
    const { strongest, group, ...rest } = sightSchema.parse(JSON.parse(stdout));
    for (const output of [strongest, group]) expect(output).toMatch(/^asked:.*\nlooked\n$/ms);
    const found = (output: string) => Object.values(SECRETS).filter((secret) => output.includes(secret));
    return { ...rest, strongest: found(strongest), group: found(group) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

(process.platform === "linux" ? describe : describe.skip)("a command of an agent", () => {
  test("finds no secret of the job in any process's environment, also where nothing else keeps it apart", async () => {
    const { strongest, group, held, left } = await look(true);
    expect([strongest, group]).toEqual([[], []]);
    expect([...held].sort()).toEqual(Object.values(SECRETS).sort());
    // The job itself still has what it needs, but no way to its identity token.
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _, ACTIONS_ID_TOKEN_REQUEST_TOKEN: __, ...others } = SECRETS;
    expect(left).toMatchObject(others);
    expect(Object.keys(left).filter((name) => name.startsWith("ACTIONS_ID_TOKEN_"))).toEqual([]);
  }, 90_000);

  test("would find all of them there, were they not hidden", async () => {
    expect((await look(false)).group).toEqual(Object.values(SECRETS));
  }, 90_000);
});
