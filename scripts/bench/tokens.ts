/** Tokens and money of a run by stage and agent, as its ledger and its exchanges with the model have them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Usage } from "@slipway/model";
import { createLedgerReader } from "../../packages/cli/src/follow/ledger.ts";
import type { Report } from "../../packages/cli/src/report/schema.ts";
import { type Cell, table } from "./table.ts";
import { costsByAgent, differences, readExchanges } from "./tokens/asked.ts";
import { costsByStage, paidFor, sumOf } from "./tokens/ledger.ts";

const HEAD = ["calls", "input", "read from cache", "output", "US dollars"];

/**
 * Prints the tables and returns what does not add up.
 *
 * @param out the folder of the run's result
 */
export async function benchTokens(
  out: string,
  report: Report,
  print: (text: string) => void,
): Promise<string[]> {
  const records = await createLedgerReader(join(out, "repository.git"), report.run.id).read();
  const started = records.find(({ event }) => event.type === "run.started")?.event;
  const prices = started?.type === "run.started" ? started.policy.model.prices : {};
  const stages = costsByStage(paidFor(records));
  const agents = costsByAgent(readExchanges(readFileSync(join(out, "model.jsonl"), "utf8")), prices);
  print("Tokens and money by stage, from the usage that the events of the ledger hold\n");
  print(
    table(
      ["stage", "agents named there", ...HEAD],
      [
        ...stages.map(({ stage, agents: named, usage }) => [stage, named.join(", "), ...cells(usage)]),
        ["all", "", ...cells(report.usage)],
      ],
    ),
  );
  print("\nThe same by agent, from the answers of the model as the run keeps them\n");
  print(
    table(
      ["stage", "agent", ...HEAD, "asked kB"],
      agents.map(({ stage, agent, usage, bytes }) => [
        stage,
        agent,
        ...cells(usage),
        Math.round(bytes / 1_000),
      ]),
    ),
  );
  print(`\n  ${sourceOf(report)}`);
  print("  Bound: stages, the run's account and the model's answers add up to the same.");
  const byStage = sumOf(stages.map(({ usage }) => usage));
  const byAgent = sumOf(agents.map(({ usage }) => usage));
  return differences(byStage, report.usage, byAgent);
}

function cells({
  calls,
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  outputTokens,
  dollars,
}: Usage): Cell[] {
  const input = inputTokens + cacheReadTokens + cacheWriteTokens;
  return [
    calls,
    input,
    cacheReadTokens,
    outputTokens,
    dollars === undefined ? "not known" : dollars.toFixed(4),
  ];
}

function sourceOf({ run: { model } }: Report): string {
  const priced = `Dollars are by the policy's prices, else by the known ones of ${model.name ?? "the model"}.`;
  return model.kind === "real"
    ? `Tokens are the provider's own numbers. ${priced}`
    : `The model is the stand-in: its numbers of tokens are written in the example's answers, estimated there from the texts (3.6 characters a token and a fixed share for what an agent is told); it knows no cache. They show that each token is put to its account, not what a real model would take. ${priced} Asked kB is measured.`;
}
