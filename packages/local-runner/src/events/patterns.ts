/**
 * GitHub's filter patterns for branches, tags and paths: `*` stays inside a path segment, `**` does not, `?`
 * and `+` repeat what stands before them, `[]` is a class, and a leading `!` takes matches away again.
 * @returns whether the text is taken by the last pattern that matches it
 */
export function selectedBy(patterns: readonly string[], text: string): boolean {
  let selected = false;
  for (const pattern of patterns) {
    const negative = pattern.startsWith("!");
    if (matches(negative ? pattern.slice(1) : pattern, text)) selected = !negative;
  }
  return selected;
}

/** Whether any pattern matches: for the `…-ignore` filters, which know no `!`. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern, text));
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${toRegExp(pattern.replace(/^\.\//, ""))}$`, "su").test(text);
}

/** GitHub's language is its own: `**.js` crosses folders, `x?` and `x+` repeat, and braces mean nothing. */
function toRegExp(pattern: string): string {
  let result = "";
  for (let index = 0; index < pattern.length; index += 1) {
    const char = pattern.charAt(index);
    if (char === "*" && pattern.charAt(index + 1) === "*") {
      const slash = pattern.charAt(index + 2) === "/";
      result += slash ? "(?:.*/)?" : ".*";
      index += slash ? 2 : 1;
    } else if (char === "*") result += "[^/]*";
    else if (char === "?" || char === "+") result += index === 0 ? `\\${char}` : char;
    else if (char === "[") {
      const end = pattern.indexOf("]", index + 1);
      if (end < 0) result += "\\[";
      else {
        result += `[${pattern.slice(index + 1, end).replaceAll("\\", "\\\\")}]`;
        index = end;
      }
    } else if (char === "\\" && index + 1 < pattern.length) {
      index += 1;
      result += escaped(pattern.charAt(index));
    } else result += escaped(char);
  }
  return result;
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}
