import type { JobLog } from "./log.ts";
import type { Masker } from "./mask.ts";

/** A workflow command in a line of output. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const ANNOTATIONS = ["error", "warning", "notice"] as const;
const REMOVED = ["set-output", "save-state", "set-env", "add-path"];
const KNOWN = [
  ...ANNOTATIONS,
  ...REMOVED,
  "debug",
  "group",
  "endgroup",
  "add-mask",
  "stop-commands",
  "echo",
  "add-matcher",
  "remove-matcher",
];

/** Reads `::name key=value,…::data` and the older `##[name key=value;…]data`; undefined for any other line. */
export function parseCommand(line: string): WorkflowCommand | undefined {
  const current = /^\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line);
  if (current !== null) {
    const [, name = "", properties = "", data = ""] = current;
    return { name, properties: readProperties(properties, ",", unescapeProperty), data: unescapeData(data) };
  }
  const older = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/s.exec(line);
  if (older === null) return undefined;
  const [, name = "", properties = "", data = ""] = older;
  return { name, properties: readProperties(properties, ";", unescapeOlder), data: unescapeOlder(data) };
}

/** Reads the output of one step, line by line: commands are obeyed, everything else goes to the log. */
export interface OutputReader {
  readonly read: (line: string) => void;
  /** Whether a command could not be obeyed: the step fails then. */
  readonly failed: () => boolean;
}

export function createOutputReader(log: JobLog, masker: Masker): OutputReader {
  let stopToken: string | undefined;
  let echo = false;
  let failed = false;

  function fail(message: string): void {
    log.annotate("error", message);
    failed = true;
  }

  function obey(command: WorkflowCommand, line: string): void {
    const { name, data } = command;
    const annotation = ANNOTATIONS.find((level) => level === name);
    if (annotation !== undefined) {
      log.annotate(annotation, data, command.properties);
    } else if (name === "debug") {
      log.debug(data);
    } else if (name === "group") {
      log.group(data);
    } else if (name === "endgroup") {
      log.endGroup();
    } else if (name === "add-mask") {
      if (data.trim() === "") log.annotate("warning", "Can't add secret mask for empty string.");
      else masker.add(data);
    } else if (name === "echo") {
      if (/^(on|off)$/i.test(data.trim())) echo = data.trim().toLowerCase() === "on";
      else
        fail(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${data}'.`);
    } else if (name === "stop-commands") {
      if (data === "" || KNOWN.includes(data.toLowerCase()) || data.toLowerCase() === "pause-logging") {
        fail("The token of ::stop-commands:: must not be empty, 'pause-logging' or the name of a command.");
      } else {
        stopToken = data;
        log.write(line);
      }
    } else if (REMOVED.includes(name)) {
      fail(
        `The \`${name}\` command is deprecated and has been refused. Please write to the file named by ` +
          `$${REPLACEMENTS[name] ?? "GITHUB_OUTPUT"} instead.`,
      );
    } else {
      log.annotate("warning", `Problem matchers are not supported here: '::${name}::' has no effect.`);
    }
  }

  return {
    read: (line) => {
      const parsed = parseCommand(line);
      const command = parsed === undefined ? undefined : { ...parsed, name: parsed.name.toLowerCase() };
      if (stopToken !== undefined) {
        if (command?.name === stopToken.toLowerCase()) stopToken = undefined;
        log.write(line);
        return;
      }
      if (command === undefined || !KNOWN.includes(command.name)) {
        log.write(line);
        return;
      }
      if (echo && command.name !== "add-mask") log.write(line);
      obey(command, line);
    },
    failed: () => failed,
  };
}

const REPLACEMENTS: Readonly<Record<string, string>> = {
  "set-output": "GITHUB_OUTPUT",
  "save-state": "GITHUB_STATE",
  "set-env": "GITHUB_ENV",
  "add-path": "GITHUB_PATH",
};

function readProperties(
  text: string,
  separator: string,
  decode: (value: string) => string,
): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const pair of text.trim().split(separator)) {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1);
    if (at > 0 && value !== "") result[pair.slice(0, at).trim()] = decode(value);
  }
  return result;
}

function unescapeData(text: string): string {
  return text.replaceAll(/%0D/gi, "\r").replaceAll(/%0A/gi, "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return text
    .replaceAll(/%0D/gi, "\r")
    .replaceAll(/%0A/gi, "\n")
    .replaceAll(/%3A/gi, ":")
    .replaceAll(/%2C/gi, ",")
    .replaceAll("%25", "%");
}

function unescapeOlder(text: string): string {
  return text
    .replaceAll(/%3B/gi, ";")
    .replaceAll(/%0D/gi, "\r")
    .replaceAll(/%0A/gi, "\n")
    .replaceAll(/%5D/gi, "]")
    .replaceAll("%25", "%");
}
