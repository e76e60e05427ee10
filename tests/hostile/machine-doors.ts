/** Doors to the runner, to a shell and to a repository's files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPaths } from "@slipway/agents";
import { branchName, DEFAULT_POLICY } from "@slipway/model";
import { createRunner } from "../../packages/action-kit/src/commands.ts";
import { parseCommand } from "../../packages/local-runner/src/job/commands.ts";
import { parseEntries } from "../../packages/local-runner/src/job/file-commands.ts";
import type { Door } from "./table.ts";

/** What a step prints and leaves in its output file when `act` runs in it. */
function step(act: (runner: ReturnType<typeof createRunner>) => void): { printed: string; output: string } {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  try {
    const file = join(folder, "output");
    writeFileSync(file, "");
    let printed = "";
    act(
      createRunner({ GITHUB_OUTPUT: file }, (text) => {
        printed += text;
      }),
    );
    return { printed, output: readFileSync(file, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outputFaults(text: string): string[] {
  const { output } = step((runner) => {
    runner.setOutput("first", "1");
    runner.setOutput("told", text);
    runner.setOutput("verdict", "fail");
  });
  const entries = parseEntries(output);
  const names = entries.map(([name]) => name).join();
  return [
    ...(names === "first,told,verdict" ? [] : [`the outputs ${names}`]),
    ...(entries[1]?.[1] === text.toWellFormed() ? [] : ["another value"]),
    ...(entries[2]?.[1] === "fail" ? [] : ["another verdict"]),
  ];
}

function logFaults(text: string): string[] {
  const { printed } = step((runner) => {
    runner.info(text);
    runner.info(`told: ${text}`);
    runner.warning(text);
    runner.error(text, text);
  });
  // The runner's reader ends a line at each of these; .NET's Trim takes U+0085 for a blank.
  const lines = printed.split(/\r\n|[\r\n]/);
  const commands = lines.flatMap((line) => parseCommand(line.replace(/^\u0085+/, "")) ?? []);
  const names = commands.map(({ name }) => name).join();
  const hasControls = /[^\P{Cc}\n\t]|[\u202a-\u202e]/u.test(printed);
  return [
    ...(names === "warning,error" ? [] : [`the commands ${names}`]),
    ...(hasControls ? ["what a terminal obeys"] : []),
  ];
}

/** Another spelling for the same file on some system, told apart from the rules under test. */
function spellings(path: string): string[] {
  const plain = path
    .normalize("NFKD")
    .replace(/[\p{Cf}\p{Mn}]/gu, "")
    .replaceAll("\\", "/")
    .replace(/:[^/]*/g, "")
    .replace(/[. ]+(?=\/|$)/g, "");
  return [path, plain].flatMap((one) => [one.toLowerCase(), one.toUpperCase().toLowerCase()]);
}
const FORBIDDEN =
  /(?:^|\/)\.git(?:\/|$)|(?:^|\/)git~\d|(?:^|\/)\.gitmodules$|^\.github(?:\/(?:workflows|slipway)(?:[/.].*)?)?$|^\/|(?:^|\/)\.\.(?:\/|$)|~\d+(?:\.|\/|$)/;

function pathFaults(text: string, mustBeRefused: boolean): string[] {
  const refused = (["written", "deleted"] as const).map(
    (status) => checkPaths([{ status, path: text }], DEFAULT_POLICY).length > 0,
  );
  if (refused.every(Boolean)) return [];
  if (mustBeRefused) return ["a path that has to be refused"];
  return spellings(text).some((one) => FORBIDDEN.test(one)) ? ["a protected path"] : [];
}

export const MACHINE_DOORS: readonly Door[] = [
  { name: "file command", faults: ({ text }) => outputFaults(text) },
  { name: "log line", faults: ({ text }) => logFaults(text) },
  {
    name: "branch in a shell",
    faults: ({ text }) =>
      /^task\/12-[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(branchName("task", 12, text))
        ? []
        : ["more than a word"],
  },
  { name: "patch path", faults: ({ text, category }) => pathFaults(text, category === "path") },
];
