/** Largest GITHUB_STEP_SUMMARY, in bytes. */
export const SUMMARY_LIMIT = 1024 * 1024;

/**
 * Reads a file of `NAME=value` and `NAME<<DELIMITER` entries (GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE).
 * A value ends only at a line that is exactly its delimiter, so text in a value can make no new entry unless
 * it knows the delimiter. Rules as in GitHub's runner.
 * @throws when an entry has neither form, or its delimiter never comes
 */
export function parseEntries(text: string): readonly (readonly [name: string, value: string])[] {
  const result: [string, string][] = [];
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  // Text after the last newline is a line without an end; nothing after it is no line at all.
  const unfinished = lines.at(-1) ?? "";
  const count = unfinished === "" ? lines.length - 1 : lines.length;
  let index = 0;
  while (index < count) {
    const line = lines[index] ?? "";
    index += 1;
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      const name = line.slice(0, equals);
      if (name === "") throw new Error(`Invalid format '${line}'. Name must not be empty`);
      result.push([name, line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`);
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === "" || delimiter === "") {
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    }
    const start = index;
    while (index < count && lines[index] !== delimiter) index += 1;
    if (index >= count) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    result.push([name, lines.slice(start, index).join("\n")]);
    index += 1;
  }
  return result;
}

/** The folders in a GITHUB_PATH file, in their order. */
export function parsePaths(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .filter((line) => line !== "");
}
