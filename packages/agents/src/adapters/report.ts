import { type Ending, NO_USAGE, type Usage } from "@slipway/model";

/** What the standard output of a program says of its work. */
export interface Report {
  /** Its last word; null when it said nothing. */
  readonly message: string | null;
  /** The end of what it printed between its events, errors mostly; null when it prints none. */
  readonly loose: string | null;
  readonly usage: Usage;
  /** Price as the program reckons it, in US dollars. */
  readonly dollars: number | null;
  /** The program itself says that it did not get through. */
  readonly failure: { readonly ending: Ending; readonly reason: string } | null;
}

/** What is known while the output comes in. */
export interface ReportSoFar {
  message: string | null;
  usage: Usage;
  dollars: number | null;
  failure: Report["failure"];
  /** Of services that tell usage message by message only: by the message's id. */
  readonly byMessage: Map<string, Usage>;
}

export const nothingYet = (): ReportSoFar => ({
  message: null,
  usage: NO_USAGE,
  dollars: null,
  failure: null,
  byMessage: new Map(),
});

/** Without the model's name, which is the report's own. */
export function sumUsage(a: Usage, b: Usage): Usage {
  return {
    calls: a.calls + b.calls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  };
}
