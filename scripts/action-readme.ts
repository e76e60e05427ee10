/**
 * Writes the tables of inputs and outputs in each `action-*\/README.md` from its `action.yml`, between the
 * two markers. What stands around them is written by hand.
 *
 *   npm run readme              writes what has changed
 *   npm run readme -- --check   writes nothing; exits 1 and names what is stale
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export const START = "<!-- action.yml: start -->";
export const END = "<!-- action.yml: end -->";

const actionSchema = z.object({
  name: z.string(),
  description: z.string(),
  inputs: z
    .record(
      z.string(),
      z.object({
        description: z.string(),
        required: z.boolean().default(false),
        default: z.union([z.string(), z.number(), z.boolean()]).optional(),
      }),
    )
    .default({}),
  outputs: z.record(z.string(), z.object({ description: z.string() })).default({}),
});

/** The tables for one `action.yml`. */
export function actionTables(yaml: string): string {
  const { inputs, outputs } = actionSchema.parse(parse(yaml));
  return [
    table(
      "Inputs",
      ["input", "required", "default", "what it is"],
      Object.entries(inputs).map(([name, input]) => [
        code(name),
        input.required ? "yes" : "no",
        input.default === undefined ? "" : code(String(input.default)),
        input.description,
      ]),
    ),
    table(
      "Outputs",
      ["output", "what it is"],
      Object.entries(outputs).map(([name, output]) => [code(name), output.description]),
    ),
  ]
    .filter(Boolean)
    .join("\n\n");
}

const code = (text: string) => `\`${text}\``;

/** Columns are padded as the formatter would. */
function table(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => cell.replace(/\s+/g, " ").trim().replaceAll("|", "\\|")),
  );
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return `## ${title}\n\n${[line(first), rule, ...others.map(line)].join("\n")}`;
}

/** A README with its tables renewed; a README of its own when there is none, or none with markers. */
export function withTables(readme: string | undefined, yaml: string): string {
  const tables = `${START}\n\n${actionTables(yaml)}\n\n${END}`;
  if (readme === undefined) {
    const { name, description } = actionSchema.parse(parse(yaml));
    return `# ${name}\n\n${description.replace(/\.?$/, ".")}\n\n${tables}\n`;
  }
  const [start, end] = [readme.indexOf(START), readme.indexOf(END)];
  if (start < 0 || end < start) return `${readme.trimEnd()}\n\n${tables}\n`;
  return `${readme.slice(0, start)}${tables}${readme.slice(end + END.length)}`;
}

/** Each README that is not as it should be, with the text that it should have. */
export function staleReadmes(root: string): Map<string, string> {
  const folders = readdirSync(root).filter((name) => name.startsWith("action-"));
  return new Map(
    folders
      .filter((name) => existsSync(join(root, name, "action.yml")))
      .flatMap((name) => {
        const path = join(root, name, "README.md");
        const readme = existsSync(path) ? readFileSync(path, "utf8") : undefined;
        const wanted = withTables(readme, readFileSync(join(root, name, "action.yml"), "utf8"));
        return readme === wanted ? [] : [[`${name}/README.md`, wanted] as const];
      }),
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  const stale = staleReadmes(root);
  if (process.argv.includes("--check")) {
    if (stale.size > 0) {
      console.error(`Stale: ${[...stale.keys()].join(", ")}. Run \`npm run readme\` and commit the result.`);
      process.exitCode = 1;
    }
  } else {
    for (const [path, text] of stale) writeFileSync(join(root, path), text);
    console.log(stale.size > 0 ? `Wrote ${[...stale.keys()].join(", ")}.` : "Every README is up to date.");
  }
}
