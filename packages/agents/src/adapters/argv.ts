/** One argument, or several that stand or fall together: left out when a placeholder in them has no value. */
export type ArgvPart = string | readonly string[];

/** What may stand in an argument, in braces. */
export const PLACEHOLDERS = [
  "prompt-file",
  "task-file",
  "result-file",
  "exchange-dir",
  "work-dir",
  "model",
  "dollars",
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

const PATTERN = new RegExp(`\\{(${PLACEHOLDERS.join("|")})\\}`, "g");

/**
 * The arguments of a program. A value stays inside its argument, whatever is in it: nothing is split,
 * quoted or read by a shell. Braces around anything else stay as they are.
 *
 * @throws Error when a placeholder that is not in a group of its own has no value
 */
export function expandArgv(
  parts: readonly ArgvPart[],
  values: Readonly<Record<Placeholder, string | null>>,
): string[] {
  return parts.flatMap((part) => {
    if (typeof part === "string") return [expand(part, values)];
    return part.some((text) => missing(text, values) !== null)
      ? []
      : part.map((text) => expand(text, values));
  });
}

function expand(text: string, values: Readonly<Record<Placeholder, string | null>>): string {
  const name = missing(text, values);
  if (name !== null) {
    throw new Error(
      `The argument ${JSON.stringify(text)} needs a value for {${name}}: give one, or put the argument and its option into a list of their own.`,
    );
  }
  return text.replace(PATTERN, (_whole, key: Placeholder) => values[key] ?? "");
}

function missing(text: string, values: Readonly<Record<Placeholder, string | null>>): Placeholder | null {
  for (const [, key] of text.matchAll(PATTERN)) {
    const name = key as Placeholder;
    if (values[name] === null) return name;
  }
  return null;
}
