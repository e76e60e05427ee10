// Takes the types out of this library's TypeScript for a Node that cannot do it itself. It knows the
// TypeScript that is used here and no more: type-only statements, annotated functions, constants and
// class fields, `as` and `satisfies`. Everything it takes out becomes blanks, so that lines stay put.
import { readFile } from "node:fs/promises";

export async function load(url, context, nextLoad) {
  if (!url.endsWith(".ts")) return nextLoad(url, context);
  const source = stripTypes(await readFile(new URL(url), "utf8"));
  return { format: "module", shortCircuit: true, source };
}

const TYPE = String.raw`(?:readonly )?[\w.]+(?:<[^()=;]*?>)?(?:\[\])*(?: \| [\w.]+(?:<[^()=;]*?>)?(?:\[\])*)*`;

export function stripTypes(source) {
  // The same text with strings, templates, patterns and comments made harmless; `blank` acts on both.
  let code = mask(source);
  let text = source;
  const blank = (from, to) => {
    const empty = (part) =>
      part.slice(0, from) + part.slice(from, to).replace(/[^\n]/g, " ") + part.slice(to);
    code = empty(code);
    text = empty(text);
  };
  const each = (pattern, range) => {
    for (const match of [...code.matchAll(pattern)])
      blank(...range(match, match.index, match.index + match[0].length));
  };

  each(/^(?:export |import )type\b[^;]*;|^type\b[^;]*;/gm, (_, from, to) => [from, to]);
  each(/^(?:export )?interface [^{]*/gm, (_, from, to) => [from, closing(code, to) + 1]);
  each(/\btype [\w$]+,? ?(?=[^;{}]*\} from)/g, (_, from, to) => [from, to]);
  each(new RegExp(`^(\\s*(?:export )?(?:const|let) \\w+): ${TYPE}(?= =)`, "gm"), (m, from, to) => [
    from + m[1].length,
    to,
  ]);
  each(/^(\s*)readonly (?=\w)/gm, (m, from, to) => [from + m[1].length, to]);
  each(new RegExp(`^(\\s*\\w+)\\??: ${TYPE};$`, "gm"), (m, from, to) => [from + m[1].length, to - 1]);
  each(/\bfunction\b[^(]*?(<[^(]*>)\(/g, (m, _, to) => [to - 1 - m[1].length, to - 1]);
  // Parameters: of what is called a function or constructor, and of what an arrow or a type follows.
  for (let open = code.indexOf("("); open !== -1; open = code.indexOf("(", open + 1)) {
    const close = closing(code, open);
    const before = /\b(?:function(?: \w+)?\s*|constructor)$/.test(code.slice(0, open));
    const after = new RegExp(`^(: (?:\\w+ is )?${TYPE}|: \\[[^=]*?\\])?(?= (?:=>|\\{))`).exec(
      code.slice(close + 1),
    );
    if (!before && !/^(?:: [^;{}]*?)? =>/.test(code.slice(close + 1))) continue;
    if (after?.[1]) blank(close + 1, close + 1 + after[1].length);
    for (const [from, to] of annotations(code, open + 1, close)) blank(from, to);
  }
  each(new RegExp(`(?<!^(?:import|export) .*) (?:as|satisfies) ${TYPE}`, "gm"), (_, from, to) => [from, to]);
  return text;
}

/** Where the annotations of a parameter list lie. */
function annotations(code, from, to) {
  const found = [];
  let depth = 0;
  let start = -1;
  for (let at = from; at <= to; at += 1) {
    const char = code[at];
    if (
      start !== -1 &&
      depth === 0 &&
      (at === to || char === "," || (char === "=" && code[at + 1] !== ">"))
    ) {
      found.push([start, at - (char === "=" ? 1 : 0)]);
      start = -1;
    } else if (start === -1 && depth === 0 && char === ":") start = code[at - 1] === "?" ? at - 1 : at;
    if ("([{<".includes(char)) depth += 1;
    if (")]}".includes(char) || (char === ">" && code[at - 1] !== "=")) depth -= 1;
  }
  return found;
}

/** Index of the bracket that closes the first one at or after `from`. */
function closing(code, from) {
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    if ("([{".includes(code[at])) depth += 1;
    if (")]}".includes(code[at])) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return code.length - 1;
}

const QUIET =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[(,=:[!&|?{};\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//g;

function mask(source) {
  return source.replace(QUIET, (part) => part.replace(/[^\n]/g, "_"));
}
