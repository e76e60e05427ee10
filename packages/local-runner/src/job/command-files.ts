import { randomUUID } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { errorText } from "@slipway/model";
import type { Json } from "../expressions/data.ts";
import { parseEntries, parsePaths, SUMMARY_LIMIT } from "./file-commands.ts";
import type { JobSession } from "./session.ts";

/** The files that one step may write to, by variable. */
export interface CommandFiles {
  readonly variables: Readonly<Record<string, string>>;
  /** Obeys what the step wrote; false when something could not be obeyed, which is told in the log. */
  apply(session: JobSession, stateKey: string, outputs: Record<string, string>): Promise<boolean>;
}

const FILES = {
  GITHUB_OUTPUT: "set_output",
  GITHUB_ENV: "set_env",
  GITHUB_PATH: "add_path",
  GITHUB_STATE: "save_state",
  GITHUB_STEP_SUMMARY: "step_summary",
} as const;

type FileVariable = keyof typeof FILES;

/** The fields of the `github` context that name them. */
const FIELDS: Readonly<Record<FileVariable, string>> = {
  GITHUB_OUTPUT: "output",
  GITHUB_ENV: "env",
  GITHUB_PATH: "path",
  GITHUB_STATE: "state",
  GITHUB_STEP_SUMMARY: "step_summary",
};

/** Variables that GITHUB_ENV may not set. */
const BLOCKED = ["NODE_OPTIONS"];

const VARIABLES = Object.keys(FILES) as FileVariable[];

/** Names new files for one step: `env`, `path`, … of its `github` context. */
export function nameCommandFiles(temp: string): Readonly<Record<string, string>> {
  const suffix = randomUUID();
  return Object.fromEntries(
    VARIABLES.map((variable) => [
      FIELDS[variable],
      join(temp, "_runner_file_commands", `${FILES[variable]}_${suffix}`),
    ]),
  );
}

/** Makes the empty files that a step's `github` context names. */
export async function makeCommandFiles(github: Readonly<Record<string, Json>>): Promise<CommandFiles> {
  const paths = Object.fromEntries(
    VARIABLES.map((variable) => [variable, String(github[FIELDS[variable]])]),
  ) as Record<FileVariable, string>;
  await Promise.all(VARIABLES.map((variable) => writeFile(paths[variable], "")));

  async function apply(
    session: JobSession,
    stateKey: string,
    outputs: Record<string, string>,
  ): Promise<boolean> {
    let fine = true;
    const obey = async (name: FileVariable, action: (text: string) => void): Promise<void> => {
      try {
        const text = await readFile(paths[name], "utf8").catch(() => "");
        if (text !== "") action(text);
      } catch (error) {
        session.log.annotate("error", `Unable to process file command '${FIELDS[name]}' successfully.`);
        session.log.annotate("error", errorText(error));
        fine = false;
      }
    };
    await obey("GITHUB_PATH", (text) => {
      for (const folder of parsePaths(text)) {
        const at = session.path.indexOf(folder);
        if (at >= 0) session.path.splice(at, 1);
        session.path.push(folder);
      }
    });
    await obey("GITHUB_ENV", (text) => {
      for (const [name, value] of parseEntries(text)) {
        if (BLOCKED.includes(name.toUpperCase())) {
          session.log.annotate("error", `Can't store ${name} output parameter using '$GITHUB_ENV' command.`);
        } else session.env[name] = value;
      }
    });
    await obey("GITHUB_OUTPUT", (text) => {
      for (const [name, value] of parseEntries(text)) outputs[name] = value;
    });
    await obey("GITHUB_STATE", (text) => {
      const state = session.states.get(stateKey) ?? {};
      for (const [name, value] of parseEntries(text)) state[name] = value;
      session.states.set(stateKey, state);
    });
    await applySummary(session, paths.GITHUB_STEP_SUMMARY);
    return fine;
  }

  return { variables: paths, apply };
}

async function applySummary(session: JobSession, path: string): Promise<void> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size === 0) return;
  if (size > SUMMARY_LIMIT) {
    session.log.annotate(
      "error",
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${SUMMARY_LIMIT / 1024}k, got ${Math.floor(size / 1024)}k.`,
    );
    return;
  }
  session.summaries.push(session.masker.mask(await readFile(path, "utf8")));
}
