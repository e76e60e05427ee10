import { isMap, isPair, isScalar, type Pair, parseDocument, visit } from "yaml";

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * A workflow or action file for programs that do not know two of GitHub's newer words: `uses: $/x`, which becomes
 * what `self` makes of `x`, and `queue` of `concurrency`, which is taken away. All else stays as it is, character
 * by character, and every line keeps its number. A text that is no YAML comes back as it is: whoever reads it next
 * says what is wrong with it.
 */
export function rewriteForAct(text: string, self: (path: string) => string): string {
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return text;
  const edits: Edit[] = [];
  visit(document, {
    Pair: (_, pair, path) => {
      const key = isScalar(pair.key) ? pair.key.value : undefined;
      if (key === "uses") edits.push(...selfReference(pair, self));
      const owner = path.at(-2);
      const inConcurrency = isPair(owner) && isScalar(owner.key) && owner.key.value === "concurrency";
      if (key === "queue" && inConcurrency) edits.push(...withoutQueue(pair, owner, text));
    },
  });
  // From the end, so that what is yet to be changed stays where it is.
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((so, { from, to, text: by }) => so.slice(0, from) + by + so.slice(to), text);
}

function* selfReference({ value }: Pair, self: (path: string) => string): Generator<Edit> {
  if (!isScalar(value) || typeof value.value !== "string" || !value.range) return;
  if (!value.value.startsWith("$/")) return;
  const [from, to] = value.range;
  yield { from, to, text: JSON.stringify(self(value.value.slice(2))) };
}

function* withoutQueue({ key, value }: Pair, owner: Pair, text: string): Generator<Edit> {
  if (!isScalar(key) || !isScalar(value) || !key.range || !value.range || !isMap(owner.value)) return;
  const from = key.range[0];
  const to = value.range[1];
  if (owner.value.has("cancel-in-progress")) {
    const comma = owner.value.flow ? (/^\s*,/.exec(text.slice(to))?.[0].length ?? 0) : 0;
    yield { from, to: to + comma, text: "" };
  } else {
    // What counts anyway when it is not said: the line stays, whatever the style of the mapping is.
    yield { from, to, text: "cancel-in-progress: false" };
  }
}
