export type Cell = string | number;

/** An aligned plain-text table: numbers to the right, texts to the left, by what the column holds. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === "number"));
  const lines = [head, ...rows].map((row) => head.map((_, at) => String(row[at] ?? "")));
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const drawn = lines.map((line) =>
    line
      .map((text, at) => (numeric[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [drawn[0], rule, ...drawn.slice(1)].map((line) => `  ${line}`).join("\n");
}

/** Rounded to a tenth. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
