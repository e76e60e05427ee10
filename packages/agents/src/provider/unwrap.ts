/** What models put around an answer that was to be JSON and nothing else. */

/** Thinking that a model, or the server in front of it, leaves in its answer. */
const THOUGHT = /^\s*<(think|thinking|reasoning)>[\s\S]*?(?:<\/\1>|$)/i;

/** The text without the thinking at its beginning. */
export function withoutThoughts(text: string): string {
  let rest = text;
  for (let match = THOUGHT.exec(rest); match; match = THOUGHT.exec(rest)) rest = rest.slice(match[0].length);
  return rest === text ? text : rest.trimStart();
}

/** Fences, outermost first. */
const FENCES = [/```[a-z]*\s*\n([\s\S]*)\n\s*```/i, /```[a-z]*\s*\n([\s\S]*?)\n\s*```/i];

/** The JSON in an answer, out of fence, thinking and words around it; the answer as it is when there is none. */
export function unwrapJson(answer: string): string {
  const candidates = [answer];
  const visible = withoutThoughts(answer);
  candidates.push(visible);
  // The opening tag may stand in the prompt, where a template has put it.
  const closed = visible.lastIndexOf("</think>");
  if (closed >= 0) candidates.push(visible.slice(closed + "</think>".length));
  const rest = candidates.at(-1) ?? "";
  for (const fence of FENCES) candidates.push(fence.exec(rest)?.[1] ?? "");
  // What opens first is the outer one.
  const bare = [between(rest, "{", "}"), between(rest, "[", "]")];
  candidates.push(...bare.sort((a, b) => rest.indexOf(a) - rest.indexOf(b)));
  return candidates.find(isJson)?.trim() ?? answer;
}

function between(text: string, open: string, close: string): string {
  return text.slice(Math.max(0, text.indexOf(open)), text.lastIndexOf(close) + 1);
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
