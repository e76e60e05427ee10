import type { Masker } from "./mask.ts";

export type AnnotationLevel = "error" | "warning" | "notice";

/** A job's log, in GitHub's form: a timestamp, then the text; `##[…]` marks groups and annotations. */
export interface JobLog {
  /** One line or more. */
  write(text: string): void;
  /** An annotation; its properties (`file`, `line`, `title`, …) stay in the mark. */
  annotate(level: AnnotationLevel, message: string, properties?: Readonly<Record<string, string>>): void;
  debug(text: string): void;
  group(title: string): void;
  endGroup(): void;
  /** Lines that belong together. */
  section(title: string, lines: readonly string[]): void;
}

export function createJobLog(options: {
  readonly append: (text: string) => void;
  readonly masker: Masker;
  readonly now: () => Date;
  /** Whether `::debug::` lines are kept (ACTIONS_STEP_DEBUG). */
  readonly showDebug: boolean;
}): JobLog {
  function write(text: string): void {
    // Seven digits of a second, as in GitHub's logs.
    const time = options.now().toISOString().replace("Z", "0000Z");
    const masked = options.masker.mask(text);
    options.append(
      masked
        .split(/\r\n|\n/)
        .map((line) => `${time} ${line}\n`)
        .join(""),
    );
  }
  return {
    write,
    annotate: (level, message, properties = {}) => {
      const listed = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
      write(`##[${level}${listed.length > 0 ? ` ${listed.join(",")}` : ""}]${message}`);
    },
    debug: (text) => {
      if (options.showDebug) write(`##[debug]${text}`);
    },
    group: (title) => write(`##[group]${title}`),
    endGroup: () => write("##[endgroup]"),
    section: (title, lines) => {
      write([`##[group]${title}`, ...lines, "##[endgroup]"].join("\n"));
    },
  };
}
