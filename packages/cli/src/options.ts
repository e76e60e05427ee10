/** What a person asked for, as given; nothing here has been looked at yet. */
export interface RunOptions {
  /** Folder of a git repository, or a URL to clone. */
  readonly repo?: string;
  /** `TEXT`, `@FILE`, or `-` for standard input. */
  readonly idea?: string;
  readonly policy?: string;
  /** `anthropic` or `openai`. */
  readonly provider?: string;
  /** Name of the model. */
  readonly model?: string;
  readonly modelUrl?: string;
  /** File or folder of scripted answers. */
  readonly fixtures?: string;
  readonly out?: string;
  /** `local` or `act`. */
  readonly engine?: string;
  readonly json: boolean;
  readonly serve: boolean;
}

export const NO_OPTIONS: RunOptions = { json: false, serve: false };
