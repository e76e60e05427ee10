/** The scripted model: answers from fixture files, over the same protocol as a real one. */

import { type JournalEntry, LLMock } from "@copilotkit/aimock";
import { errorText } from "@slipway/model";
import { z } from "zod";
import type { FixtureFile } from "../input/model.ts";
import { UsageError } from "../usage-error.ts";

/** A model on this machine, or the way to one. */
export interface ModelServer {
  /** Binds to a free port of 127.0.0.1; resolves with the base URL. */
  start(): Promise<string>;
  stop(): Promise<void>;
  /** Everything asked so far, oldest first. */
  exchanges(): ModelExchange[];
}

/** One request to a model, as `model.jsonl` keeps it. Keys are never among it. */
export interface ModelExchange {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly model: string | null;
  readonly request: unknown;
  /** The scripted answer; null when there was none for this request. */
  readonly response: unknown;
}

const fileSchema = z.object({ fixtures: z.array(z.record(z.string(), z.unknown())) });

/** @throws UsageError naming the file whose fixtures are not valid */
export function createScriptedModel(files: readonly FixtureFile[]): ModelServer {
  // No limit to the journal: a run's requests are few, and each of them is part of its record.
  const mock = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent", journalMaxEntries: 0 });
  for (const file of files) {
    const parsed = fileSchema.safeParse(JSON.parse(file.text));
    if (!parsed.success) throw new UsageError(`--fixtures: each fixture in ${file.path} must be an object.`);
    try {
      mock.addFixturesFromJSON(JSON.stringify(parsed.data.fixtures));
    } catch (error) {
      throw new UsageError(`--fixtures: ${file.path}: ${errorText(error)}`);
    }
  }
  let started = false;
  return {
    async start() {
      await mock.start();
      started = true;
      return mock.url;
    },
    async stop() {
      if (started) await mock.stop();
      started = false;
    },
    exchanges: () => (started ? mock.getRequests().map(exchangeOf) : []),
  };
}

function exchangeOf(entry: JournalEntry): ModelExchange {
  const body: unknown = entry.body;
  const model = typeof body === "object" && body !== null && "model" in body ? body.model : null;
  return {
    at: new Date(entry.timestamp).toISOString(),
    method: entry.method,
    path: entry.path,
    status: entry.response.status,
    model: typeof model === "string" ? model : null,
    request: body,
    response: entry.response.fixture?.response ?? null,
  };
}
