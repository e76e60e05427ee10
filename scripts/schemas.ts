/**
 * Writes `schemas/*.schema.json` from the zod schemas.
 *
 *   npm run schemas              writes what has changed
 *   npm run schemas -- --check   writes nothing; exits 1 and names what is stale
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  agentResultSchema,
  agentTaskSchema,
  changeArtifactSchema,
  commandSchema,
  eventRecordSchema,
  evidenceArtifactSchema,
  planArtifactSchema,
  policySchema,
  releaseSchema,
  requestSchema,
  specArtifactSchema,
  stateSchema,
  verdictSchema,
} from "@slipway/model";
import { z } from "zod";
import { reportSchema } from "../packages/cli/src/report/schema.ts";

const BASE = "https://raw.githubusercontent.com/slipway-dev/slipway/v0/schemas";
const SUFFIX = ".schema.json";

interface Published {
  readonly schema: z.ZodType;
  readonly title: string;
  readonly description: string;
  /** `input`: written by people and clients, with defaults left out. `output`: written by Slipway, whole. */
  readonly io: "input" | "output";
}

const PUBLISHED: Readonly<Record<string, Published>> = {
  policy: {
    schema: policySchema,
    title: "Slipway policy",
    description: "The consumer's .github/slipway.yml. Every key may be left out; an unknown key is an error.",
    io: "input",
  },
  "client-payload": {
    schema: commandSchema,
    title: "Slipway command",
    description:
      "The client_payload of a repository_dispatch event of type orchestrator.<command>. GitHub allows at most 10 top-level properties and 65,535 characters.",
    io: "input",
  },
  "stage-request": {
    schema: requestSchema,
    title: "Slipway stage request",
    description:
      "The client_payload of a repository_dispatch event that asks for one stage by itself: ai.spec.request, qa.run.request and so on. Without a claim the stage is asked for alone.",
    io: "input",
  },
  "agent-task": {
    schema: agentTaskSchema,
    title: "Slipway agent task",
    description:
      "What an agent is given, the same for every executor: on standard input or in a file of a command, as the body of an HTTP request.",
    io: "output",
  },
  "agent-result": {
    schema: agentResultSchema,
    title: "Slipway agent result",
    description: "What an agent gives back, the same for every executor.",
    io: "output",
  },
  "event-record": {
    schema: eventRecordSchema,
    title: "Slipway ledger event",
    description: "One event of a run as the ledger at refs/slipway/runs/<run-id> keeps it.",
    io: "output",
  },
  state: {
    schema: stateSchema,
    title: "Slipway run state",
    description: "The fold of a run's events.",
    io: "output",
  },
  spec: {
    schema: specArtifactSchema,
    title: "Slipway specification artifact",
    description: "What the spec writer hands to the job that records it.",
    io: "output",
  },
  plan: {
    schema: planArtifactSchema,
    title: "Slipway plan artifact",
    description: "What the planner hands to the job that records it.",
    io: "output",
  },
  change: {
    schema: changeArtifactSchema,
    title: "Slipway change artifact",
    description: "What an execution hands to the job that publishes it, finished or not.",
    io: "output",
  },
  evidence: {
    schema: evidenceArtifactSchema,
    title: "Slipway evidence artifact",
    description: "The result of one check on one exact change.",
    io: "output",
  },
  verdict: {
    schema: verdictSchema,
    title: "Slipway verdict",
    description: "Whether one node may merge, and why not, computed from evidence for one exact change.",
    io: "output",
  },
  release: {
    schema: releaseSchema,
    title: "Slipway release",
    description: "Version, tag, entries and notes of a release.",
    io: "output",
  },
  report: {
    schema: reportSchema,
    title: "Slipway report",
    description: "report.json: what a run did and what it took.",
    io: "output",
  },
};

export const SCHEMA_NAMES: readonly string[] = Object.keys(PUBLISHED);

/** Each file's name and text. A function of the zod schemas alone. */
export function schemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(PUBLISHED).map(([name, { schema, title, description, io }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        target: "draft-2020-12",
        io,
        reused: "inline",
      });
      tidy(rest);
      if (name === "client-payload") commandIsOptional(rest);
      const whole = { $schema, $id: `${BASE}/${name}${SUFFIX}`, title, ...rest, description };
      return [`${name}${SUFFIX}`, `${JSON.stringify(whole, null, 2)}\n`];
    }),
  );
}

/**
 * The safe-integer limits that zod adds to every integer say nothing about a document; a record over an enum
 * is an object with exactly those properties.
 */
function tidy(value: unknown): void {
  if (value === null || typeof value !== "object") return;
  const json = value as Record<string, unknown>;
  if (json.maximum === Number.MAX_SAFE_INTEGER) delete json.maximum;
  if (json.minimum === Number.MIN_SAFE_INTEGER) delete json.minimum;
  const names = (json.propertyNames as { enum?: unknown } | undefined)?.enum;
  if (Array.isArray(names) && Array.isArray(json.required)) {
    const each = json.additionalProperties;
    json.properties = Object.fromEntries(names.map((name) => [String(name), structuredClone(each)]));
    json.additionalProperties = false;
    delete json.propertyNames;
  }
  for (const inner of Object.values(json)) tidy(inner);
}

/** The event type says which command it is: the payload may leave it out. */
function commandIsOptional(json: Record<string, unknown>): void {
  const variants = (json.oneOf ?? json.anyOf) as { required?: string[] }[];
  for (const variant of variants)
    variant.required = variant.required?.filter((name) => name !== "command") ?? [];
  delete json.oneOf;
  // Without `command` several commands look alike.
  json.anyOf = variants;
}

/** Names of files that are missing, old, or should not be there. */
export async function staleSchemas(folder: string): Promise<string[]> {
  const wanted = schemaFiles();
  const there = await readdir(folder).catch(() => []);
  const stale = await Promise.all(
    [...wanted].map(async ([name, text]) => {
      const found = await readFile(join(folder, name), "utf8").catch(() => undefined);
      return found === text ? [] : [name];
    }),
  );
  return [...stale.flat(), ...there.filter((name) => name.endsWith(SUFFIX) && !wanted.has(name))].sort();
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, "..", "schemas");
  const stale = await staleSchemas(folder);
  if (process.argv.includes("--check")) {
    if (stale.length > 0) {
      console.error(`Stale in schemas/: ${stale.join(", ")}. Run \`npm run schemas\` and commit the result.`);
      process.exitCode = 1;
    }
  } else {
    const wanted = schemaFiles();
    await mkdir(folder, { recursive: true });
    for (const name of stale) {
      const text = wanted.get(name);
      if (text === undefined) await rm(join(folder, name));
      else await writeFile(join(folder, name), text);
    }
    console.log(stale.length > 0 ? `Wrote ${stale.join(", ")}.` : "schemas/ is up to date.");
  }
}
