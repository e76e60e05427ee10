import type { HostileCase } from "../../packages/agents/src/hostile/case.ts";

/** A place where foreign text leaves us, and what is wrong with what comes out of it: nothing, or in words. */
export interface Door {
  readonly name: string;
  readonly faults: (hostile: HostileCase) => readonly string[];
}

export interface Held {
  readonly door: string;
  readonly category: string;
  readonly held: number;
  readonly of: number;
}

/** Sends every case through a door. */
export function sendThrough(
  { name, faults }: Door,
  cases: readonly HostileCase[],
): { readonly held: readonly Held[]; readonly failed: readonly string[] } {
  const failed: string[] = [];
  const categories = [...new Set(cases.map(({ category }) => category))];
  const held = categories.map((category): Held => {
    const all = cases.filter((one) => one.category === category);
    const passed = all.filter((one) => {
      const wrong = faults(one);
      if (wrong.length > 0) failed.push(`${one.id}: ${wrong.join(", ")}`);
      return wrong.length === 0;
    });
    return { door: name, category, held: passed.length, of: all.length };
  });
  return { held, failed };
}

/** Category by door: how many cases held. */
export function tableOf(rows: readonly Held[]): string {
  const doors = [...new Set(rows.map(({ door }) => door))];
  const categories = [...new Set(rows.map(({ category }) => category))];
  const cell = (category: string, door: string) => {
    const found = rows.find((row) => row.category === category && row.door === door);
    return found ? `${found.held}/${found.of}` : "";
  };
  const lines = [
    ["category", ...doors],
    ...categories.map((category) => [category, ...doors.map((door) => cell(category, door))]),
    ["all", ...doors.map((door) => sumOf(rows.filter((row) => row.door === door)))],
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  return lines
    .map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  "))
    .join("\n");
}

const sumOf = (rows: readonly Held[]) =>
  `${rows.reduce((sum, { held }) => sum + held, 0)}/${rows.reduce((sum, { of }) => sum + of, 0)}`;
