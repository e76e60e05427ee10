/**
 * Writes the generated parts of `docs/*.md`, each between two markers; what stands around them is written by hand.
 *
 *   npm run docs              writes what has changed
 *   npm run docs -- --check   writes nothing; exits 1 and names what is stale
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOSTILE_CASES } from "../packages/agents/src/hostile/corpus.ts";
import { jobTable } from "./docs/jobs.ts";
import { graphQlTable, routeTable } from "./docs/local-github.ts";
import { policyTable } from "./docs/policy-table.ts";
import { textsOf } from "./docs/texts.ts";

const root = join(import.meta.dirname, "..");

interface Part {
  readonly file: string;
  readonly name: string;
  readonly text: (read: (path: string) => string) => string;
}

const list = (texts: readonly string[]) => texts.map((text) => `- ${text.replace(/\s+/g, " ")}`).join("\n");
const model = (name: string) => `packages/model/src/${name}.ts`;

const WORKFLOWS = ".github/workflows";
const workflowNames = () => readdirSync(join(root, WORKFLOWS)).sort();

/** How many hostile texts of each kind the suite is held against. */
const corpusText = () => {
  const kinds = [...Map.groupBy(HOSTILE_CASES, ({ category }) => category)];
  const counts = kinds.map(([category, cases]) => `${category} ${cases.length}`);
  return `${HOSTILE_CASES.length} cases by what they try: ${counts.join(", ")}.`;
};

export const PARTS: readonly Part[] = [
  {
    file: "docs/policy.md",
    name: "keys",
    text: (read) => policyTable(JSON.parse(read("schemas/policy.schema.json"))),
  },
  { file: "docs/gates.md", name: "texts", text: (read) => list(textsOf(read(model("gates")))) },
  {
    file: "docs/gates.md",
    name: "outcomes",
    text: (read) =>
      list(
        [
          ...[
            "checks",
            "subject",
            "target",
            "merge",
            "merge-ways",
            "defect-rounds",
            "publish",
            "handed-change",
            "commit-change",
            "open-pull",
          ]
            .concat("settle")
            .map((name) => `action-merge-gate/src/${name}.ts`),
          ...["paths", "base"].map((name) => `packages/agents/src/checks/${name}.ts`),
          ...["pulls/ensure", "pulls/merge"].map((name) => `packages/github/src/${name}.ts`),
        ].flatMap((path) => textsOf(read(path))),
      ),
  },
  {
    file: "docs/controls.md",
    name: "start",
    text: (read) =>
      list(
        [
          "action-orchestrator/src/start-run.ts",
          ...["policy", "session", "inputs"].map((name) => `packages/action-kit/src/${name}.ts`),
        ].flatMap((path) => textsOf(read(path))),
      ),
  },
  { file: "docs/controls.md", name: "plan", text: (read) => list(textsOf(read(model("plan-check")))) },
  { file: "docs/controls.md", name: "refusals", text: (read) => list(textsOf(read(model("commands")))) },
  { file: "docs/controls.md", name: "moves", text: (read) => list(textsOf(read(model("tree-move")))) },
  {
    file: "docs/controls.md",
    name: "alone",
    text: (read) =>
      list(
        [
          ...["requests", "claim-alone"].map(model),
          ...["execute", "present-change", "start-point"].map((name) => `action-exec/src/${name}.ts`),
        ].flatMap((path) => textsOf(read(path))),
      ),
  },
  {
    file: "docs/local-github.md",
    name: "routes",
    text: (read) => routeTable(read("packages/local-github/src/http/permissions.ts")),
  },
  {
    file: "docs/local-github.md",
    name: "graphql",
    text: (read) => graphQlTable(JSON.parse(read("packages/local-github/graphql/served.json"))),
  },
  {
    file: "docs/security.md",
    name: "jobs",
    text: (read) =>
      jobTable(new Map(workflowNames().map((name) => [name, read(`${WORKFLOWS}/${name}`)] as const))),
  },
  { file: "docs/security.md", name: "corpus", text: corpusText },
];

/** The files as they should be, by path. @throws Error when a file lacks a marker */
export function docFiles(read: (path: string) => string): Map<string, string> {
  const files = new Map<string, string>();
  for (const { file, name, text } of PARTS) {
    const start = `<!-- generated: ${name} -->`;
    const end = `<!-- /generated: ${name} -->`;
    const whole = files.get(file) ?? read(file);
    const [from, to] = [whole.indexOf(start), whole.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`${file} lacks the markers ${start} and ${end}.`);
    files.set(file, `${whole.slice(0, from + start.length)}\n\n${text(read)}\n\n${whole.slice(to)}`);
  }
  return files;
}

export function staleDocs(): string[] {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  return [...docFiles(read)].filter(([path, text]) => read(path) !== text).map(([path]) => path);
}

if (import.meta.main) {
  const stale = staleDocs();
  if (process.argv.includes("--check")) {
    for (const path of stale) console.error(`${path} is stale: run \`npm run docs\`.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const files = docFiles((path) => readFileSync(join(root, path), "utf8"));
    for (const path of stale) {
      writeFileSync(join(root, path), files.get(path) ?? "");
      console.error(`wrote ${path}`);
    }
  }
}
