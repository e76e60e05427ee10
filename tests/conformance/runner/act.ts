import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { type Case, type Outcome, observations } from "./case.ts";
import { ACTOR, actionRepositories, pathFor, repositoryFiles, SECRETS, VARIABLES } from "./setting.ts";

const exec = promisify(execFile);
/** act keeps no time limit of a job; nothing here takes longer. */
const TIMEOUT = 150_000;

/** nektos/act in host mode, on one repository with all the cases. It says nothing of a step but what the step says. */
export interface ActEngine {
  run(one: Case): Promise<ActOutcome>;
  close(): Promise<void>;
}

export interface ActOutcome extends Outcome {
  readonly log: string;
}

export async function openAct(
  program: string,
  cases: readonly Case[],
  nodePath: string = process.execPath,
): Promise<ActEngine> {
  const root = await mkdtemp(join(tmpdir(), "slipway-conformance-"));
  const repository = join(root, "app");
  const workflows = cases.map((one): [string, string] => [`.github/workflows/${one.name}.yml`, one.text]);
  await commit(repository, { ...repositoryFiles(), ...Object.fromEntries(workflows) });
  await exec("git", ["-C", repository, "remote", "add", "origin", "https://github.com/octo/app.git"]);
  const actions = actionRepositories(join(repository, ".git"));
  for (const [name, files] of Object.entries(actions)) await commit(join(root, name), files);

  async function run(one: Case): Promise<ActOutcome> {
    const folder = join(root, "runs", one.name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "event.json"), JSON.stringify(one.event.payload));
    const args = [
      one.event.name,
      "--json",
      ...["--directory", repository],
      ...["--workflows", join(repository, ".github/workflows", `${one.name}.yml`)],
      ...["--eventpath", join(folder, "event.json")],
      ...["--platform", "ubuntu-latest=-self-hosted"],
      ...["--actor", ACTOR],
      ...["--defaultbranch", "main"],
      ...["--action-cache-path", join(folder, "cache")],
      ...Object.keys(actions).flatMap((name) => [
        "--local-repository",
        `octo/${name}@v1=${join(root, name)}`,
      ]),
      ...Object.entries(SECRETS).flatMap(([name, value]) => ["--secret", `${name}=${value}`]),
      ...Object.entries(VARIABLES).flatMap(([name, value]) => ["--var", `${name}=${value}`]),
      ...["--no-cache-server", "--rm"],
    ];
    const env = {
      PATH: pathFor(process.env, nodePath),
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_CACHE_HOME: folder,
      ACT_DISABLE_VERSION_CHECK: "1",
    };
    const { stdout, failed } = await ended(program, args, folder, env);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return { ...read(stdout), run: failed ? "failure" : "success", log: stdout };
  }

  return { run, close: () => rm(root, { recursive: true, force: true, maxRetries: 3 }) };
}

async function ended(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ stdout: string; failed: boolean }> {
  return new Promise((resolve) => {
    const options = { cwd, env, maxBuffer: 1e8, timeout: TIMEOUT };
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ stdout: `${stdout}${stderr}`, failed: error !== null }),
    );
  });
}

const entry = z.object({
  msg: z.string(),
  raw_output: z.boolean().optional(),
  command: z.string().optional(),
  arg: z.string().optional(),
  content: z.string().optional(),
});

/** What the lines of `--json` tell of a run. */
function read(output: string): Omit<Outcome, "run"> {
  const entries = output.split("\n").flatMap((line) => {
    const json = entry.safeParse(jsonOf(line));
    return json.success ? [json.data] : [];
  });
  return {
    observed: observations(entries.flatMap((one) => (one.raw_output === true ? [one.msg] : []))),
    summaries: entries.flatMap((one) => (one.command === "summary" ? [one.content ?? ""] : [])),
    annotations: entries.flatMap(({ command, arg }) =>
      command === "error" || command === "warning" || command === "notice" ? [`${command}: ${arg}`] : [],
    ),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function commit(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  await exec("git", ["init", "-q", "-b", "main", folder]);
  await exec("git", ["-C", folder, "add", "--all", "--force"]);
  await exec("git", ["-C", folder, ...identity, "commit", "-q", "-m", "files"]);
}
