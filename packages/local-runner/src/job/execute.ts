import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { access, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { resolveText } from "../expressions/template.ts";
import type { RunStep } from "../load/model.ts";
import { makeCommandFiles } from "./command-files.ts";
import { createOutputReader } from "./commands.ts";
import { TRACKING_VARIABLE } from "./orphans.ts";
import { runProcess } from "./process.ts";
import { type Frame, type JobSession, scopeOf } from "./session.ts";
import { shellCommand } from "./shell.ts";
import type { NodeAction } from "./stages.ts";
import { githubVariables, inputVariables, prependedPath, runnerVariables } from "./variables.ts";

/** How one program ended. */
export interface Execution {
  readonly fine: boolean;
  readonly outputs: Record<string, string>;
}

interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The `env` context of the step. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables that nothing may replace. */
  readonly own: Readonly<Record<string, string>>;
  readonly stateKey: string;
  readonly reportExitCode: boolean;
}

/** Runs a `run` step. `env` is its whole `env` context. @throws when it cannot be started */
export async function executeScript(
  session: JobSession,
  frame: Frame,
  step: RunStep,
  env: Readonly<Record<string, string>>,
  key: string,
  stop: AbortSignal,
): Promise<Execution> {
  const scope = scopeOf(session, frame, env);
  const script = resolveText(step.run, scope);
  const defaults = frame.composite === undefined ? jobDefaults(session, frame, env) : {};
  const shell = shellCommand(step.shell === undefined ? defaults.shell : resolveText(step.shell, scope));
  const folder =
    step.workingDirectory === undefined
      ? defaults.workingDirectory
      : resolveText(step.workingDirectory, scope);
  const cwd = resolve(session.directories.workspace, folder ?? "");
  if (!existsSync(cwd)) throw new Error(`The working directory '${folder}' does not exist in the workspace.`);
  const path = join(session.directories.temp, `${randomUUID()}${shell.extension}`);
  await writeFile(path, script);
  session.log.section(`Run ${firstLine(script)}`, [
    ...script.trimEnd().split("\n"),
    `shell: ${shell.program} ${shell.args.join(" ")}`,
    ...listed("env", env),
  ]);
  return run(session, frame, stop, {
    program: locate(shell.program, searchPath(session)),
    args: shell.args.map((arg) => arg.replaceAll("{0}", path)),
    cwd,
    env,
    own: {},
    stateKey: key,
    reportExitCode: true,
  });
}

/** Runs one program of a JavaScript action. @throws when it cannot be started */
export async function executeNode(
  session: JobSession,
  node: NodeAction,
  stage: "pre" | "main" | "post",
  env: Readonly<Record<string, string>>,
  stop: AbortSignal,
): Promise<Execution> {
  const target = join(node.action.directory, node.runs[stage] ?? "");
  await access(target).catch(() => {
    throw new Error(`File not found: '${target}' (runs.${stage} of ${node.step.uses.text}).`);
  });
  if (stage === "main") {
    session.log.section(`Run ${node.step.uses.text}`, [
      ...listed("with", node.inputs),
      ...listed("env", env),
    ]);
  }
  const state = session.states.get(node.key) ?? {};
  return run(session, actionFrame(node), stop, {
    program: session.machine.nodePath,
    args: [target],
    cwd: session.directories.workspace,
    env,
    own: {
      ...inputVariables(node.inputs),
      ...Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value])),
      ACTIONS_RUNTIME_TOKEN: session.runtimeToken,
      ACTIONS_RUNTIME_URL: session.machine.host.resultsUrl,
      ACTIONS_RESULTS_URL: session.machine.host.resultsUrl,
    },
    stateKey: node.key,
    reportExitCode: false,
  });
}

/** The frame with what an action sees of itself in `github`. */
function actionFrame(node: NodeAction): Frame {
  return {
    ...node.frame,
    github: {
      ...node.frame.github,
      action: node.step.contextName,
      action_path: node.action.directory,
      action_repository: node.action.repository,
      action_ref: node.action.ref,
    },
  };
}

async function run(
  session: JobSession,
  frame: Frame,
  stop: AbortSignal,
  program: Program,
): Promise<Execution> {
  const files = await makeCommandFiles(frame.github);
  const output = createOutputReader(session.log, session.masker);
  const { machine, control } = session;
  const code = await runProcess({
    program: program.program,
    args: program.args,
    cwd: program.cwd,
    env: {
      ...machine.env,
      HOME: session.directories.home,
      CI: "true",
      ...program.env,
      ...program.own,
      ...session.identity,
      PATH: searchPath(session, program.env.PATH),
      GITHUB_ACTIONS: "true",
      ...githubVariables({ ...session.github, ...frame.github }),
      ...runnerVariables(session.runner),
      ...files.variables,
      [TRACKING_VARIABLE]: session.trackingId,
    },
    onLine: output.read,
    stop,
    kill: control.kill,
    grace: machine.grace,
  });
  if (code !== 0 && program.reportExitCode && !stop.aborted) {
    session.log.annotate("error", `Process completed with exit code ${code}.`);
  }
  const outputs: Record<string, string> = {};
  const obeyed = await files.apply(session, program.stateKey, outputs);
  return { fine: code === 0 && obeyed && !output.failed(), outputs };
}

function jobDefaults(
  session: JobSession,
  frame: Frame,
  env: Readonly<Record<string, string>>,
): { shell?: string; workingDirectory?: string } {
  const scope = scopeOf(session, frame, env);
  const { definition, workflow } = session.request;
  const shell = definition.defaults.shell ?? workflow.defaults.shell;
  const folder = definition.defaults.workingDirectory ?? workflow.defaults.workingDirectory;
  return {
    ...(shell === undefined ? {} : { shell: resolveText(shell, scope) }),
    ...(folder === undefined ? {} : { workingDirectory: resolveText(folder, scope) }),
  };
}

function searchPath(session: JobSession, path = session.machine.env.PATH ?? ""): string {
  return prependedPath(path, session.path);
}

/** The program's path. Where only `python3` is installed, it stands for `python`, as on GitHub's images. */
function locate(program: string, path: string): string {
  if (isAbsolute(program)) return program;
  const names = program === "python" ? ["python", "python3"] : [program];
  for (const name of names) {
    for (const folder of path.split(":")) {
      const candidate = join(folder, name);
      if (folder !== "" && existsSync(candidate)) return candidate;
    }
  }
  throw new Error(`The shell '${program}' is not installed: it is in no folder of PATH.`);
}

function listed(title: string, values: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(values);
  return names.length === 0 ? [] : [`${title}:`, ...names.map((name) => `  ${name}: ${values[name] ?? ""}`)];
}

/** The first line of a script that says something. */
export function firstLine(script: string): string {
  return script.trimStart().split(/\r?\n/, 1)[0]?.trimEnd() ?? "";
}
