/** The keys of the policy as a Markdown table, from its JSON Schema. */
import { z } from "zod";

interface Property {
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly type?: string | undefined;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly properties?: Readonly<Record<string, Property>> | undefined;
  readonly items?: Property | undefined;
  readonly additionalProperties?: unknown;
}

const propertySchema: z.ZodType<Property> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    default: z.unknown().optional(),
    type: z.string().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    properties: z.record(z.string(), propertySchema).optional(),
    items: propertySchema.optional(),
    additionalProperties: z.unknown().optional(),
  }),
);

/** @param schema the published JSON Schema of the policy */
export function policyTable(schema: unknown): string {
  const { properties = {} } = propertySchema.parse(schema);
  const rows = Object.entries(properties).flatMap(([name, property]) => rowsOf(name, property));
  return ["| key | value | default | what it does |", "|---|---|---|---|", ...rows].join("\n");
}

function rowsOf(path: string, property: Property): string[] {
  if (property.properties) {
    const own = property.description ? [`| \`${path}\` | | | ${cell(property.description)} |`] : [];
    return [
      ...own,
      ...Object.entries(property.properties).flatMap(([name, inner]) => rowsOf(`${path}.${name}`, inner)),
    ];
  }
  return [
    `| \`${path}\` | ${cell(kindOf(property))} | ${defaultOf(property.default)} | ${cell(property.description ?? "")} |`,
  ];
}

function kindOf(property: Property): string {
  if (property.const !== undefined) return `\`${String(property.const)}\``;
  if (property.enum) return property.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (property.type === "array") {
    const inner = property.items?.properties;
    return inner ? `list of { ${Object.keys(inner).join(", ")} }` : "list";
  }
  if (property.type === "object") return "a value for each key";
  const { minimum, maximum } = property;
  const range =
    minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER
      ? ` ${minimum.toLocaleString("en-US")} to ${maximum.toLocaleString("en-US")}`
      : "";
  const kind = property.type === "integer" || property.type === "number" ? "number" : property.type;
  return `${kind === "boolean" ? "`true`, `false`" : kind === "string" ? "text" : (kind ?? "any")}${range}`;
}

function defaultOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || value === null) return `\`${String(value)}\``;
  const entries = Array.isArray(value) ? value : Object.entries(value);
  const told = entries.map((entry: unknown) => {
    if (typeof entry === "string") return `\`${entry}\``;
    if (Array.isArray(entry)) return `\`${entry.join(": ")}\``;
    return `\`${Object.values(entry as object).join(": ")}\``;
  });
  return cell(told.join(", ")) || "none";
}

const cell = (text: string) => text.replace(/\s+/g, " ").replaceAll("|", "\\|");
