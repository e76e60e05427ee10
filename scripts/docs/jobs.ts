/** Every job of the workflows with what it holds, as a table for the page on security. */
import {
  type Content,
  type Job,
  jobsOf,
  readWorkflow,
  record,
  type WorkflowFile,
} from "../../tests/rules/workflow-file.ts";

/** @param texts of the workflow files, by name */
export function jobTable(texts: ReadonlyMap<string, string>): string {
  const rows = [...texts].flatMap(([name, text]) => {
    const file = readWorkflow(name, text);
    // A job that calls another workflow holds nothing: what runs are the jobs of that one.
    return jobsOf(file).flatMap((job) => (job.calls === undefined ? [rowOf(file, job)] : []));
  });
  return [
    "| job | purpose | reads | writes | secrets | your code |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function rowOf(file: WorkflowFile, job: Job): string {
  const stage = file.path.replace(/^(?:_reusable\.)?(.*)\.ya?ml$/, "$1");
  const levels = Object.entries(record(job.content.permissions));
  // Who may ask for the job's own token of identity writes nothing.
  const at = (level: string) =>
    levels.flatMap(([name, value]) => (value === level && name !== "id-token" ? [name] : []));
  const secrets = [
    ...secretsOf(job.content),
    ...(levels.some(([name]) => name === "id-token") ? ["OIDC token"] : []),
  ];
  const runsYours = job.steps.some(
    ({ run, uses }) => run !== undefined || String(uses ?? "").startsWith("./"),
  );
  const cells = [
    `\`${stage}\` ${job.id}`,
    purposeOf(file, job),
    at("read").join(", "),
    at("write").join(", "),
    secrets.map((name) => `\`${name}\``).join(", "),
    runsYours ? "yes" : "no",
  ];
  return `| ${cells.map((cell) => cell || "–").join(" | ")} |`;
}

/** Of `secrets.key || secrets.KEY` the last: the name that a repository gives it. */
function secretsOf(content: Content): string[] {
  const found = [...JSON.stringify(content).matchAll(/\$\{\{(.*?)\}\}/g)].flatMap(([, expression = ""]) => {
    const names = [...expression.matchAll(/\bsecrets\.([\w-]+)/g)].map(([, name = ""]) => name);
    return names.slice(-1);
  });
  return [...new Set(found)];
}

/** The comment above the job, up to its first stop. */
function purposeOf({ text }: WorkflowFile, { id }: Job): string {
  const lines = text.split("\n");
  const at = lines.indexOf(`  ${id}:`, lines.indexOf("jobs:"));
  const first = lines.findLastIndex((line, index) => index < at && !/^ {2}#/.test(line)) + 1;
  const comment = lines
    .slice(first, at)
    .map((line) => line.replace(/^\s*#\s?/, ""))
    .join(" ");
  return /^.*?(?=[.:](?:\s|$))/.exec(comment)?.[0] ?? comment;
}
