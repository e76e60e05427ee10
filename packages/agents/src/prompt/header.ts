import { asWords } from "./sanitize.ts";

/** Where in a run a request belongs: for logs, gateways and replay. */
export type Correlation =
  | { readonly stage: "spec" | "plan" | "release"; readonly runId: string; readonly attempt: number }
  | {
      readonly stage: "execute" | "review" | "qa" | "scan";
      readonly runId: string;
      readonly attempt: number;
      readonly nodeId: string;
      readonly nodeTitle: string;
    };

/**
 * The lines that every message of ours to a model begins with, ended by an empty line. They are part
 * of the contract with gateways and recorded sessions: changing one breaks their matching.
 */
export function headerLines(correlation: Correlation): string {
  const onNode = "nodeId" in correlation;
  return [
    `Slipway stage: ${correlation.stage}`,
    `Slipway run: ${oneLine(correlation.runId)}`,
    ...(onNode ? [`Slipway node: ${oneLine(correlation.nodeId)}`] : []),
    `Slipway attempt: ${correlation.attempt}`,
    ...(onNode ? [`Slipway node title: ${oneLine(correlation.nodeTitle)}`] : []),
    "",
    "",
  ].join("\n");
}

/** Titles are written by models: one must not be taken for a line of ours by what looks for them in the text. */
function oneLine(text: string): string {
  return asWords(text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")).trim();
}
